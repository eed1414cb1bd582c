"""The headers that every page carries, and those that none does."""

from itertools import product

from clients.model import ClientId
from tests.flows.running_provider import RunningProvider
from tests.flows.sessions.front_channel_portals import watching
from tests.support.every import every_case
from tests.support.parties.relying_party import sign_in
from tests.support.plain.browser import Browser

PAGES = ("/sign-in", "/register", "/signed-out", "/no-such-page", "/authorize", "/register/result", "/sign-in?i=x")
PRIVATE = ("/account", "/logout")
CLOSED = ("/authorize", "/sign-in", "/register", "/account", "/logout", "/token", "/userinfo")
CROSS = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}


def check_headers(browser: Browser, path: str) -> None:
    answer = browser.http.get(path)
    assert answer.headers["content-type"] == "text/html; charset=utf-8", path
    policy = answer.headers["content-security-policy"]
    assert {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(policy.split("; "))
    assert "script-src 'self'" in policy.split("; ")
    assert "unsafe" not in policy
    # No text becomes script or markup, whoever gets it into a page (Trusted Types).
    assert {"require-trusted-types-for 'script'", "trusted-types 'none'"} <= set(policy.split("; "))
    expected = {"x-frame-options": "DENY", "x-content-type-options": "nosniff", "cache-control": "no-store"}
    # Nobody who opened us in a window of theirs keeps a handle on it; no other site loads what is a person's.
    expected |= {"cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin"}
    assert expected.items() <= dict(answer.headers).items()
    assert "server" not in answer.headers
    assert answer.text.count("<script") == answer.text.count('<script src="/static/')


def test_every_page_refuses_frames_sniffing_and_storing(browser: Browser) -> None:
    with every_case() as cases:
        for path in PAGES:
            with cases.of(path):
                check_headers(browser, path)


def test_every_page_of_a_signed_in_person_does_too(embedded: RunningProvider, browser: Browser) -> None:
    sign_in(browser, embedded.party(), embedded.citizen())
    for commands in ({"prompt": "login"}, {"acr_values": "loa3"}):
        check_headers(browser, browser.page(embedded.party().start(**commands).location).address)
    check_headers(browser, browser.page(embedded.party(ClientId("ngan-hang")).start().location).address)
    for path in PRIVATE:
        check_headers(browser, path)


def test_no_other_site_may_read_pages_or_tokens(browser: Browser) -> None:
    """RFC 9700 2.6: no CORS at the authorization endpoint; at the others for registered origins (test_cross_origin)."""
    with every_case() as cases:
        for method, path in product(("GET", "POST", "OPTIONS"), CLOSED):
            with cases.of(method, path):
                answer = browser.http.request(method, path, headers=CROSS)
                assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_cookies_are_closed_to_scripts_and_other_sites(embedded: RunningProvider, browser: Browser) -> None:
    sign_in(browser, embedded.party(), embedded.citizen())
    given = [text for hop in browser.hops for text in hop.headers.get_list("set-cookie")]
    assert len(given) >= 2
    for text in given:
        assert {"httponly", "samesite=lax", "path=/"} <= {part.strip().lower() for part in text.split(";")}
        assert "domain=" not in text.lower()


def test_one_cookie_is_read_by_scripts_and_only_where_a_client_watches(
    embedded: RunningProvider, browser: Browser
) -> None:
    """OIDC Session Management 3.2: what is in it opens nothing (tests/flows/sessions/test_session_management.py)."""
    sign_in(browser, watching(embedded, "theo-doi-cookie", session_management=True), embedded.citizen())
    given = [text for hop in browser.hops for text in hop.headers.get_list("set-cookie")]
    open_to_scripts = [text.partition("=")[0] for text in given if "httponly" not in text.lower()]
    assert set(open_to_scripts) == {"idp-state"}
    assert all("samesite=" in text.lower() and "path=/" in text.lower() for text in given)


def test_signing_out_clears_what_the_browser_kept_of_us_and_staying_does_not(
    embedded: RunningProvider, browser: Browser
) -> None:
    tokens = sign_in(browser, embedded.party(), embedded.citizen())
    assert "clear-site-data" not in browser.http.get("/account").headers
    left = browser.http.get(f"/logout?id_token_hint={tokens.id_token}")
    assert left.headers["clear-site-data"] == '"cache", "storage"'
