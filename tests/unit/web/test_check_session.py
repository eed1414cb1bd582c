"""The page of `check_session_iframe`: the same for everybody, and shown in frames (OIDC Session Management 3.2)."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from starlette.requests import Request
from starlette.responses import Response

from idp.kernel.secrets import HashKey
from idp.web.http.cookies import Cookies
from idp.web.http.page_context import PageContext
from idp.web.routes import TABLE
from idp.web.sessions.check_session import CheckSessionHandlers
from tests.support.builders.protocol import ISSUER
from tests.unit.web_pages.shown import site_pages


async def shown(*, secure: bool = True, etag: str = "", cookie: str = "") -> Response:
    context = PageContext(site_pages(), Cookies(secure), HashKey(b"f" * 32), ISSUER, TABLE)
    given = ((b"if-none-match", etag.encode()), (b"cookie", cookie.encode()))
    headers = [(name, value) for name, value in given if value]
    scope = {"type": "http", "method": "GET", "path": "/check-session", "query_string": b"", "headers": headers}
    return await CheckSessionHandlers(context).show(Request(scope))


def directives(response: Response) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in response.headers["content-security-policy"].split(";"))
    return {name: value for name, _, value in parts}


async def test_csp3_its_one_script_is_named_by_its_hash_and_nothing_else_is_allowed() -> None:
    response = await shown()
    (script,) = re.findall(r"<script>(.*?)</script>", bytes(response.body).decode(), re.DOTALL)
    digest = b64encode(sha256(script.encode()).digest()).decode()
    policy = directives(response)
    assert policy["script-src"] == f"'sha256-{digest}'"
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert set(response.headers["content-security-policy"]) & {"*"} == set()


@pytest.mark.parametrize(("secure", "embedders"), [(True, "https:"), (False, "http: https:")])
async def test_session_management_3_2_pages_of_portals_may_show_it(*, secure: bool, embedders: str) -> None:
    assert directives(await shown(secure=secure))["frame-ancestors"] == embedders


@pytest.mark.parametrize(("secure", "name"), [(True, "__Host-idp-state"), (False, "idp-state")])
async def test_it_looks_for_the_cookie_that_this_provider_sets(*, secure: bool, name: str) -> None:
    assert f'data-cookie="{name}"' in bytes((await shown(secure=secure)).body).decode()


async def test_caches_keep_it_and_nobodys_session_is_in_it() -> None:
    first = await shown()
    signed_in = await shown(cookie="__Host-idp-session=" + "s" * 43)
    assert first.body == signed_in.body
    assert first.headers["cache-control"] == "public, max-age=3600"
    assert "set-cookie" not in first.headers
    again = await shown(etag=first.headers["etag"])
    assert (again.status_code, again.body) == (304, b"")
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]
