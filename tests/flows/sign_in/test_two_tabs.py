"""Two requests in one browser, step by step by turns: each needs its own steps, neither takes the other's (SE-7)."""

import pytest

from clients.model import ClientId
from tests.flows.running_provider import RunningProvider
from tests.support.parties.relying_party import show_password, sign_in
from tests.support.parties.token_checks import number
from tests.support.plain.browser import Browser, landed, shown

STATE_PORTAL, BANK, STRICT = "quoc-gia", "ngan-hang", "muc-ba"


def test_a_sign_in_in_one_tab_lets_the_other_go_on_without_a_page(running: RunningProvider, browser: Browser) -> None:
    here, there = running.party(), running.party(ClientId("so-tu-phap"))
    first, second = here.start(), there.start()
    tab, other_tab = browser.page(first.location), browser.page(second.location)
    signed = here.complete(first, landed(show_password(browser, tab, running.citizen())))
    followed = there.complete(second, landed(browser.open(other_tab.address)))
    assert followed.claims["auth_time"] == signed.claims["auth_time"]


def test_each_tab_ends_at_its_own_client_with_its_own_state_and_nonce(
    running: RunningProvider, browser: Browser
) -> None:
    """I14: the later request does not displace the earlier one."""
    here, there, citizen = running.party(), running.party(ClientId("so-tu-phap")), running.citizen()
    first, second = here.start(), there.start()
    tab, other_tab = browser.page(first.location), browser.page(second.location)
    there.complete(second, landed(show_password(browser, other_tab, citizen)))
    here.complete(first, landed(show_password(browser, tab, citizen)))


def test_two_requests_of_one_client_are_told_apart(running: RunningProvider, browser: Browser) -> None:
    party, citizen = running.party(), running.citizen()
    first, second = party.start(), party.start()
    tab, other_tab = browser.page(first.location), browser.page(second.location)
    assert tab.address != other_tab.address
    party.complete(first, landed(show_password(browser, tab, citizen)))
    party.complete(second, landed(browser.open(other_tab.address)))


def test_a_form_of_one_tab_is_refused_in_the_other(running: RunningProvider, browser: Browser) -> None:
    """The form's token names its own request."""
    tab = browser.page(running.party().start().location)
    other_tab = browser.page(running.party(ClientId("so-tu-phap")).start().location)
    citizen = running.citizen()
    answer = browser.send_form(
        tab, "sign-in", form=other_tab.values["form"], identifier=citizen.number, password=citizen.password
    )
    assert (answer.status_code, browser.session) == (403, None)


def test_consent_in_one_tab_is_none_for_another_client(running: RunningProvider, browser: Browser) -> None:
    """The bank's consent page stays, whatever is signed in beside it; its answer reaches the bank alone."""
    bank, portal, citizen = running.party(ClientId(BANK)), running.party(), running.citizen()
    asked, started = bank.start(), portal.start(prompt="consent")
    bank_tab = shown(show_password(browser, browser.page(asked.location), citizen))
    portal_tab = browser.page(started.location)
    assert portal.error_of(started, landed(browser.submit(portal_tab, "deny"))) == "access_denied"
    bank.complete(asked, landed(browser.submit(bank_tab, "allow")))


def test_a_consent_that_was_shown_to_one_person_is_none_of_another(running: RunningProvider, browser: Browser) -> None:
    """Seen: the page was shown to one person and pressed after another had signed in; it is shown anew instead."""
    bank, portal, shown_to, signed_in = (
        running.party(ClientId(BANK)),
        running.party(),
        running.citizen(),
        running.citizen(),
    )
    started = bank.start()
    tab = shown(show_password(browser, browser.page(started.location), shown_to))
    sign_in(browser, portal, signed_in, prompt="login")
    anew = shown(browser.submit(tab, "allow"))
    assert anew.shows("allow")
    silent = bank.start(prompt="none")
    assert bank.error_of(silent, landed(browser.open(silent.location))) == "consent_required"
    # What this person was shown counts.
    bank.complete(started, landed(browser.submit(anew, "allow")))


def test_prompt_consent_is_answered_in_its_own_tab_only(running: RunningProvider, browser: Browser) -> None:
    """Two requests with prompt=consent: an answer to one is no answer to the other."""
    party, citizen = running.party(), running.citizen()
    sign_in(browser, party, citizen)
    first, second = party.start(prompt="consent"), party.start(prompt="consent")
    tab, other_tab = browser.page(first.location), browser.page(second.location)
    party.complete(first, landed(browser.submit(tab, "allow")))
    assert shown(browser.open(other_tab.address)).shows("allow")


def test_a_step_up_is_not_skipped_by_a_tab_that_needs_none(running: RunningProvider, browser: Browser) -> None:
    """The one-time code was once skipped from a second tab; a password alone never reaches the strict client."""
    strict, portal, citizen = running.party(ClientId(STRICT)), running.party(), running.citizen()
    asked = strict.start()
    code_page = shown(show_password(browser, browser.page(asked.location), citizen))
    started = portal.start()
    assert portal.complete(started, landed(browser.open(started.location))).claims["acr"] == "loa2"
    for address in (code_page.address, asked.location, code_page.address.replace("/step-up", "/sign-in")):
        assert shown(browser.open(address)).shows("code")
    consent = browser.page(code_page.address.replace("/step-up", "/consent"))
    assert consent.shows("code")


def test_prompt_login_in_one_tab_is_not_satisfied_by_an_older_sign_in_in_the_other(
    running: RunningProvider, browser: Browser
) -> None:
    party, citizen = running.party(), running.citizen()
    first = sign_in(browser, party, citizen)
    started = party.start(prompt="login")
    tab = browser.page(started.location)
    silent = party.start()
    party.complete(silent, landed(browser.open(silent.location)))
    assert shown(browser.open(tab.address)).shows("sign-in")
    again = party.complete(started, landed(show_password(browser, tab, citizen)))
    assert number(again.claims, "auth_time") >= number(first.claims, "auth_time")


def test_a_cancelled_tab_leaves_the_other_alone(running: RunningProvider, browser: Browser) -> None:
    here, there = running.party(), running.party(ClientId("so-tu-phap"))
    first, second = here.start(), there.start()
    tab, other_tab = browser.page(first.location), browser.page(second.location)
    assert here.error_of(first, landed(browser.submit(tab, "cancel"))) == "access_denied"
    there.complete(second, landed(show_password(browser, other_tab, running.citizen())))


def test_a_form_sent_twice_still_ends_at_the_client(running: RunningProvider, browser: Browser) -> None:
    """An impatient double click on the button: the second answer still leads to the client."""
    party, citizen = running.party(), running.citizen()
    started = party.start()
    tab = browser.page(started.location)
    party.code_of(started, landed(show_password(browser, tab, citizen)))
    party.complete(started, landed(show_password(browser, tab, citizen)))


@pytest.mark.one_form
@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("/account/profile", {"action": "save", "nickname": "Bình"}),
        ("/account/language", {"action": "en"}),
        ("/account/not-me", {"action": "report"}),
        ("/account/portals", {"action": "withdraw:bank"}),
    ],
)
def test_a_form_that_was_shown_in_one_session_is_not_taken_in_another(
    running: RunningProvider, browser: Browser, page: str, fields: dict[str, str]
) -> None:
    """Seen: the form was shown to one person and taken from another who had signed in in the same browser since."""
    portal, shown_to, signed_in = running.party(), running.citizen(), running.citizen()
    sign_in(browser, portal, shown_to)
    # The button that locks the account stands on the page of notices.
    tab = browser.page("/account/notices" if page == "/account/not-me" else page)
    sign_in(browser, portal, signed_in, prompt="login")
    refused = browser.http.post(page, data={**tab.values, **fields})
    assert (refused.status_code, "form_rejected" in refused.text) == (403, True)
    # What was shown to who is signed in now counts.
    own = browser.page(tab.address)
    assert browser.http.post(page, data={**own.values, **fields}).status_code == 303
