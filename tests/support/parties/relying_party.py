"""A strict relying party: speaks plain HTTP to the provider and believes nothing it has not checked."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_urlsafe
from typing import Protocol
from urllib.parse import urlencode

import httpx2
from joserfc.jwk import ECKey, RSAKey
from msgspec import Struct

from clients.model import ClientId
from records.structs import replace
from tests.support.page import Page
from tests.support.parties.client_certificates import ClientCertificate
from tests.support.parties.client_credentials import Credentials
from tests.support.parties.dpop_key import DpopKey
from tests.support.parties.token_checks import (
    Claims,
    Expected,
    check_id_token,
    check_logout_token,
    decrypted,
    read_signed,
)
from tests.support.plain.browser import Browser, Landing, landed
from tests.support.running.provider import Citizen

# 128 letters with the ends that the certification suite uses: it must come back untouched.
_STATE_END = "-._~"
_ERROR_VALUES = {"error", "error_description", "error_uri", "state", "iss"}


class Started(Struct, frozen=True):
    """An authorization request on its way."""

    location: str
    state: str
    nonce: str
    verifier: str


class Answered(Protocol):
    """A response that came to an address of the client's, however it travelled."""

    @property
    def address(self) -> str: ...

    @property
    def values(self) -> dict[str, str]: ...


@dataclass(frozen=True, slots=True)
class Tokens:
    """A validated token response; `claims` are those of the ID token."""

    access_token: str
    id_token: str
    refresh_token: str | None
    claims: Claims
    scope: str


class RelyingParty(Struct, frozen=True):
    """One client at one process of the provider (`base`); the issuer is the same at every process."""

    http: httpx2.Client
    issuer: str
    base: str
    client_id: ClientId
    redirect_uri: str
    credentials: Credentials
    algorithm: str = "ES256"
    response_algorithm: str = "ES256"
    scope: str = "openid profile"
    post_logout_redirect_uri: str = ""
    acts: bool = False
    # The claims of a person that may stand in its ID tokens.
    personal: frozenset[str] = frozenset()
    # How its userinfo is signed ("" for plain JSON), and the keys that ID tokens and userinfo are encrypted for.
    userinfo_algorithm: str = ""
    id_token_key: ECKey | RSAKey | None = None
    userinfo_key: ECKey | RSAKey | None = None
    # Proves each of its requests by a key (RFC 9449).
    key: DpopKey | None = None
    # What it shows in TLS, as the proxy passes it on (RFC 9440).
    certificate: ClientCertificate | None = None
    # Registered for `session_state` (Session Management 2).
    watches_session: bool = False

    def proving(self, key: DpopKey) -> "RelyingParty":
        """Return the same client with a key that its tokens are bound to."""
        return replace(self, key=key)

    def at(self, base: str) -> "RelyingParty":
        """Return the same client speaking to another process."""
        return replace(self, base=base)

    def start(self, **extra: str | None) -> Started:
        """Begin an authorization request with PKCE, state and nonce.

        `wishes` are further parameters; one that is None is left out of the request.
        """
        started, parameters = self._request(extra)
        return replace(started, location=f"/authorize?{urlencode(parameters)}")

    def push(self, **extra: str | None) -> Started:
        """Begin a request whose parameters are pushed: the browser brings a reference alone (RFC 9126)."""
        started, parameters = self._request(extra)
        answer = self.post("/par", **parameters)
        assert answer.status_code == 201, answer.text
        assert "no-store" in answer.headers["cache-control"]
        body = answer.json()
        assert body.keys() == {"request_uri", "expires_in"}
        assert 5 <= body["expires_in"] <= 600
        assert len(body["request_uri"].rpartition(":")[2]) >= 22, "a reference has at least 128 bits"
        brought = {"client_id": self.client_id, "request_uri": body["request_uri"]}
        return replace(started, location=f"/authorize?{urlencode(brought)}")

    def _request(self, extra: Mapping[str, str | None]) -> tuple[Started, dict[str, str]]:
        state, nonce, verifier = token_urlsafe(93) + _STATE_END, token_urlsafe(24), token_urlsafe(48)
        parameters = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": self.scope,
            "state": state,
            "nonce": nonce,
            "code_challenge": urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **extra,
        }
        given = {name: value for name, value in parameters.items() if value is not None}
        return Started("", state, nonce, verifier), given

    def code_of(self, started: Started, landing: Answered) -> str:
        """Return the code of a good response (RFC 6749 4.1.2, RFC 9207 2)."""
        values = self._values(started, landing)
        assert values.keys() == {"code", "state", "iss"} | ({"session_state"} if self.watches_session else set()), (
            values
        )
        assert len(values["code"]) >= 22, "a code has at least 128 bits"
        return values["code"]

    def error_of(self, started: Started, landing: Answered) -> str:
        """Return the error code of a refusal (RFC 6749 4.1.2.1)."""
        values = self._values(started, landing)
        assert values.keys() <= _ERROR_VALUES, values
        assert all(" " <= letter <= "~" and letter not in '"\\' for letter in values["error_description"])
        return values["error"]

    def _values(self, started: Started, landing: Answered) -> dict[str, str]:
        assert landing.address == self.redirect_uri
        values = landing.values
        assert values["state"] == started.state
        assert values["iss"] == self.issuer
        return values

    def token(self, **fields: str) -> httpx2.Response:
        """Send a token request, authenticated."""
        return self.post("/token", **fields)

    def redeem(self, started: Started, code: str) -> httpx2.Response:
        """Send a code with its verifier."""
        return self.token(
            grant_type="authorization_code", code=code, redirect_uri=self.redirect_uri, code_verifier=started.verifier
        )

    def refresh(self, refresh_token: str, **fields: str) -> httpx2.Response:
        """Send a refresh token."""
        return self.token(grant_type="refresh_token", refresh_token=refresh_token, **fields)

    def introspect(self, token: str) -> dict[str, object]:
        """Return what the provider says about a token."""
        answer = self.post("/introspect", token=token)
        assert answer.status_code == 200, answer.text
        reported: object = answer.json()
        assert isinstance(reported, dict)
        return reported

    def introspect_signed(self, token: str, algorithm: str = "RS256") -> dict[str, object]:
        """Return the same from a signed answer for this very client (RFC 9701 5)."""
        answer = self.post("/introspect", {"Accept": "application/token-introspection+jwt"}, token=token)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/token-introspection+jwt"
        claims = read_signed(answer.text, self.jwks(), algorithm, "token-introspection+jwt")
        assert claims.keys() == {"iss", "aud", "iat", "token_introspection"}
        assert (claims["iss"], claims["aud"]) == (self.issuer, self.client_id)
        reported = claims["token_introspection"]
        assert isinstance(reported, dict)
        return reported

    def revoke(self, token: str) -> httpx2.Response:
        """Revoke a token."""
        return self.post("/revoke", token=token)

    def post(self, path: str, more: Mapping[str, str] | None = None, /, **fields: str) -> httpx2.Response:
        """Send a form with the client's proof; `more` are further headers."""
        answer = self._send(path, fields, more or {}, nonce=None)
        if self.key is not None and answer.status_code == 400 and answer.json()["error"] == "use_dpop_nonce":
            # RFC 9449 8: once more, with the nonce that the answer brought.
            answer = self._send(path, fields, more or {}, nonce=answer.headers["dpop-nonce"])
        return answer

    def _send(
        self, path: str, fields: Mapping[str, str], more: Mapping[str, str], nonce: str | None
    ) -> httpx2.Response:
        headers, proof = self.credentials.prove(self.client_id, self.issuer)
        headers |= self._in_tls()
        if self.key is not None:
            headers["DPoP"] = self.key.proof("POST", self.issuer + path, nonce=nonce)
        return self.http.post(self.base + path, data={**fields, **proof}, headers={**headers, **more})

    def userinfo(self, access_token: str) -> httpx2.Response:
        """Ask for the person's claims."""
        if self.key is None:
            headers = {"Authorization": f"Bearer {access_token}", **self._in_tls()}
            return self.http.get(self.base + "/userinfo", headers=headers)
        proof = self.key.proof("GET", f"{self.issuer}/userinfo", access_token=access_token)
        headers = {"Authorization": f"DPoP {access_token}", "DPoP": proof}
        return self.http.get(self.base + "/userinfo", headers=headers)

    def _in_tls(self) -> dict[str, str]:
        return {} if self.certificate is None else {"Client-Cert": self.certificate.header}

    def complete(self, started: Started, landing: Answered) -> Tokens:
        """Redeem the code of a landing and return the validated tokens."""
        answer = self.redeem(started, self.code_of(started, landing))
        tokens = self.validated(answer, nonce=started.nonce)
        assert self.identity(tokens.access_token)["sub"] == tokens.claims["sub"]
        return tokens

    def identity(self, access_token: str) -> Claims:
        """Return the claims of userinfo, in the one form that the client registered (OIDC Core 5.3.2)."""
        answer = self.userinfo(access_token)
        assert answer.status_code == 200, answer.text
        kind = answer.headers["content-type"]
        if not self.userinfo_algorithm:
            assert kind == "application/json"
            reported: object = answer.json()
            assert isinstance(reported, dict)
            return reported
        assert kind == "application/jwt"
        signed = decrypted(answer.text, self.userinfo_key)
        claims = read_signed(signed, self.jwks(), self.userinfo_algorithm, None)
        assert (claims.pop("iss"), claims.pop("aud")) == (self.issuer, self.client_id)
        assert claims.keys().isdisjoint({"nonce", "exp"})
        return claims

    def validated(self, answer: httpx2.Response, *, nonce: str | None) -> Tokens:
        """Return the tokens of an answer once every check has passed (OIDC Core 3.1.3.3, 3.1.3.7)."""
        assert answer.status_code == 200, answer.text
        assert "no-store" in answer.headers["cache-control"]
        body = answer.json()
        assert body["token_type"] == ("Bearer" if self.key is None else "DPoP")
        assert 0 < body["expires_in"] <= 366 * 86400
        id_token = decrypted(body["id_token"], self.id_token_key)
        claims = read_signed(id_token, self.jwks(), self.algorithm, "JWT")
        check_id_token(claims, self.expected, body["access_token"], nonce)
        return Tokens(body["access_token"], id_token, body.get("refresh_token"), claims, body["scope"])

    def logout_claims(self, logout_token: str) -> Claims:
        """Return the claims of a good logout token (Back-Channel Logout 2.6)."""
        claims = read_signed(logout_token, self.jwks(), self.algorithm, "logout+jwt")
        check_logout_token(claims, self.expected)
        return claims

    @property
    def expected(self) -> Expected:
        return Expected(self.issuer, self.client_id, self.algorithm, self.acts, self.personal)

    def jwks(self) -> dict[str, object]:
        """Return the provider's keys, all public and each with its own kid (OIDC Core 10.1)."""
        keys: dict[str, list[dict[str, str]]] = self.http.get(self.base + "/jwks.json").json()
        kids = [key["kid"] for key in keys["keys"]]
        assert len(set(kids)) == len(kids)
        assert all(key.keys().isdisjoint({"d", "p", "q", "k"}) for key in keys["keys"])
        return {**keys}


def show_password(browser: Browser, page: Page, citizen: Citizen) -> Page | Landing:
    """Fill in and send the sign-in page."""
    return browser.submit(page, "sign-in", identifier=citizen.number, password=citizen.password)


def sign_in(browser: Browser, party: RelyingParty, citizen: Citizen, **extra: str) -> Tokens:
    """Sign in by password at a client that asks nothing else, and return the tokens."""
    started = party.start(**extra)
    page = browser.page(started.location)
    return party.complete(started, landed(show_password(browser, page, citizen)))


def sign_on(browser: Browser, party: RelyingParty, **extra: str) -> Tokens:
    """Arrive at a further client without meeting a page, and return the tokens."""
    started = party.start(**extra)
    return party.complete(started, landed(browser.open(started.location)))
