"""OIDC Front-Channel Logout 1.0: the last page of a session has the browser tell whoever registered for it."""

from collections.abc import Callable

import pytest

from clients.model import ClientId
from tests.flows.notices import wait_notices
from tests.flows.portals import GOODBYE
from tests.flows.running_provider import RunningProvider
from tests.flows.sessions.front_channel_portals import FRONT, framed, frames_of, told
from tests.flows.sessions.test_logout import STATE, check_signed_out, confirmed, logout_path
from tests.support.page import Page
from tests.support.parties.relying_party import RelyingParty, Tokens, sign_in, sign_on
from tests.support.plain.browser import Browser, Landing, landed, shown

pytestmark = pytest.mark.one_form


def policy_of(page: Page) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in page.headers["content-security-policy"].split(";"))
    return {name: value for name, _, value in parts}


def check_told(address: str, party: RelyingParty, tokens: Tokens) -> None:
    """Front-Channel Logout 3: `iss` and `sid` are those of the client's own ID token, and nothing else is added."""
    where, query = told(address)
    assert where == FRONT
    assert query == {"iss": party.issuer, "sid": tokens.claims["sid"]}


def test_discovery_front_channel_logout_3_1_says_both(running: RunningProvider) -> None:
    """Module oidcc-frontchannel-rp-initiated-logout-discovery-endpoint-verification."""
    reported = running.http.get(running.provider.base() + "/.well-known/openid-configuration").json()
    assert reported["frontchannel_logout_supported"] is True
    assert reported["frontchannel_logout_session_supported"] is True
    assert reported["end_session_endpoint"] == running.provider.issuer + "/logout"


@pytest.mark.both_forms
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_front_channel_logout_3_the_page_on_the_way_back_loads_the_clients_address_and_goes_on(
    running: RunningProvider, browser: Browser, method: str
) -> None:
    """Module oidcc-frontchannel-rp-initiated-logout: loaded, then the redirect with its state, then no session."""
    party = framed(running, "khung")
    tokens = sign_in(browser, party, running.citizen())
    parameters = {"id_token_hint": tokens.id_token, "post_logout_redirect_uri": GOODBYE, "state": STATE}
    if method == "GET":
        page = browser.page(logout_path(**parameters))
    else:
        answer = browser.http.post("/logout", data=parameters)
        page = Page(answer.status_code, answer.headers, answer.text, str(answer.request.url))
    (address,) = frames_of(page)
    check_told(address, party, tokens)
    back = party.post_logout_redirect_uri
    assert f'content="5; url={back}&amp;state=' in page.html
    if method == "GET":
        assert Landing(page.links["continue"]).values == {"from": "idp", "state": STATE}
    assert policy_of(page)["frame-src"] == "http://127.0.0.1:9"
    assert "no-store" in page.headers["cache-control"]
    check_signed_out(browser, party)


def test_front_channel_logout_3_1_only_clients_of_this_session_with_an_address_are_loaded(
    running: RunningProvider, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    first = framed(running, "khung")
    second = framed(running, "khung-hai", f"{FRONT}?from=idp")
    citizen, elsewhere = running.citizen(), new_browser()
    sign_in(elsewhere, framed(running, "khung-ba"), citizen)
    tokens = sign_in(browser, first, citizen)
    others = sign_on(browser, second)
    sign_on(browser, running.party(ClientId("quoc-gia")))
    page = shown(browser.open(logout_path(id_token_hint=tokens.id_token)))
    assert page.shows("signed-out")
    # Whoever got tokens last comes first.
    second_address, first_address = frames_of(page)
    check_told(first_address, first, tokens)
    assert told(second_address)[1] == {"from": "idp", "iss": first.issuer, "sid": others.claims["sid"]}
    assert others.claims["sid"] != tokens.claims["sid"]
    assert page.texts["told-by-browser"] == "Cổng khung-hai Cổng khung"
    # Nowhere to go on to: the page stays.
    assert "continue" not in page.links
    assert "refresh" not in page.html


def test_a_person_who_confirms_tells_by_browser_too_and_back_channel_goes_its_own_way(
    running: RunningProvider, browser: Browser
) -> None:
    party = framed(running, "khung")
    tokens = sign_in(browser, party, running.citizen())
    page = confirmed(browser, browser.open("/logout"))
    (address,) = frames_of(page)
    check_told(address, party, tokens)
    assert "Cổng khung" in page.texts["portals"]
    assert wait_notices(running, party, tokens)


@pytest.mark.parametrize("button", ["end-all", "end-this"])
def test_who_ends_the_session_on_the_page_of_sessions_tells_by_browser_too(
    running: RunningProvider, browser: Browser, button: str
) -> None:
    party = framed(running, "khung")
    tokens = sign_in(browser, party, running.citizen())
    sessions = browser.page("/account/sessions")
    if button == "end-this":
        (button,) = [name for name, (_, value) in sessions.buttons.items() if value.startswith("end:")]
    page = shown(browser.submit(sessions, button))
    (address,) = frames_of(page)
    check_told(address, party, tokens)
    check_signed_out(browser, party)


def test_a_client_without_an_address_is_left_as_it_was(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    tokens = sign_in(browser, party, running.citizen())
    answer = browser.open(logout_path(id_token_hint=tokens.id_token, post_logout_redirect_uri=GOODBYE, state="s"))
    assert landed(answer).values == {"from": "idp", "state": "s"}


def test_lo_1_nothing_is_loaded_before_the_session_has_ended(running: RunningProvider, browser: Browser) -> None:
    """A page of another site that leads here gets the question, and no frame: it signs nobody out."""
    party = framed(running, "khung")
    sign_in(browser, party, running.citizen())
    page = shown(browser.open("/logout"))
    assert page.shows("confirm-logout")
    assert frames_of(page) == []
    assert "frame-src" not in policy_of(page)
    sign_on(browser, party, prompt="none")


def test_a_hint_without_a_cookie_loads_nothing_and_the_back_channel_tells(
    running: RunningProvider, browser: Browser
) -> None:
    """A portal's server has no frames: the session ends, and the notices go out."""
    party = framed(running, "khung")
    tokens = sign_in(browser, party, running.citizen())
    answer = running.http.get(running.provider.base() + logout_path(id_token_hint=tokens.id_token))
    assert (answer.status_code, answer.headers["location"]) == (303, "/signed-out")
    assert wait_notices(running, party, tokens)
    check_signed_out(browser, party)
