"""A passkey as the second step at sign-in, and as the proof that is wanted before something changes."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.flows.factors.test_passkeys import enrolled, signed_in
from tests.flows.running_provider import RunningProvider
from tests.flows.second_factors import open_sign_in, switch_two_steps_on
from tests.support.page import Page
from tests.support.parties.relying_party import show_password
from tests.support.passkey_device import UP, PasskeyDevice
from tests.support.passkey_pages import device_for, show_passkey
from tests.support.plain.browser import Browser, landed, shown
from tests.support.running.provider import Citizen

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

NewBrowser = Callable[[], Browser]


def path_of(page: Page) -> str:
    return urlsplit(page.address).path


def by_passkey(browser: Browser, page: Page) -> Page:
    """Return the step that asks for the passkey, which may be the one shown first."""
    return browser.page(page.links["use-passkey"]) if "use-passkey" in page.links else page


@pytest.fixture
def person(running: RunningProvider, browser: Browser) -> tuple[Citizen, PasskeyDevice]:
    """A person with a passkey and two steps."""
    citizen = running.citizen()
    device = enrolled(running, citizen)
    signed_in(running, browser, device)
    switch_two_steps_on(browser)
    return citizen, device


@pytest.mark.both_forms
def test_rfc8176_2_password_and_passkey_sign_in_at_a_portal(
    running: RunningProvider, person: tuple[Citizen, PasskeyDevice], new_browser: NewBrowser
) -> None:
    (citizen, device), browser, party = person, new_browser(), running.party()
    started = party.start()
    page = by_passkey(browser, shown(show_password(browser, browser.page(started.location), citizen)))
    assert (path_of(page), browser.session) == ("/sign-in/second", None)
    tokens = party.complete(started, landed(show_passkey(browser, page, device)))
    assert (tokens.claims["acr"], tokens.claims["amr"]) == ("loa3", ["pwd", "swk", "mfa"])


@pytest.mark.parametrize("fault", ["foreign key", "another site", "not verified"])
def test_mf_1_a_passkey_that_does_not_do_leaves_one_at_the_step(
    running: RunningProvider, person: tuple[Citizen, PasskeyDevice], new_browser: NewBrowser, fault: str
) -> None:
    """WebAuthn Level 3, 7.2: the credential is the account's, made for this site, by a verified person."""
    (citizen, device), browser = person, new_browser()
    page = by_passkey(browser, shown(open_sign_in(browser, citizen)))
    match fault:
        case "foreign key":
            answer = shown(show_passkey(browser, page, enrolled(running, running.citizen())))
        case "another site":
            answer = shown(show_passkey(browser, page, device, origin="https://example.com"))
        case _:
            answer = shown(show_passkey(browser, page, device, flags=UP))
    assert (path_of(answer), answer.status, browser.session) == ("/sign-in/second", 401, None)
    again = by_passkey(browser, answer)
    assert path_of(shown(show_passkey(browser, again, device))) == "/account"


@pytest.mark.both_forms
def test_webauthn_13_4_3_a_challenge_answers_once(
    running: RunningProvider, person: tuple[Citizen, PasskeyDevice], new_browser: NewBrowser
) -> None:
    (citizen, device), browser = person, new_browser()
    page = by_passkey(browser, shown(open_sign_in(browser, citizen)))
    assert path_of(shown(show_passkey(browser, page, device))) == "/account"
    browser.http.cookies.delete("idp-session")
    answer = shown(show_passkey(browser, page, device))
    assert (path_of(answer), browser.session) == ("/sign-in", None)


def test_asvs_7_5_1_a_passkey_alone_opens_what_a_password_does_not(running: RunningProvider, browser: Browser) -> None:
    citizen = running.citizen()
    device = enrolled(running, citizen)
    open_sign_in(browser, citizen)
    asked = browser.page("/account/totp")
    assert path_of(asked) == "/account/confirm"
    assert path_of(shown(show_passkey(browser, by_passkey(browser, asked), device))) == "/account/totp"


def test_a_passkey_of_somebody_else_confirms_nothing(running: RunningProvider, browser: Browser) -> None:
    citizen = running.citizen()
    enrolled(running, citizen)
    open_sign_in(browser, citizen)
    asked = by_passkey(browser, browser.page("/account/totp"))
    stranger = enrolled(running, running.citizen())
    answer = shown(show_passkey(browser, asked, stranger))
    assert (path_of(answer), answer.status) == ("/account/confirm", 401)
    assert path_of(browser.page("/account/totp")) == "/account/confirm"


def test_a_passkey_that_was_never_added_confirms_nothing(running: RunningProvider, browser: Browser) -> None:
    citizen = running.citizen()
    enrolled(running, citizen)
    open_sign_in(browser, citizen)
    asked = by_passkey(browser, browser.page("/account/totp"))
    unknown = device_for(running.provider.issuer)
    answer = shown(show_passkey(browser, asked, unknown))
    assert (path_of(answer), answer.status) == ("/account/confirm", 401)
