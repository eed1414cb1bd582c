"""Consent outside the State, step-up by SMS, and what the client hears when the person says no."""

import pytest

from clients.model import ClientId
from tests.flows.running_provider import RunningProvider
from tests.support.page import Page
from tests.support.parties.relying_party import RelyingParty, Started, Tokens, show_password, sign_in, sign_on
from tests.support.plain.browser import Browser, landed, shown
from tests.support.running.provider import Citizen

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

BANK = ClientId("ngan-hang")


def consent_page(browser: Browser, party: RelyingParty, citizen: Citizen) -> tuple[Started, Page]:
    """Sign in at a client that asks for consent, as far as the consent page."""
    started = party.start()
    page = shown(show_password(browser, browser.page(started.location), citizen))
    assert page.shows("allow")
    return started, page


def code_from(running: RunningProvider, citizen: Citizen, count: int = 1) -> str:
    """Return the code of the `count`-th SMS to a person."""
    words = (
        running.listener.wait_text(citizen.phone, count).replace(".", " ").replace(",", " ").replace(":", " ").split()
    )
    (code,) = [word for word in words if len(word) == 6 and word.isdigit()]
    return code


def step_up(running: RunningProvider, browser: Browser, party: RelyingParty, citizen: Citizen, **extra: str) -> Tokens:
    """Go through the step-up of a signed-in person."""
    started = party.start(**extra)
    page = browser.page(started.location)
    assert page.shows("code")
    return party.complete(started, landed(browser.submit(page, "verify", code=code_from(running, citizen))))


@pytest.mark.both_forms
def test_consent_given_once_is_remembered(running: RunningProvider, browser: Browser) -> None:
    party, citizen = running.party(BANK), running.citizen()
    started, page = consent_page(browser, party, citizen)
    first = party.complete(started, landed(browser.submit(page, "allow")))
    assert sign_on(browser, party, prompt="none").claims["sub"] == first.claims["sub"]


def test_consent_names_every_kind_of_data_and_leaves_out_what_was_not_asked(
    running: RunningProvider, browser: Browser
) -> None:
    _, page = consent_page(browser, running.party(BANK), running.citizen())
    assert page.texts["claims"]
    assert "Điện thoại" not in page.texts["claims"]


def test_prompt_consent_asks_again_after_a_remembered_consent(running: RunningProvider, browser: Browser) -> None:
    party = running.party(BANK)
    started, page = consent_page(browser, party, running.citizen())
    party.complete(started, landed(browser.submit(page, "allow")))
    again = party.start(prompt="consent")
    assert browser.page(again.location).shows("allow")


@pytest.mark.both_forms
def test_a_denied_consent_is_access_denied_and_is_asked_for_again(running: RunningProvider, browser: Browser) -> None:
    party = running.party(BANK)
    started, page = consent_page(browser, party, running.citizen())
    assert party.error_of(started, landed(browser.submit(page, "deny"))) == "access_denied"
    assert browser.page(party.start().location).shows("allow")


def test_prompt_none_without_consent_is_consent_required(running: RunningProvider, browser: Browser) -> None:
    sign_in(browser, running.party(), running.citizen())
    party = running.party(BANK)
    started = party.start(prompt="none")
    assert party.error_of(started, landed(browser.open(started.location))) == "consent_required"


def test_a_state_portal_informs_instead_of_asking(running: RunningProvider, browser: Browser) -> None:
    page = browser.page(running.party().start().location)
    assert page.shows("notice")
    assert not browser.page(running.party(BANK).start().location).shows("notice")


def test_cancelled_sign_in_is_access_denied(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    started = party.start()
    answer = browser.submit(browser.page(started.location), "cancel")
    assert party.error_of(started, landed(answer)) == "access_denied"
    assert browser.session is None


@pytest.mark.both_forms
def test_acr_values_lead_to_a_step_up_by_sms(running: RunningProvider, browser: Browser) -> None:
    party, citizen = running.party(), running.citizen()
    first = sign_in(browser, party, citizen)
    raised = step_up(running, browser, party, citizen, acr_values="loa3")
    assert (raised.claims["acr"], raised.claims["amr"]) == ("loa3", ["pwd", "sms", "mfa"])
    # Case MF-9: one factor more is no new sign-in.
    assert raised.claims["auth_time"] == first.claims["auth_time"]
    assert (
        sign_on(browser, running.party(ClientId("so-tu-phap")), acr_values="loa3", prompt="none").claims["acr"]
        == "loa3"
    )


def test_prompt_none_below_a_wanted_level_is_interaction_required(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    sign_in(browser, party, running.citizen())
    started = party.start(acr_values="loa3", prompt="none")
    assert party.error_of(started, landed(browser.open(started.location))) == "interaction_required"
    assert sign_on(browser, party, acr_values="loa2", prompt="none").claims["acr"] == "loa2"


def test_any_of_several_acr_values_satisfies(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    assert sign_in(browser, party, running.citizen(), acr_values="loa3 loa2 unknown").claims["acr"] == "loa2"


def test_minimum_acr_is_insisted_on(running: RunningProvider, browser: Browser) -> None:
    party, citizen = running.party(ClientId("muc-ba")), running.citizen()
    sign_in(browser, running.party(), citizen)
    started = party.start(prompt="none")
    assert party.error_of(started, landed(browser.open(started.location))) == "interaction_required"
    assert step_up(running, browser, party, citizen).claims["acr"] == "loa3"


@pytest.mark.both_forms
def test_a_wrong_code_is_refused_and_the_right_one_still_works(running: RunningProvider, browser: Browser) -> None:
    party, citizen = running.party(ClientId("muc-ba")), running.citizen()
    started = party.start()
    page = shown(show_password(browser, browser.page(started.location), citizen))
    code = code_from(running, citizen)
    wrong = shown(browser.submit(page, "verify", code=f"{(int(code) + 1) % 1_000_000:06d}"))
    assert (wrong.status, wrong.shows("code-error")) == (401, True)
    party.complete(started, landed(browser.submit(wrong, "verify", code=code)))


@pytest.mark.both_forms
def test_a_code_sent_anew_ends_the_one_before(running: RunningProvider, browser: Browser) -> None:
    """Case MF-7: the older of two codes is refused."""
    party, citizen = running.party(ClientId("muc-ba")), running.citizen()
    started = party.start()
    page = shown(show_password(browser, browser.page(started.location), citizen))
    old = code_from(running, citizen)
    resent = shown(browser.submit(page, "resend"))
    new = code_from(running, citizen, 2)
    if old != new:
        assert shown(browser.submit(resent, "verify", code=old)).status == 401
    party.complete(started, landed(browser.submit(resent, "verify", code=new)))


def test_a_cancelled_step_up_is_access_denied_and_raises_nothing(running: RunningProvider, browser: Browser) -> None:
    party, citizen = running.party(ClientId("muc-ba")), running.citizen()
    started = party.start()
    page = shown(show_password(browser, browser.page(started.location), citizen))
    assert party.error_of(started, landed(browser.submit(page, "cancel"))) == "access_denied"
    assert sign_on(browser, running.party()).claims["acr"] == "loa2"
