"""Before something changes that protects the account: a recent, strong sign-in, and only what is missing of it."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from tests.contract.sql.direct import run
from tests.flows.running_provider import RunningProvider
from tests.flows.second_factors import add_app, confirmed, open_sign_in, sms_codes, two_step_person
from tests.support.page import Page
from tests.support.plain.browser import Browser, shown

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

NewBrowser = Callable[[], Browser]


def path_of(page: Page) -> str:
    return urlsplit(page.address).path


@pytest.mark.parametrize("path", ["/account/totp", "/account/recovery-codes"])
def test_asvs_7_5_1_a_password_alone_does_not_open_the_page(
    running: RunningProvider, browser: Browser, path: str
) -> None:
    citizen = running.citizen()
    open_sign_in(browser, citizen)
    asked = browser.page(path)
    assert (path_of(asked), asked.shows("way-sms")) == ("/account/confirm", True)
    back = shown(browser.submit(asked, "verify", code=sms_codes(running, citizen)[-1]))
    assert path_of(back) == path


@pytest.mark.both_forms
def test_a_wrong_code_is_told_and_the_right_one_still_works(running: RunningProvider, browser: Browser) -> None:
    citizen = running.citizen()
    open_sign_in(browser, citizen)
    page = browser.page("/account/totp")
    code = sms_codes(running, citizen)[-1]
    wrong = shown(browser.submit(page, "verify", code=f"{(int(code) + 1) % 1_000_000:06d}"))
    assert (wrong.status, wrong.shows("code-error")) == (401, True)
    assert path_of(shown(browser.submit(wrong, "verify", code=code))) == "/account/totp"


@pytest.mark.both_forms
def test_opening_the_page_again_sends_no_second_code(running: RunningProvider, browser: Browser) -> None:
    citizen = running.citizen()
    open_sign_in(browser, citizen)
    page = browser.page("/account/totp")
    code = sms_codes(running, citizen)[-1]
    again = browser.page(page.address)
    assert sms_codes(running, citizen) == [code]
    assert path_of(shown(browser.submit(again, "verify", code=code))) == "/account/totp"


@pytest.mark.both_forms
def test_the_pages_of_a_session_have_one_challenge_that_a_button_sends(
    running: RunningProvider, browser: Browser
) -> None:
    """Seen: ten menu items send ten SMS and lock the person out for an hour."""
    citizen = running.citizen()
    open_sign_in(browser, citizen)
    browser.sends_codes = False
    menu = ("totp", "recovery-codes", "contacts", "password", "passkeys", "totp", "recovery-codes", "contacts")
    pages = [browser.page(f"/account/{item}") for item in menu]
    assert [page.shows("send-code") for page in pages] == [True] * len(menu)
    assert running.listener.texts_to(citizen.phone) == []
    sent = shown(browser.submit(pages[0], "send-code"))
    (code,) = sms_codes(running, citizen)
    again = [browser.page(f"/account/{item}") for item in menu]
    assert [page.shows("send-code") for page in (sent, *again)] == [False] * (len(menu) + 1)
    assert path_of(shown(browser.submit(again[3], "verify", code=code))) == "/account/password"
    assert sms_codes(running, citizen) == [code]


def test_or_1_an_unknown_place_leads_to_the_account(running: RunningProvider, browser: Browser) -> None:
    citizen = running.citizen()
    open_sign_in(browser, citizen)
    page = browser.page("/account/confirm?to=//evil.example")
    assert path_of(shown(browser.submit(page, "verify", code=sms_codes(running, citizen)[-1]))) == "/account"


def test_cancel_leads_to_the_account(running: RunningProvider, browser: Browser) -> None:
    open_sign_in(browser, running.citizen())
    assert path_of(shown(browser.submit(browser.page("/account/totp"), "cancel"))) == "/account"


def test_without_a_session_the_way_is_the_sign_in_page(browser: Browser) -> None:
    assert path_of(browser.page("/account/confirm?to=totp")) == "/sign-in"


@pytest.mark.both_forms
def test_an_app_is_added_used_and_removed(running: RunningProvider, browser: Browser) -> None:
    citizen = running.citizen()
    open_sign_in(browser, citizen)
    add_app(running, browser, citizen)
    assert browser.page("/account/factors").texts["totp"] != "Chưa có"
    page = browser.page("/account/totp")
    assert page.shows("since")
    removed = shown(browser.submit(page, "remove"))
    assert (path_of(removed), removed.texts["totp"]) == ("/account/factors", "Chưa có")
    assert path_of(shown(browser.submit(page, "remove"))) == "/account/factors"


def test_an_app_counts_for_nothing_until_it_shows_a_code(running: RunningProvider, browser: Browser) -> None:
    citizen = running.citizen()
    open_sign_in(browser, citizen)
    page = confirmed(running, browser, citizen, "/account/totp")
    setup = shown(browser.submit(page, "begin"))
    refused = shown(browser.submit(setup, "confirm", code="000000"))
    assert (refused.status, refused.shows("code-error")) == (401, True)
    assert refused.texts["secret"] == setup.texts["secret"]
    assert browser.page("/account/factors").texts["totp"] == "Chưa có"


def test_every_contact_is_told_of_a_new_factor(running: RunningProvider, browser: Browser) -> None:
    citizen = running.citizen()
    open_sign_in(browser, citizen)
    add_app(running, browser, citizen)
    reported = running.listener.wait_text(citizen.phone, 2)
    assert "Vua them mot cach dang nhap" in reported


@pytest.mark.both_forms
def test_se_7_a_setup_of_another_browser_is_not_taken_over(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    citizen, app = two_step_person(running, browser)
    other = new_browser()
    page = shown(other.submit(shown(open_sign_in(other, citizen)), "verify", code=app.code()))
    assert path_of(page) == "/account"
    shown(browser.submit(browser.page("/account/totp"), "remove"))
    setup = shown(browser.submit(browser.page("/account/totp"), "begin"))
    assert setup.shows("secret")
    assert not other.page(setup.address).shows("secret")


def grow_old(running: RunningProvider) -> None:
    """Let twenty minutes pass since every sign-in so far."""
    span = timedelta(minutes=20) // timedelta(microseconds=1)
    aged = f"UPDATE sessions SET auth_time = auth_time - {span}, factor_at = factor_at - {span}, shown = ''"
    running.provider.run(run(running.provider.database_url, aged))


@pytest.mark.both_forms
def test_asvs_7_5_1_an_old_sign_in_is_asked_for_the_password_and_a_second_factor(
    running: RunningProvider, browser: Browser
) -> None:
    citizen = running.citizen()
    open_sign_in(browser, citizen)
    grow_old(running)
    asked = browser.page("/account/totp")
    assert (path_of(asked), asked.shows("password"), asked.shows("code")) == ("/account/confirm", True, False)
    wrong = shown(browser.submit(asked, "confirm", password="not the password"))
    assert (wrong.status, wrong.shows("password-error")) == (401, True)
    second = shown(browser.submit(wrong, "confirm", password=citizen.password))
    assert (path_of(second), second.shows("way-sms")) == ("/account/confirm", True)
    assert path_of(shown(browser.submit(second, "verify", code=sms_codes(running, citizen)[-1]))) == "/account/totp"


def test_a_second_factor_without_the_password_does_not_make_an_old_sign_in_fresh(
    running: RunningProvider, browser: Browser
) -> None:
    citizen = running.citizen()
    open_sign_in(browser, citizen)
    page = browser.page("/account/totp")
    code = sms_codes(running, citizen)[-1]
    grow_old(running)
    answer = shown(browser.submit(page, "verify", code=code))
    assert path_of(answer) == "/account/confirm"
    assert browser.page("/account/totp").shows("password")


def test_with_two_steps_the_password_leads_through_the_second_step_and_back(
    running: RunningProvider, browser: Browser
) -> None:
    citizen, app = two_step_person(running, browser)
    # A new app confirms nothing for a while; here that is over.
    settled = (
        f"UPDATE totp_secrets SET pending_until = 0 WHERE account_id = '{running.provider.account_of(citizen.number)}'"
    )
    running.provider.run(run(running.provider.database_url, settled))
    grow_old(running)
    second = shown(browser.submit(browser.page("/account/totp"), "confirm", password=citizen.password))
    assert path_of(second) == "/sign-in/second"
    assert path_of(shown(browser.submit(second, "verify", code=app.code()))) == "/account/totp"
