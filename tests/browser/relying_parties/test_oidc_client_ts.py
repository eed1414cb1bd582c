"""oidc-client-ts in a page of another site (decision 86): the code of /developers/browser-apps, as it stands there."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Error

from tests.browser.people import citizen
from tests.browser.sessions.embedding_portal import EmbeddingPortal
from tests.support.browser import Visitor
from tests.support.parties.node_party import package_file
from tests.support.running.listener import Listener, Reply
from tests.support.running.provider import Citizen

READY, OTHER = citizen(31), citizen(32)
CITIZENS = (READY, OTHER)
PAGE = """<!doctype html><title>app</title>
<script type="importmap">{"imports": {"oidc-client-ts": "/oidc-client-ts.js", "jwt-decode": "/jwt-decode.js"}}</script>
<script type="module">import * as app from "/app.js"; window.app = app;</script>"""
LIBRARIES = {
    "/oidc-client-ts.js": ("oidc-client-ts", "dist/esm/oidc-client-ts.js"),
    "/jwt-decode.js": ("jwt-decode", "build/esm/index.js"),
}
# The library with nothing set but what it must be told: bearer tokens, userinfo asked by the library.
PLAIN = """import {{ UserManager }} from "oidc-client-ts";
const manager = new UserManager({{ authority: "{issuer}", client_id: "{client_id}", loadUserInfo: true,
  redirect_uri: `${{location.origin}}/callback`, post_logout_redirect_uri: `${{location.origin}}/signed-out`,
  scope: "openid profile" }});
export const signIn = (prompt) => manager.signinRedirect({{ prompt }});
export const finish = async () => (await manager.signinCallback()).profile;
export const renew = async () => (await manager.signinSilent()).profile;
export const revoke = () => manager.revokeTokens();
export const signOut = () => manager.signoutRedirect();"""


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as opened:
        yield opened


class App:
    """A public client whose pages are at an origin of another site than the provider's."""

    def __init__(self, visitor: Visitor, listener: Listener, client_id: str, **members: object) -> None:
        self.visitor, self.client_id, self.listener = visitor, client_id, listener
        # The provider is at localhost.
        portal = EmbeddingPortal(visitor.system, listener, client_id, "127.0.0.1")
        portal.register(
            client_secret=None,
            token_endpoint_auth_method="none",
            post_logout_redirect_uris=[f"{portal.origin}/signed-out"],
            backchannel_logout_uri=None,
            backchannel_logout_session_required=None,
            acting=None,
            **members,
        )
        self.origin = portal.origin

    def serve(self, code: str) -> None:
        """Answer its pages and its scripts."""
        for path, (package, file) in LIBRARIES.items():
            self._serve(path, package_file(package, file), "text/javascript")
        self._serve("/app.js", code.encode(), "text/javascript")
        for path in ("/", "/callback", "/signed-out"):
            self._serve(path, PAGE.encode(), "text/html")

    def call(self, function: str) -> object:
        """Call a function of the page's code."""
        self.visitor.page.wait_for_function("window.app")
        return self.visitor.page.evaluate(f"app.{function}()")

    def leave_by(self, function: str, to: str) -> None:
        """Call a function that leads the whole page elsewhere."""
        self.visitor.page.wait_for_function("window.app")
        self.visitor.page.evaluate(f"void app.{function}")
        self.visitor.page.wait_for_url(to)

    def sign_in(self, person: Citizen) -> None:
        """Go to the app, and come back to it from the sign-in page."""
        self.visitor.open(f"{self.origin}/")
        self.leave_by("signIn()", f"{self.visitor.system.provider()}/*")
        self.visitor.sign_in(person.number, person.password)
        self.visitor.page.wait_for_url(f"{self.origin}/callback?*")

    def _serve(self, path: str, body: bytes, content_type: str) -> None:
        self.listener.answer_always(path, Reply(body=body, content_type=content_type))


def sample(visitor: Visitor, client_id: str) -> str:
    """Return the code that portal teams read, with their client's id put in."""
    visitor.open(visitor.system.provider("/developers/browser-apps"))
    code = visitor.text("code-browser")
    assert code.count("your-client-id") == 1
    return code.replace("your-client-id", client_id)


def test_the_code_for_apps_in_pages_signs_in_asks_renews_and_signs_out(visitor: Visitor, listener: Listener) -> None:
    app = App(visitor, listener, "trang-dpop", dpop_bound_access_tokens=True)
    app.serve(sample(visitor, app.client_id))
    app.sign_in(READY)
    profile = app.call("finish")
    assert isinstance(profile, dict)
    assert visitor.page.url == f"{app.origin}/"
    person = app.call("person")
    assert isinstance(person, dict)
    assert (person["sub"], person["name"]) == (profile["sub"], READY.name)
    before = tokens(visitor)
    assert before["token_type"] == "DPoP"
    app.call("renew")
    renewed = tokens(visitor)
    assert before["refresh_token"] != renewed["refresh_token"]
    assert before["access_token"] != renewed["access_token"]
    assert app.call("person") == person
    app.leave_by("signOut()", f"{app.origin}/signed-out")
    visitor.open(visitor.system.provider("/account"))
    visitor.page.wait_for_selector("#identifier")


def test_rfc9207_2_4_the_code_refuses_an_answer_of_another_issuer(visitor: Visitor, listener: Listener) -> None:
    app = App(visitor, listener, "trang-iss", dpop_bound_access_tokens=True)
    app.serve(sample(visitor, app.client_id))
    app.sign_in(OTHER)
    visitor.page.evaluate("history.replaceState(null, '', location.href.replace('iss=http', 'iss=https'))")
    with pytest.raises(Error, match="not the answer"):
        app.call("finish")
    assert tokens(visitor) == {}


def test_the_library_as_it_comes_renews_without_a_frame_and_asks_who_is_there_by_the_whole_page(
    visitor: Visitor, listener: Listener
) -> None:
    app = App(visitor, listener, "trang-thuong")
    app.serve(PLAIN.format(issuer=visitor.system.provider(), client_id=app.client_id))
    app.sign_in(READY)
    profile = app.call("finish")
    assert isinstance(profile, dict)
    # By userinfo: an ID token has no name.
    assert profile["name"] == READY.name
    assert isinstance(renewed := app.call("renew"), dict)
    assert renewed["sub"] == profile["sub"]
    assert len(visitor.page.frames) == 1
    # OIDC Core 3.1.2.1: another tab has no tokens; the whole page asks, and meets nobody.
    visitor.page.evaluate("sessionStorage.clear()")
    visitor.open(f"{app.origin}/")
    app.leave_by("signIn('none')", f"{app.origin}/callback?*")
    again = app.call("finish")
    assert isinstance(again, dict)
    assert again["sub"] == profile["sub"]
    app.call("revoke")
    app.leave_by("signOut()", f"{app.origin}/signed-out")


def test_what_the_page_says_goes_wrong_goes_wrong(visitor: Visitor, listener: Listener) -> None:
    """`loadUserInfo` with `dpop` shows a bound token as a bearer's; a hidden frame of another site has no session."""
    app = App(visitor, listener, "trang-sai")
    code = sample(visitor, app.client_id)
    assert code.count("loadUserInfo: false") == 1
    app.serve(code.replace("loadUserInfo: false", "loadUserInfo: true"))
    app.sign_in(OTHER)
    with pytest.raises(Error, match="bound to a key"):
        app.call("finish")
    asks = {"client_id": app.client_id, "redirect_uri": f"{app.origin}/callback", "response_type": "code",
            "scope": "openid", "state": "x", "code_challenge": "x" * 43, "code_challenge_method": "S256",
            "prompt": "none"}  # fmt: skip
    address = visitor.system.provider(f"/authorize?{urlencode(asks)}")
    framed = "(address) => { const f = document.createElement('iframe'); f.src = address; document.body.append(f); }"
    visitor.page.evaluate(framed, address)
    element = visitor.page.wait_for_selector("iframe", state="attached")
    frame = element.content_frame() if element else None
    assert frame is not None
    frame.wait_for_url(f"{app.origin}/callback?error=login_required*")
    # The whole page is known: it comes back with a code.
    visitor.open(address)
    visitor.page.wait_for_url(f"{app.origin}/callback?code=*")


@pytest.mark.parametrize("registered", [True, False], ids=["registered", "a stranger"])
def test_se_9_a_page_reads_four_addresses_where_it_is_registered(
    visitor: Visitor, listener: Listener, *, registered: bool
) -> None:
    """Chromium's own judgement: with cookies asked for, and at other addresses, it keeps answers from every page."""
    with Listener() as elsewhere:
        app = App(visitor, listener, f"trang-{registered:d}")
        app.serve("export const none = 0;")
        elsewhere.answer("/", Reply(body=b"<!doctype html><title>stranger</title>", content_type="text/html"))
        visitor.open(f"{app.origin if registered else elsewhere.url}/")
        four = {"/token": "POST", "/par": "POST", "/revoke": "POST", "/userinfo": "GET"}
        for path, method in four.items():
            assert asked(visitor, path, method, "omit") == (registered, path)
            assert asked(visitor, path, method, "include") == (False, path)
        for path in ("/authorize", "/account", "/introspect", "/sign-in", "/admin/api/v1/clients"):
            assert asked(visitor, path, "GET", "omit") == (False, path)
        for path in ("/.well-known/openid-configuration", "/jwks.json"):
            assert visitor.page.evaluate(
                "(address) => fetch(address).then((it) => it.ok)", visitor.system.provider(path)
            )


def asked(visitor: Visitor, path: str, method: str, credentials: str) -> tuple[bool, str]:
    """Return whether the page read an answer."""
    call = """([address, method, credentials]) =>
      fetch(address, { method, credentials, headers: { Authorization: "DPoP none", DPoP: "none" } })
        .then(() => true, () => false)"""
    return bool(visitor.page.evaluate(call, [visitor.system.provider(path), method, credentials])), path


def tokens(visitor: Visitor) -> dict[str, object]:
    """Return what the library keeps in this tab."""
    keys = "Object.keys(sessionStorage).filter((key) => key.startsWith('oidc.user:'))"
    kept: dict[str, object] = visitor.page.evaluate(f"JSON.parse(sessionStorage.getItem({keys}[0]) ?? '{{}}')")
    return kept
