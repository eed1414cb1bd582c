"""`session_state` in responses, and the state that the browser keeps (OIDC Session Management 1.0)."""

import time
from hashlib import sha256

import pytest

from clients.model import ClientId
from tests.flows.notices import wait_notices
from tests.flows.running_provider import RunningProvider
from tests.flows.sessions.front_channel_portals import watching
from tests.flows.sessions.test_logout import logout_path
from tests.support.parties.relying_party import RelyingParty, sign_in, sign_on
from tests.support.plain.browser import Browser, landed

pytestmark = pytest.mark.one_form

STATE = "idp-state"
ORIGIN = "http://127.0.0.1:9"


def arrived(browser: Browser, party: RelyingParty) -> str:
    """Arrive at a client in a live session, and return the `session_state` of the response."""
    started = party.start(prompt="none")
    landing = landed(browser.open(started.location))
    party.complete(started, landing)
    return landing.values["session_state"]


def answer_of_the_frame(browser: Browser, party: RelyingParty, session_state: str, origin: str = ORIGIN) -> str:
    """Return what the page of `check_session_iframe` says, by the rule that its script follows."""
    digest, _, salt = session_state.partition(".")
    state, _, until = (browser.http.cookies.get(STATE) or "").partition(".")
    state = state if time.time() < float(until or 0) else ""
    now = sha256(f"{party.client_id} {origin} {state} {salt}".encode()).hexdigest()
    return "unchanged" if now == digest else "changed"


def test_discovery_session_management_3_3_names_frame_and_end_session_endpoint(running: RunningProvider) -> None:
    """Module oidcc-session-management-discovery-endpoint-verification."""
    reported = running.http.get(running.provider.base() + "/.well-known/openid-configuration").json()
    assert reported["check_session_iframe"] == running.provider.issuer + "/check-session"
    assert reported["end_session_endpoint"] == running.provider.issuer + "/logout"
    frame = running.http.get(running.provider.base() + "/check-session")
    assert frame.status_code == 200
    assert "x-frame-options" not in frame.headers
    assert "frame-ancestors http: https:" in frame.headers["content-security-policy"]


@pytest.mark.both_forms
def test_session_management_3_2_unchanged_while_the_session_lives_and_changed_after_logout(
    running: RunningProvider, browser: Browser
) -> None:
    """Module oidcc-session-management-rp-initiated-logout; by Chromium in tests/browser/sessions."""
    party = watching(running, "theo-doi", session_management=True)
    tokens = sign_in(browser, party, running.citizen())
    first, second = arrived(browser, party), arrived(browser, party)
    assert first != second
    assert [answer_of_the_frame(browser, party, one) for one in (first, second)] == ["unchanged", "unchanged"]
    assert answer_of_the_frame(browser, party, first, "http://127.0.0.1:10") == "changed"
    browser.open(logout_path(id_token_hint=tokens.id_token))
    assert browser.http.cookies.get(STATE) is None
    assert answer_of_the_frame(browser, party, first) == "changed"


def test_another_person_in_the_same_browser_is_another_state(running: RunningProvider, browser: Browser) -> None:
    party, plain = watching(running, "theo-doi", session_management=True), running.party()
    sign_in(browser, party, running.citizen())
    before = arrived(browser, party)
    # At a client that does not watch: what the watching one's page sees must change all the same.
    sign_in(browser, plain, running.citizen(), prompt="select_account")
    assert answer_of_the_frame(browser, party, before) == "changed"
    assert answer_of_the_frame(browser, party, arrived(browser, party)) == "unchanged"


def test_the_state_of_a_browser_opens_nothing_and_is_read_by_nobody(running: RunningProvider, browser: Browser) -> None:
    party = watching(running, "theo-doi", session_management=True)
    sign_in(browser, party, running.citizen())
    state = browser.http.cookies.get(STATE)
    assert state
    with running.browser() as thief:
        for name in (STATE, "idp-session", "idp-browser"):
            thief.http.cookies.set(name, state, domain="localhost.local", path="/")
        started = party.start(prompt="none")
        assert party.error_of(started, landed(thief.open(started.location))) == "login_required"


def test_who_did_not_register_for_it_gets_no_state_and_no_cookie(running: RunningProvider, browser: Browser) -> None:
    """The strict relying party takes no parameter that it did not register for."""
    sign_in(browser, running.party(), running.citizen())
    assert browser.http.cookies.get(STATE) is None
    sign_on(browser, running.party(ClientId("so-tu-phap")))
    assert browser.http.cookies.get(STATE) is None


@pytest.mark.both_forms
def test_back_channel_logout_2_4_session_state_of_the_token_response_is_the_sid_of_the_logout_token(
    running: RunningProvider, browser: Browser
) -> None:
    """Brokers such as Keycloak before May 2026 find the session that a notice names by nothing else."""
    party = watching(running, "moi-gioi", session_state_in_token_response=True)
    started = party.start()
    page = browser.page(started.location)
    citizen = running.citizen()
    fields = {"identifier": citizen.number, "password": citizen.password}
    landing = landed(browser.submit(page, "sign-in", **fields))
    answer = party.redeem(started, party.code_of(started, landing))
    tokens = party.validated(answer, nonce=started.nonce)
    kept = answer.json()["session_state"]
    assert kept == tokens.claims["sid"]
    refreshed = party.refresh(tokens.refresh_token or "")
    assert refreshed.json()["session_state"] == kept
    browser.open(logout_path(id_token_hint=tokens.id_token))
    (notice,) = wait_notices(running, party, tokens)
    assert notice["sid"] == kept


def test_a_client_that_did_not_register_for_it_finds_no_session_state_in_its_tokens(
    running: RunningProvider, browser: Browser
) -> None:
    party = running.party()
    started = party.start()
    page, citizen = browser.page(started.location), running.citizen()
    landing = landed(browser.submit(page, "sign-in", identifier=citizen.number, password=citizen.password))
    assert "session_state" not in party.redeem(started, party.code_of(started, landing)).json()
