"""The old code of a portal: it sends what public code sends, and lives by what introspection says."""

from base64 import b64decode
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from portals.relying_party.app import build_app
from portals.relying_party.config import HANOI, ISSUER
from tests.unit.portals.plain_provider import text_at

NAME = "Nguyễn Văn Bình"
CALLBACK = "/cu/sso/callback"


@dataclass
class OldProvider:
    """A provider of the former kind, small enough to read."""

    active: bool = True
    refusal: dict[str, str] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)

    def transport(self) -> httpx2.AsyncBaseTransport:
        paths = ("/oauth2/token", "/oauth2/userinfo", "/oauth2/introspect", "/oidc/logout")
        return httpx2.ASGITransport(Starlette(routes=[Route(path, self._answer, methods=["POST"]) for path in paths]))

    async def _answer(self, request: Request) -> Response:
        fields = dict(parse_qsl((await request.body()).decode()))
        self.calls.append((request.url.path, fields, dict(request.headers)))
        if self.refusal:
            return JSONResponse(self.refusal, status_code=400)
        bodies: dict[str, dict[str, object]] = {
            "/oauth2/token": {"access_token": "a-1", "id_token": "i-1"},
            "/oauth2/userinfo": {"sub": "s-1", "HoVaTen": NAME},
            "/oauth2/introspect": {"active": True, "client_id": "ha-noi-cu", "exp": 1} if self.active else {},
            "/oidc/logout": {},
        }
        return JSONResponse(bodies[request.url.path])


@dataclass
class Visit:
    """A browser at the portal, and the provider behind it."""

    browser: httpx2.AsyncClient
    provider: OldProvider

    async def signed_in(self) -> bool:
        return 'id="signed-in"' in (await self.browser.get("/cu/")).text


@pytest.fixture
async def visit(tmp_path: Path) -> AsyncIterator[Visit]:
    provider = OldProvider()
    app = build_app(HANOI, tmp_path, provider.transport())
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=HANOI.origin) as browser:
        yield Visit(browser, provider)


async def test_it_asks_without_pkce_and_nonce_and_with_a_way_back_as_state(visit: Visit) -> None:
    location = (await visit.browser.get("/cu/login")).headers["location"]
    asked = dict(parse_qsl(urlsplit(location).query))
    assert location.startswith(f"{ISSUER}/oauth2/authorize?")
    assert asked.keys() == {"response_type", "client_id", "redirect_uri", "scope", "acr_values", "state"}
    assert (asked["scope"], asked["acr_values"]) == ("openid", "LoA1")
    assert b64decode(asked["state"]) == b"/cu/"


async def test_it_redeems_with_the_secret_in_the_form_and_asks_for_userinfo_with_an_empty_body(visit: Visit) -> None:
    assert (await visit.browser.get(f"{CALLBACK}?code=c-1")).status_code == 302
    assert text_at(await visit.browser.get("/cu/"), "signed-in") == NAME
    (_, token, token_headers), (_, userinfo, userinfo_headers), *_ = visit.provider.calls
    assert (token["client_id"], token["code"]) == ("ha-noi-cu", "c-1")
    assert token["client_secret"].startswith("demo-only-")
    assert "authorization" not in token_headers
    assert userinfo == {}
    assert (userinfo_headers["content-type"], userinfo_headers["authorization"]) == ("application/json", "Bearer a-1")


async def test_a_token_that_is_no_longer_active_ends_its_session(visit: Visit) -> None:
    await visit.browser.get(f"{CALLBACK}?code=c-1")
    assert await visit.signed_in()
    visit.provider.active = False
    assert not await visit.signed_in()
    visit.provider.active = True
    assert not await visit.signed_in()


async def test_its_server_signs_out_and_the_browser_needs_not_go_there(visit: Visit) -> None:
    await visit.browser.get(f"{CALLBACK}?code=c-1")
    page = await visit.browser.get("/cu/logout")
    assert 'id="signed-out"' in page.text
    path, fields, _ = visit.provider.calls[-1]
    assert (path, fields["id_token_hint"]) == ("/oidc/logout", "i-1")
    assert fields.keys() == {"id_token_hint", "post_logout_redirect_uri", "state"}
    assert not await visit.signed_in()


async def test_it_can_sign_out_through_the_browser_without_a_state(visit: Visit) -> None:
    await visit.browser.get(f"{CALLBACK}?code=c-1")
    location = (await visit.browser.get("/cu/logout?by=browser")).headers["location"]
    assert dict(parse_qsl(urlsplit(location).query)).keys() == {"id_token_hint", "post_logout_redirect_uri"}
    assert not await visit.signed_in()


@pytest.mark.parametrize("answer", ["?error=login_required", "?error=<script>", ""])
async def test_without_a_code_nobody_is_signed_in_and_the_code_of_the_error_is_shown(visit: Visit, answer: str) -> None:
    page = await visit.browser.get(CALLBACK + answer)
    assert page.status_code == 400
    assert text_at(page, "error-code") == ("login_required" if "login" in answer else "invalid_response")
    assert not await visit.signed_in()


async def test_a_refusal_of_the_provider_is_shown_with_what_to_do(visit: Visit) -> None:
    visit.provider.refusal = {"error": "unauthorized_client", "error_description": "The old addresses have ended."}
    page = await visit.browser.get(f"{CALLBACK}?code=c-1")
    assert text_at(page, "error-code") == "unauthorized_client"
    assert text_at(page, "error-help") == "The old addresses have ended."
