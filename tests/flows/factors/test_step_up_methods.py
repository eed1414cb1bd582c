"""Step-up asks for what is missing, by any factor the account has, and says truthfully what was shown (MF-9)."""

from collections.abc import Callable

import pytest

from clients.model import ClientId
from tests.flows.running_provider import RunningProvider
from tests.flows.second_factors import add_app, open_sign_in, sms_codes
from tests.support.page import Page
from tests.support.parties.relying_party import RelyingParty, Started, show_password, sign_in
from tests.support.plain.browser import Browser, landed, shown
from tests.support.running.provider import Citizen

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

NewBrowser = Callable[[], Browser]


def asked_for_more(running: RunningProvider, browser: Browser, citizen: Citizen) -> tuple[RelyingParty, Started, Page]:
    """Sign in by password, then go to a portal that insists on the highest level."""
    sign_in(browser, running.party(), citizen)
    party = running.party(ClientId("muc-ba"))
    started = party.start()
    return party, started, browser.page(started.location)


@pytest.mark.both_forms
def test_a_code_of_the_app_raises_the_level(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    citizen, own = running.citizen(), new_browser()
    open_sign_in(own, citizen)
    app = add_app(running, own, citizen)
    party, started, page = asked_for_more(running, browser, citizen)
    assert page.shows("way-totp")
    tokens = party.complete(started, landed(browser.submit(page, "verify", code=app.code())))
    assert (tokens.claims["acr"], tokens.claims["amr"]) == ("loa3", ["otp", "pwd", "mfa"])


@pytest.mark.both_forms
def test_a_yes_on_another_device_raises_the_level(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    citizen, own = running.citizen(), new_browser()
    open_sign_in(own, citizen)
    add_app(running, own, citizen)
    party, started, page = asked_for_more(running, browser, citizen)
    waiting = shown(browser.submit(browser.page(page.links["use-approval"]), "ask"))
    question = own.page("/account/approvals")
    number = waiting.texts["match-number"]
    own.submit(question, next(name for name, (_, value) in question.buttons.items() if value == number))
    tokens = party.complete(started, landed(browser.open(waiting.address)))
    assert (tokens.claims["acr"], tokens.claims["amr"]) == ("loa3", ["mca", "pwd", "mfa"])


def test_a_session_does_not_approve_its_own_step_up(running: RunningProvider, browser: Browser) -> None:
    citizen = running.citizen()
    _, _, page = asked_for_more(running, browser, citizen)
    assert "use-approval" not in page.links
    assert browser.page("/account/approvals").shows("may-not")


def test_a_way_that_the_account_lacks_is_not_opened_by_its_address(running: RunningProvider, browser: Browser) -> None:
    _, _, page = asked_for_more(running, browser, running.citizen())
    for way in ("totp", "recovery_code", "passkey", "approval", "magic"):
        assert browser.page(f"{page.address}&way={way}").shows("way-sms"), way


def test_opening_the_page_again_sends_no_second_code(running: RunningProvider, browser: Browser) -> None:
    citizen = running.citizen()
    party, started, page = asked_for_more(running, browser, citizen)
    code = sms_codes(running, citizen)[-1]
    again = browser.page(page.address)
    assert sms_codes(running, citizen) == [code]
    party.complete(started, landed(browser.submit(again, "verify", code=code)))


@pytest.mark.both_forms
def test_se_7_a_code_of_one_session_does_not_raise_another(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    """The person signs in anew in the same browser meanwhile: the question begins anew too."""
    citizen, other = running.citizen(), new_browser()
    _, _, page = asked_for_more(running, browser, citizen)
    code = sms_codes(running, citizen)[-1]
    _, _, foreign = asked_for_more(running, other, citizen)
    fresh = sms_codes(running, citizen, 2)[-1]
    if code != fresh:
        assert shown(other.submit(foreign, "verify", code=code)).status == 401
    assert page.address != foreign.address


def test_the_level_is_wanted_at_the_first_sign_in_too(running: RunningProvider, browser: Browser) -> None:
    citizen, party = running.citizen(), running.party(ClientId("muc-ba"))
    started = party.start()
    page = shown(show_password(browser, browser.page(started.location), citizen))
    assert page.shows("way-sms")
    tokens = party.complete(started, landed(browser.submit(page, "verify", code=sms_codes(running, citizen)[-1])))
    assert tokens.claims["amr"] == ["pwd", "sms", "mfa"]
