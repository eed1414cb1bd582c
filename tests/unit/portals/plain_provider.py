"""A provider small enough to read: what a portal's tests need of the protocol, in this process, without sockets."""

import base64
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx2
from joserfc.jwk import ECKey
from joserfc.util import urlsafe_b64encode
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from portals.relying_party.app import build_app
from portals.relying_party.config import ISSUER, Portal
from portals.relying_party.logout_token import LOGOUT_EVENT
from portals.relying_party.site import utc_now
from tests.unit.portals.signing import SIGNING_KEY, at, half_hash, sign, sign_logout

Form = dict[str, str]
Spoil = Callable[[dict[str, object]], object]


def no_change(_: dict[str, object]) -> None:
    """Leave the answer as it is."""


@dataclass
class PlainProvider:
    """Answers as a good provider would; the hooks spoil one answer each."""

    portal: Portal
    subject: str = "pairwise-subject"
    sid: str = "session-one"
    acr: str = "loa2"
    name: str = "Nguyễn Văn Bình"
    with_refresh_token: bool = True
    down: bool = False
    token_error: str | None = None
    requests: list[Form] = field(default_factory=list)
    token_requests: list[tuple[str, Form]] = field(default_factory=list)
    spoil_id_token: Spoil = no_change
    spoil_tokens: Spoil = no_change
    spoil_userinfo: Spoil = no_change
    spoil_discovery: Spoil = no_change
    signing_key: ECKey = field(default_factory=lambda: SIGNING_KEY)
    rotations: int = 0

    def transport(self) -> httpx2.AsyncBaseTransport:
        routes = [
            Route("/.well-known/openid-configuration", self._discovery),
            Route("/jwks.json", self._jwks),
            Route("/token", self._token, methods=["POST"]),
            Route("/userinfo", self._userinfo),
        ]
        return httpx2.ASGITransport(Starlette(routes=routes))

    def authorize(self, url: str, **answer: str) -> str:
        """Take the browser in and return the address it is sent back to; `answer` replaces a success."""
        request = dict(parse_qsl(urlsplit(url).query))
        assert url.startswith(f"{ISSUER}/authorize?")
        self.requests.append(request)
        parameters = {"state": request["state"], "iss": ISSUER} | (answer or {"code": f"code-{len(self.requests)}"})
        return f"/callback?{httpx2.QueryParams(parameters)}"

    def logout_notice(self, **changes: object) -> str:
        now = datetime.now(UTC)
        claims: dict[str, object] = {
            "iss": ISSUER,
            "aud": self.portal.client_id,
            "iat": at(now),
            "exp": at(now + timedelta(minutes=2)),
            "jti": f"notice-{now.timestamp()}",
            "sub": self.subject,
            "sid": self.sid,
            "events": {LOGOUT_EVENT: {}},
        }
        return sign_logout(claims | changes)

    async def _discovery(self, _request: Request) -> Response:
        if self.down:
            raise httpx2.ConnectError("nobody listens")
        ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "end_session": "logout"}
        document: dict[str, object] = {f"{name}_endpoint": f"{ISSUER}/{path}" for name, path in ends.items()}
        document |= {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/jwks.json"}
        self.spoil_discovery(document)
        return JSONResponse(document)

    async def _jwks(self, _request: Request) -> Response:
        return JSONResponse({"keys": [self.signing_key.as_dict(private=False)]})

    async def _token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        self.token_requests.append((request.headers.get("authorization", ""), form))
        if self.token_error:
            return JSONResponse({"error": self.token_error}, status_code=400)
        nonce = None
        if form["grant_type"] == "authorization_code":
            asked = self.requests[int(form["code"].removeprefix("code-")) - 1]
            digest = sha256(form["code_verifier"].encode()).digest()
            assert urlsafe_b64encode(digest).decode() == asked["code_challenge"]
            nonce = asked["nonce"]
        return JSONResponse(self._tokens(nonce))

    def _tokens(self, nonce: str | None) -> dict[str, object]:
        self.rotations += 1
        now = datetime.now(UTC)
        access_token = f"access-{self.rotations}"
        claims: dict[str, object] = {
            "iss": ISSUER,
            "sub": self.subject,
            "aud": self.portal.client_id,
            "iat": at(now),
            "exp": at(now + timedelta(minutes=5)),
            "auth_time": at(now),
            "acr": self.acr,
            "sid": self.sid,
            "at_hash": half_hash(access_token),
        }
        if nonce is not None:
            claims["nonce"] = nonce
        self.spoil_id_token(claims)
        tokens: dict[str, object] = {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": 300 + self.rotations,
            "id_token": sign(claims, self.signing_key),
        }
        if self.with_refresh_token:
            tokens["refresh_token"] = f"refresh-{self.rotations}"
        self.spoil_tokens(tokens)
        return tokens

    async def _userinfo(self, request: Request) -> Response:
        assert request.headers["authorization"] == f"Bearer access-{self.rotations}"
        claims: dict[str, object] = {"sub": self.subject, "name": self.name}
        self.spoil_userinfo(claims)
        return JSONResponse(claims)


@dataclass
class Browser:
    """A person's browser at one portal; the provider is reached by hand through `authorize`."""

    client: httpx2.AsyncClient
    provider: PlainProvider

    async def open(self, path: str, **headers: str) -> httpx2.Response:
        return await self.client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    async def sign_in(self, path: str = "/login", **answer: str) -> httpx2.Response:
        """Go to the provider and back; returns the portal's answer to the callback."""
        there = await self.open(path)
        assert there.status_code == 303, there.text
        return await self.open(self.provider.authorize(there.headers["location"], **answer))

    async def post_notice(self, token: str, *, of: str = "application/x-www-form-urlencoded") -> httpx2.Response:
        return await self.client.post(
            "/backchannel-logout", content=f"logout_token={token}", headers={"content-type": of}
        )


@asynccontextmanager
async def browser_at(
    portal: Portal, keys_folder: Path, now: Callable[[], datetime] = utc_now
) -> AsyncIterator[Browser]:
    """Run a portal and its provider in this process."""
    provider = PlainProvider(portal)
    app = build_app(portal, keys_folder, provider.transport(), now)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=portal.origin) as client:
        yield Browser(client, provider)


def query_of(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)


def basic_credentials(header: str) -> str:
    return base64.b64decode(header.removeprefix("Basic ")).decode()


def text_at(response: httpx2.Response, element: str) -> str:
    found = re.search(rf'id="{element}"[^>]*>([^<]*)<', response.text)
    assert found, f"no #{element}"
    return unescape(found[1])


def setting(**values: object) -> Spoil:
    return lambda claims: claims.update(values)


async def error_code(browser: Browser, answer: httpx2.Response) -> str:
    """Return the code on the error page, having made sure that nobody was signed in."""
    assert answer.status_code in (400, 502)
    assert 'id="signed-in"' not in (await browser.open("/")).text
    return text_at(answer, "error-code")
