"""prompt, max_age, id_token_hint, login_hint, ui_locales (OIDC Core 3.1.2.1)."""

import time
from collections.abc import Callable

import pytest

from clients.model import ClientId
from tests.flows.running_provider import RunningProvider
from tests.support.parties.relying_party import RelyingParty, show_password, sign_in, sign_on
from tests.support.parties.token_checks import number
from tests.support.plain.browser import Browser, landed, shown

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

NewBrowser = Callable[[], Browser]


def refused(browser: Browser, party: RelyingParty, **extra: str) -> str:
    """Return the error that a request without any page ends with."""
    started = party.start(**extra)
    browser.hops.clear()
    error = party.error_of(started, landed(browser.open(started.location)))
    assert [hop.path for hop in browser.hops] == ["/authorize"]
    return error


def wait_a_second() -> None:
    """Let the clock of claims, which counts seconds, move on."""
    now = time.time()
    time.sleep(int(now) + 1.01 - now)


def test_prompt_none_without_a_session_is_login_required_and_no_page(
    running: RunningProvider, browser: Browser
) -> None:
    assert refused(browser, running.party(), prompt="none") == "login_required"


def test_prompt_none_with_a_session_succeeds_with_the_same_sub_and_auth_time(
    running: RunningProvider, browser: Browser
) -> None:
    party = running.party()
    first = sign_in(browser, party, running.citizen())
    wait_a_second()
    second = sign_on(browser, party, prompt="none")
    assert (second.claims["sub"], second.claims["auth_time"]) == (first.claims["sub"], first.claims["auth_time"])


@pytest.mark.both_forms
@pytest.mark.parametrize("prompt", ["login", "select_account"])
def test_prompt_login_asks_again_and_auth_time_is_later(
    running: RunningProvider, browser: Browser, prompt: str
) -> None:
    party, citizen = running.party(), running.citizen()
    first = sign_in(browser, party, citizen)
    wait_a_second()
    again = sign_in(browser, party, citizen, prompt=prompt)
    assert number(again.claims, "auth_time") > number(first.claims, "auth_time")
    assert again.claims["sub"] == first.claims["sub"]


def test_prompt_login_shows_who_is_signed_in_and_takes_the_password_alone(
    running: RunningProvider, browser: Browser
) -> None:
    party, citizen = running.party(), running.citizen()
    sign_in(browser, party, citizen)
    started = party.start(prompt="login")
    page = browser.page(started.location)
    assert citizen.name in page.html
    assert citizen.number not in page.html
    assert page.shows("other-account")
    party.complete(started, landed(browser.submit(page, "sign-in", password=citizen.password)))


def test_prompt_login_and_cancel_gives_access_denied_and_no_code(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    sign_in(browser, party, running.citizen())
    started = party.start(prompt="login")
    page = browser.page(started.location)
    assert party.error_of(started, landed(browser.submit(page, "cancel"))) == "access_denied"


@pytest.mark.both_forms
def test_prompt_login_is_not_satisfied_by_going_back_to_the_request(running: RunningProvider, browser: Browser) -> None:
    """Case SE-5: only a fresh authentication gives a code."""
    party = running.party()
    sign_in(browser, party, running.citizen())
    started = party.start(prompt="login")
    page = browser.page(started.location)
    assert shown(browser.open(page.address)).shows("sign-in")
    assert shown(browser.open(started.location)).shows("sign-in")


def test_prompt_consent_asks_a_state_portal_too(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    sign_in(browser, party, running.citizen())
    started = party.start(prompt="consent")
    page = browser.page(started.location)
    assert page.shows("allow")
    party.complete(started, landed(browser.submit(page, "allow")))


def test_max_age_zero_asks_again(running: RunningProvider, browser: Browser) -> None:
    party, citizen = running.party(), running.citizen()
    first = sign_in(browser, party, citizen)
    wait_a_second()
    again = sign_in(browser, party, citizen, max_age="0")
    assert number(again.claims, "auth_time") > number(first.claims, "auth_time")


def test_a_large_max_age_asks_nothing_and_keeps_auth_time(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    first = sign_in(browser, party, running.citizen(), max_age="15000")
    wait_a_second()
    assert sign_on(browser, party, max_age="10000").claims["auth_time"] == first.claims["auth_time"]


def test_max_age_with_prompt_none_is_login_required_when_too_old(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    sign_in(browser, party, running.citizen())
    time.sleep(1.05)
    assert refused(browser, party, prompt="none", max_age="1") == "login_required"


def test_id_token_hint_of_the_same_person_succeeds_silently(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    first = sign_in(browser, party, running.citizen())
    again = sign_on(browser, party, prompt="none", id_token_hint=first.id_token)
    assert (again.claims["sub"], again.claims["auth_time"]) == (first.claims["sub"], first.claims["auth_time"])


def test_id_token_hint_of_another_person_is_login_required(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    party = running.party()
    other = sign_in(new_browser(), party, running.citizen())
    sign_in(browser, party, running.citizen())
    assert refused(browser, party, prompt="none", id_token_hint=other.id_token) == "login_required"


def test_id_token_hint_and_a_sign_in_as_somebody_else_is_login_required(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    party = running.party()
    hinted = sign_in(new_browser(), party, running.citizen())
    started = party.start(id_token_hint=hinted.id_token)
    page = browser.page(started.location)
    assert party.error_of(started, landed(show_password(browser, page, running.citizen()))) == "login_required"


def test_id_token_hint_of_another_client_is_refused(running: RunningProvider, browser: Browser) -> None:
    foreign = sign_in(browser, running.party(ClientId("so-tu-phap")), running.citizen())
    assert refused(browser, running.party(), prompt="none", id_token_hint=foreign.id_token) == "invalid_request"


def test_login_hint_fills_the_form_and_naming_nobody_is_no_error(running: RunningProvider, browser: Browser) -> None:
    page = browser.page(running.party().start(login_hint="nobody@example.invalid").location)
    assert page.values["identifier"] == "nobody@example.invalid"


@pytest.mark.parametrize(("command", "language"), [("en", "en"), ("vi", "vi"), ("se", "vi"), ("en-GB vi", "en")])
def test_ui_locales_choose_the_language_and_unknown_ones_are_no_error(
    running: RunningProvider, browser: Browser, command: str, language: str
) -> None:
    assert browser.page(running.party().start(ui_locales=command).location).language == language


@pytest.mark.both_forms
def test_another_person_who_signs_in_at_prompt_login_never_gets_the_first_ones_session(
    running: RunningProvider, browser: Browser
) -> None:
    """Case SE-5: users never mix."""
    party, first, second = running.party(), running.citizen(), running.citizen()
    before = sign_in(browser, party, first)
    after = sign_in(browser, party, second, prompt="login")
    assert after.claims["sub"] != before.claims["sub"]
    assert after.claims["sid"] != before.claims["sid"]
    assert party.refresh(before.refresh_token or "").json()["error"] == "invalid_grant"


def test_a_head_request_makes_no_code(running: RunningProvider, browser: Browser) -> None:
    """RFC 9110 9.3.2: link checkers ask by HEAD, and nobody would read what it leads to."""
    party = running.party()
    sign_in(browser, party, running.citizen())
    answer = browser.http.head(party.start().location)
    assert (answer.status_code, answer.headers.get("allow"), answer.headers.get("location")) == (405, "GET, POST", None)
