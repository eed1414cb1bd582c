"""A portal written against today's sign-on, as public code of many portals does it: no library, no check.

No PKCE, no nonce, `state` an unescaped base64 of the way back, the secret in the form, userinfo by POST with an empty
body that is called JSON, introspection with a Bearer token, revocation of the ID token with a parameter whose name
ends in a space, and sign-out by the portal's own server (vietnam.md 8.1, 8.5, 8.6).
"""

from base64 import b64encode
from dataclasses import dataclass

import httpx2
from msgspec import Struct

from clients.model import ClientId
from tests.support.plain.browser import Landing


@dataclass(frozen=True, slots=True)
class OldTokens:
    """What an old portal keeps of a token answer; it looks into none of it."""

    access_token: str
    id_token: str


class OldRelyingParty(Struct, frozen=True):
    """One old portal; `host` is all that its team changed."""

    http: httpx2.Client
    host: str
    client_id: ClientId
    secret: str
    redirect_uri: str
    goodbye: str

    def login_url(self, *, state: str | None = None, extra: str = "") -> str:
        """Return where the browser is sent: a text put together by hand."""
        url = f"/oauth2/authorize?response_type=code&client_id={self.client_id}&redirect_uri={self.redirect_uri}"
        url += "&scope=openid&acr_values=LoA1"
        return f"{url}&state={state}{extra}" if state is not None else url + extra

    @staticmethod
    def state_of(way_back: str) -> str:
        """Return the state: base64 as it is, with its = and +."""
        return b64encode(way_back.encode()).decode()

    def redeem(self, landing: Landing) -> httpx2.Response:
        """Send the code, with the secret in the form."""
        return self.http.post(
            self.host + "/oauth2/token",
            data={
                "grant_type": "authorization_code",
                "code": landing.values["code"],
                "redirect_uri": self.redirect_uri,
                "client_id": self.client_id,
                "client_secret": self.secret,
            },
        )

    def tokens(self, landing: Landing) -> OldTokens:
        """Return the tokens of a landing."""
        answer = self.redeem(landing)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        return OldTokens(body["access_token"], body["id_token"])

    def userinfo(self, access_token: str) -> httpx2.Response:
        """Ask who it is."""
        headers = {"Authorization": f"Bearer {access_token}", "Content-Type": "application/json"}
        return self.http.post(self.host + "/oauth2/userinfo", headers=headers, content=b"")

    def introspect(self, access_token: str) -> httpx2.Response:
        """Ask whether the session still stands: the token proves itself."""
        headers = {"Authorization": f"Bearer {access_token}"}
        return self.http.post(self.host + "/oauth2/introspect", headers=headers, data={"token": access_token})

    def revoke(self, id_token: str) -> httpx2.Response:
        """End the sign-in."""
        fields = {"token": id_token, "token_type_hint ": "id_token"}
        secret = {"client_id": self.client_id, "client_secret": self.secret}
        return self.http.post(self.host + "/oauth2/revoke", data={**fields, **secret})

    def sign_out(self, id_token: str, *, state: str = "bye") -> httpx2.Response:
        """Call the sign-out from the portal's own server; no browser takes part."""
        fields = {"id_token_hint": id_token, "post_logout_redirect_uri": self.goodbye, "state": state}
        return self.http.post(self.host + "/oidc/logout", data=fields)
