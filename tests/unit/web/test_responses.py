"""How authorization responses leave: each mode that discovery names is a redirect or a page that posts."""

import pytest
from starlette.requests import Request
from starlette.responses import Response

from idp.kernel.secrets import HashKey
from idp.protocol.authorize.checked_request import ResponseMode
from idp.protocol.authorize.response import AuthorizationResponse
from idp.protocol.authorize.response_modes import CARRIERS
from idp.protocol.discovery import discovery_document
from idp.web.http.cookies import Cookies
from idp.web.http.page_context import PageContext
from idp.web.routes import TABLE
from idp.web.sign_in.responses import RENDERERS, render
from tests.unit.web_pages.document import Document
from tests.unit.web_pages.shown import site_pages

CONTEXT = PageContext(site_pages(), Cookies(secure=True), HashKey(b"f" * 32), "https://dangnhap.example", TABLE)
HOSTILE = "\"><script>alert(1)</script>'&amp;<input name=code value=x>"


def rendered(carrier: ResponseMode, redirect_uri: str = "https://portal.example/cb", **values: str) -> Response:
    request = Request(
        {"type": "http", "method": "GET", "path": "/authorize", "query_string": b"", "headers": [], "state": {}}
    )
    return render(CONTEXT, request, AuthorizationResponse(redirect_uri, carrier, values))


def test_oauth_multiple_response_types_2_1_every_mode_that_discovery_names_is_rendered() -> None:
    named = discovery_document("https://dangnhap.example", {})["response_modes_supported"]
    assert named == list(ResponseMode)
    # `jwt` alone is one of the others, by the response type (JARM 2.3.4).
    assert set(CARRIERS) == set(ResponseMode) - {ResponseMode.JWT}
    assert set(CARRIERS.values()) == set(RENDERERS)


@pytest.mark.parametrize(("carrier", "sign"), [(ResponseMode.QUERY, "?"), (ResponseMode.FRAGMENT, "#")])
def test_rfc6749_4_1_2_a_redirect_is_a_303_that_nobody_stores(carrier: ResponseMode, sign: str) -> None:
    answer = rendered(carrier, code="c", state=HOSTILE)
    assert (answer.status_code, answer.headers["cache-control"]) == (303, "no-store")
    assert answer.headers["location"].startswith(f"https://portal.example/cb{sign}code=c&state=%22%3E%3Cscript")


def test_form_post_2_the_page_posts_every_parameter_as_it_is_and_nothing_else() -> None:
    page = Document(bytes(rendered(ResponseMode.FORM_POST, code="c", state=HOSTILE).body))
    form = page.by_id("response").attributes
    assert (form["method"], form["action"]) == ("post", "https://portal.example/cb")
    sent = {field.attributes["name"]: field.attributes["value"] for field in page.all("input")}
    assert sent == {"code": "c", "state": HOSTILE}
    assert "name" not in page.by_id("continue").attributes, "without script the button is pressed: it is no parameter"


def test_xs_1_the_page_may_post_to_the_client_alone_and_runs_our_script_alone() -> None:
    answer = rendered(ResponseMode.FORM_POST, "https://portal.example:8443/cb?a=1", code="c")
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["content-security-policy"].split(";"))
    assert policy["form-action"] == "'self' https://portal.example:8443"
    assert (policy["default-src"], policy["script-src"]) == ("'none'", "'self'")
    assert policy["frame-ancestors"] == "'none'"
    assert answer.headers["cache-control"] == "no-store"
    scripts = [script.attributes["src"] for script in Document(bytes(answer.body)).all("script")]
    assert scripts == [CONTEXT.pages.assets.url("form_post.js")]
