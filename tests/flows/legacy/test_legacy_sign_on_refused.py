"""What the legacy sign-on refuses, and the next step that it names (docs/flows/legacy-sign-on.md)."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import httpx2
import pytest

from clients.model import ClientId
from tests.flows.old_portal import old_party, old_sign_in
from tests.flows.portals import CALLBACK
from tests.flows.running_provider import RunningProvider
from tests.support.parties.old_relying_party import OldRelyingParty
from tests.support.parties.relying_party import show_password, sign_in, sign_on
from tests.support.plain.browser import Browser, Landing, landed, shown

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form


def test_the_old_discovery_names_the_old_addresses_and_the_one_issuer(running: RunningProvider) -> None:
    base = running.provider.base()
    new = running.http.get(base + "/.well-known/openid-configuration").json()
    for place in ("/oauth2/token", "/oauth2/oidcdiscovery"):
        old = running.http.get(f"{base}{place}/.well-known/openid-configuration").json()
        assert old["token_endpoint"] == running.provider.issuer + "/oauth2/token"
        assert old["issuer"] == new["issuer"]
    assert running.http.get(base + "/oauth2/jwks").content == running.http.get(base + "/jwks.json").content
    assert not any("/oauth2/" in str(value) for value in new.values())


OLD_CALLS: Mapping[str, Callable[[OldRelyingParty], httpx2.Response]] = {
    "token": lambda party: party.redeem(Landing(f"{CALLBACK}?code=x")),
    "revoke": lambda party: party.revoke("x"),
    "introspect": lambda party: party.http.post(
        party.host + "/oauth2/introspect",
        data={"token": "x", "client_id": party.client_id, "client_secret": party.secret},
    ),
}


@pytest.mark.parametrize("call", OLD_CALLS)
@pytest.mark.parametrize(("client_id", "says"), [("cong-het-han", "2026-06-30"), ("so-tu-phap", "not registered")])
def test_after_its_last_day_and_without_one_each_call_is_refused_with_the_next_step(
    embedded: RunningProvider, call: str, client_id: ClientId, says: str
) -> None:
    answer = OLD_CALLS[call](old_party(embedded, client_id))
    assert answer.status_code == 400
    body = answer.json()
    assert body["error"] == "unauthorized_client"
    assert says in body["error_description"]
    assert "/.well-known/openid-configuration" in body["error_description"]


def test_tokens_of_a_client_without_the_legacy_sign_on_open_nothing_here(
    running: RunningProvider, browser: Browser
) -> None:
    tokens = sign_in(browser, running.party(ClientId("so-tu-phap")), running.citizen())
    party = old_party(running, ClientId("so-tu-phap"))
    for answer in (party.userinfo(tokens.access_token), party.introspect(tokens.access_token)):
        assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")
    assert party.sign_out(tokens.id_token).json()["error"] == "unauthorized_client"
    sign_on(browser, running.party(), prompt="none")


@pytest.mark.parametrize(
    ("client_id", "changed", "reason"),
    [
        ("cong-het-han", {}, "ended"),
        ("so-tu-phap", {}, "not_registered"),
        ("cong-cu", {"response_type": "token"}, "implicit_flow"),
        ("cong-cu", {"redirect_uri": "http://evil.example/cb"}, "plain_http"),
        ("cong-cu", {"redirect_uri": "https://evil.example/cb"}, "unregistered_address"),
        ("cong-cu", {"SoDinhDanh": "001899000001"}, "identity_in_browser"),
        ("cong-cu", {"access_token": "x"}, "token_in_url"),
    ],
)
def test_what_is_refused_to_a_browser_is_a_page_that_explains_and_never_a_redirect(
    embedded: RunningProvider, client_id: ClientId, changed: dict[str, str], reason: str
) -> None:
    asked = {"response_type": "code", "client_id": client_id, "redirect_uri": CALLBACK, "scope": "openid", **changed}
    with Browser(embedded.provider.base()) as browser:
        page = browser.page(f"/oauth2/authorize?{urlencode(asked)}")
    assert (page.status, page.texts["error-reason"]) == (400, reason)
    assert page.texts["team-change"]
    assert "001899000001" not in page.html


def test_rfc9700_4_16_sign_in_in_a_frame_is_refused_and_could_not_be_shown(embedded: RunningProvider) -> None:
    with Browser(embedded.provider.base()) as browser:
        page = shown(browser.open(old_party(embedded).login_url(), **{"Sec-Fetch-Dest": "iframe"}))
        assert page.texts["error-reason"] == "framed"
        assert browser.hops[-1].headers["x-frame-options"] == "DENY"


def test_or_2_a_way_back_after_logout_that_is_not_registered_is_not_taken(embedded: RunningProvider) -> None:
    with Browser(embedded.provider.base()) as browser:
        tokens = old_sign_in(browser, old_party(embedded), embedded.citizen())
        leave = {"id_token_hint": tokens.id_token, "post_logout_redirect_uri": "https://evil.example/"}
        page = browser.page(f"/oidc/logout?{urlencode(leave)}")
        assert (page.status, page.texts["error-reason"]) == (400, "unregistered_goodbye")
        assert page.shows("sign-out-here")
        sign_on(browser, embedded.party(), prompt="none")
        answer = embedded.http.post(embedded.provider.base() + "/oidc/logout", data=leave)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("path", "query", "headers", "fields", "says"),
    [
        ("/oauth2/userinfo?access_token=x", "", {}, {}, "never travel in an address"),
        ("/oauth2/token?client_secret=x", "", {}, {"grant_type": "refresh_token"}, "never travel in an address"),
        ("/oauth2/userinfo", "", {"Origin": "https://portal.example"}, {}, "answers servers only"),
        ("/oauth2/token", "", {"Sec-Fetch-Site": "cross-site"}, {"grant_type": "x"}, "answers servers only"),
        ("/oauth2/introspect", "", {"Cookie": f"idp-browser={'x' * 43}"}, {"token": "x"}, "answers servers only"),
    ],
)
def test_what_is_unsafe_is_refused_to_programs_with_the_next_step(
    embedded: RunningProvider, path: str, query: str, headers: dict[str, str], fields: dict[str, str], says: str
) -> None:
    answer = embedded.http.post(embedded.provider.base() + path + query, data=fields, headers=headers)
    assert answer.status_code == 400
    assert says in answer.json()["error_description"]
    assert "access-control-allow-origin" not in answer.headers


def test_a_server_that_sends_what_some_servers_send_is_no_browser(embedded: RunningProvider) -> None:
    """Node.js sends `Sec-Fetch-Mode`, and a cookie jar holds the load balancer's cookie."""
    headers = {"Sec-Fetch-Mode": "cors", "Cookie": "SERVERID=node-1"}
    answer = embedded.http.post(embedded.provider.base() + "/oauth2/userinfo", headers=headers)
    assert answer.status_code == 401


def test_identity_that_is_posted_is_refused_before_it_could_get_into_an_address(embedded: RunningProvider) -> None:
    fields = {"response_type": "code", "client_id": "cong-cu", "redirect_uri": CALLBACK, "SoDinhDanh": "001899000001"}
    answer = embedded.http.post(embedded.provider.base() + "/oauth2/authorize", data=fields)
    assert (answer.status_code, "location" in answer.headers) == (400, False)


def test_rfc9700_2_4_the_password_grant_is_refused_with_the_next_step(embedded: RunningProvider) -> None:
    fields = {"grant_type": "password", "username": "u", "password": "p"}
    answer = embedded.party(ClientId("cong-cu")).post("/oauth2/token", **fields)
    assert answer.json()["error"] == "unsupported_grant_type"
    assert "authorization endpoint" in answer.json()["error_description"]


def test_a_code_of_the_old_face_is_worth_nothing_at_the_new_one(running: RunningProvider, browser: Browser) -> None:
    party = old_party(running)
    landing = landed(show_password(browser, browser.page(party.login_url()), running.citizen()))
    at_new = running.party(ClientId("cong-cu")).token(
        grant_type="authorization_code", code=landing.values["code"], redirect_uri=CALLBACK
    )
    assert (at_new.status_code, at_new.json()["error"]) == (400, "invalid_grant")


def test_rfc9700_2_1_1_at_the_new_addresses_the_old_client_needs_pkce(
    running: RunningProvider, browser: Browser
) -> None:
    party = running.party(ClientId("cong-cu"))
    started = party.start(code_challenge=None, code_challenge_method=None)
    assert party.error_of(started, landed(browser.open(started.location))) == "invalid_request"


def test_a_moved_portal_uses_the_new_addresses_before_its_last_day(running: RunningProvider, browser: Browser) -> None:
    sign_in(browser, running.party(ClientId("cong-cu")), running.citizen())
