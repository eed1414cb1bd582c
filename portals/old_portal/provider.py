"""How an old portal speaks to the provider: addresses put together by hand, answers believed as they come.

This is what public code of many portals does, with all that is missing in it: no PKCE, no nonce, no look at the ID
token, `state` as a way back instead of a protection (docs/flows/legacy-sign-on.md says what to change by when).
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

import httpx2

from portals.relying_party.config import OldRegistration, Portal
from portals.relying_party.errors import ProviderError

_DEADLINE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class OldSignedIn:
    """What an old portal keeps of a sign-in. The tokens stay on its server: that much was right."""

    access_token: str
    id_token: str
    userinfo: Mapping[str, object]


class OldProvider:
    """The provider as an old portal sees it."""

    def __init__(
        self, portal: Portal, registration: OldRegistration, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        """Take the portal and its old registration; `transport` replaces the network in tests."""
        self._host = portal.issuer
        self._own = registration
        self._base = f"{portal.origin}{registration.path}"
        self._transport = transport

    @property
    def redirect_uri(self) -> str:
        """Where the browser comes back to."""
        return f"{self._base}/sso/callback"

    @property
    def goodbye(self) -> str:
        """Where the browser comes back to after the provider's sign-out."""
        return f"{self._base}/signed-out"

    def login_url(self, way_back: str, *, silently: bool) -> str:
        """Return where the browser is sent to sign in."""
        state = quote(b64encode(way_back.encode()).decode())
        return (
            f"{self._host}/oauth2/authorize?response_type=code&client_id={self._own.client_id}"
            f"&redirect_uri={self.redirect_uri}&scope=openid&acr_values=LoA1&state={state}"
            f"{'&prompt=none' if silently else ''}"
        )

    def front_channel_logout_url(self, id_token: str) -> str:
        """Return where the browser is sent to sign out there too: without a state."""
        return f"{self._host}/oidc/logout?id_token_hint={id_token}&post_logout_redirect_uri={self.goodbye}"

    async def sign_in(self, code: str) -> OldSignedIn:
        """Redeem a code and ask who it is. Raises `ProviderError`."""
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri}
        tokens = await self._post("/oauth2/token", data={**fields, **self._secret})
        access_token, id_token = str(tokens.get("access_token", "")), str(tokens.get("id_token", ""))
        headers = {"Authorization": f"Bearer {access_token}", "Content-Type": "application/json"}
        return OldSignedIn(access_token, id_token, await self._post("/oauth2/userinfo", headers=headers))

    async def stands(self, signed_in: OldSignedIn) -> bool:
        """Say whether the sign-in still counts: its token is active and this portal's."""
        headers = {"Authorization": f"Bearer {signed_in.access_token}"}
        try:
            reported = await self._post("/oauth2/introspect", headers=headers, data={"token": signed_in.access_token})
        except ProviderError:
            return False
        return reported.get("client_id") == self._own.client_id and "exp" in reported

    async def sign_out(self, signed_in: OldSignedIn) -> bool:
        """Call the sign-out from here, without the browser; say whether the provider took it."""
        fields = {"id_token_hint": signed_in.id_token, "post_logout_redirect_uri": self.goodbye, "state": "server"}
        async with self._client() as client:
            try:
                answer = await client.post(f"{self._host}/oidc/logout", data=fields)
            except httpx2.HTTPError:
                return False
        return answer.status_code < 400

    @property
    def _secret(self) -> dict[str, str]:
        return {"client_id": self._own.client_id, "client_secret": self._own.client_secret}

    async def _post(
        self, path: str, *, data: dict[str, str] | None = None, headers: dict[str, str] | None = None
    ) -> Mapping[str, object]:
        async with self._client() as client:
            try:
                answer = await client.post(f"{self._host}{path}", data=data, headers=headers)
                body: object = answer.json()
            except (httpx2.HTTPError, ValueError) as error:
                raise ProviderError("provider_unreachable") from error
        if not isinstance(body, dict):
            raise ProviderError("provider_answer_garbled")
        if answer.status_code != httpx2.codes.OK:
            raise ProviderError(body.get("error"), str(body.get("error_description", "")))
        return body

    def _client(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(transport=self._transport, timeout=_DEADLINE.total_seconds(), trust_env=False)
