"""`prompt=create` begins where an account is opened (Initiating User Registration via OpenID Connect 1.0)."""

import pytest

from clients.model import ClientId
from tests.flows.running_provider import RunningProvider
from tests.support.parties.relying_party import show_password, sign_in
from tests.support.plain.browser import Browser, landed, shown

pytestmark = pytest.mark.one_form


def test_prompt_create_4_2_discovery_names_it(running: RunningProvider) -> None:
    reported = running.http.get(running.provider.base() + "/.well-known/openid-configuration").json()
    assert "create" in reported["prompt_values_supported"]


def test_prompt_create_4_the_first_page_opens_an_account_and_the_request_goes_on_after_it(
    running: RunningProvider, browser: Browser
) -> None:
    party = running.party()
    started = party.start(prompt="create")
    page = browser.page(started.location)
    assert page.address.partition("?")[0].endswith("/register")
    # Whoever has an account after all goes to the sign-in page of the same request.
    after = shown(browser.submit(page, "cancel"))
    assert after.shows("identifier")
    party.complete(started, landed(show_password(browser, after, running.citizen())))


def test_prompt_create_4_whoever_is_signed_in_is_neither_taken_for_the_new_account_nor_signed_out(
    running: RunningProvider, browser: Browser
) -> None:
    """The session stays until somebody signs in: another site that leads here ends nothing."""
    party, first, second = running.party(), running.citizen(), running.citizen()
    before = sign_in(browser, party, first)
    started = party.start(prompt="create")
    page = browser.page(started.location)
    assert page.address.partition("?")[0].endswith("/register")
    assert browser.page("/account").shows("account-parts")
    after = shown(browser.submit(page, "cancel"))
    # It asks who signs in, and does not offer the person of before.
    assert after.shows("identifier")
    tokens = party.complete(started, landed(show_password(browser, after, second)))
    assert tokens.claims["sub"] != before.claims["sub"]


def test_prompt_create_stands_beside_others_but_not_beside_none(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    started = party.start(prompt="create none")
    assert party.error_of(started, landed(browser.open(started.location))) == "invalid_request"
    assert browser.page(party.start(prompt="create consent").location).address.partition("?")[0].endswith("/register")


def test_prompt_create_at_a_client_of_officers_is_a_sign_in(running: RunningProvider, browser: Browser) -> None:
    page = browser.page(running.party(ClientId("mot-cua")).start(prompt="create").location)
    assert page.address.partition("?")[0].endswith("/sign-in")
