"""The second step at sign-in: no session and no code without it, by whatever path (MF-1)."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.contract.sql.direct import run
from tests.flows.running_provider import RunningProvider
from tests.flows.second_factors import (
    add_app,
    draft_of,
    open_sign_in,
    sms_codes,
    switch_two_steps_on,
    two_step_person,
)
from tests.support.authenticator_app import App
from tests.support.page import Page
from tests.support.parties.relying_party import Started, show_password
from tests.support.plain.browser import Browser, landed, shown
from tests.support.running.provider import Citizen

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

NewBrowser = Callable[[], Browser]


def second_step(browser: Browser, citizen: Citizen) -> Page:
    """Return the second step after a right password at the provider."""
    page = shown(open_sign_in(browser, citizen))
    assert urlsplit(page.address).path == "/sign-in/second"
    return page


def at_portal(running: RunningProvider, browser: Browser, citizen: Citizen) -> tuple[Started, Page]:
    """Return the second step after a right password on the way to a portal."""
    started = running.party().start()
    return started, shown(show_password(browser, browser.page(started.location), citizen))


def path_of(page: Page) -> str:
    return urlsplit(page.address).path


@pytest.fixture
def person(running: RunningProvider, browser: Browser) -> tuple[Citizen, App]:
    return two_step_person(running, browser)


@pytest.mark.both_forms
def test_password_and_app_sign_in_at_a_portal(
    running: RunningProvider, person: tuple[Citizen, App], new_browser: NewBrowser
) -> None:
    citizen, app = person
    browser = new_browser()
    started, page = at_portal(running, browser, citizen)
    assert (path_of(page), page.shows("way-totp"), browser.session) == ("/sign-in/second", True, None)
    tokens = running.party().complete(started, landed(browser.submit(page, "verify", code=app.code())))
    assert (tokens.claims["acr"], tokens.claims["amr"]) == ("loa3", ["otp", "pwd", "mfa"])


def test_mf_1_no_address_leads_past_the_step(
    running: RunningProvider, person: tuple[Citizen, App], new_browser: NewBrowser
) -> None:
    citizen, _ = person
    browser = new_browser()
    started, page = at_portal(running, browser, citizen)
    for address in (
        started.location,
        page.address.replace("/sign-in/second", "/consent"),
        page.address.replace("/sign-in/second", "/step-up"),
        page.address.replace("/sign-in/second", "/sign-in"),
        "/account",
        "/account/totp",
        "/account/factors",
        "/account/confirm?to=totp",
        "/account/approvals",
    ):
        assert path_of(browser.page(address)) == "/sign-in", address
        assert browser.session is None
    assert path_of(browser.page(page.address)) == "/sign-in/second"


@pytest.mark.both_forms
def test_mf_1_two_tabs_the_one_without_the_step_stays_where_it_is(
    running: RunningProvider, person: tuple[Citizen, App], new_browser: NewBrowser
) -> None:
    citizen, app = person
    browser = new_browser()
    started, first = at_portal(running, browser, citizen)
    other = second_step(browser, citizen)
    tokens = running.party().complete(started, landed(browser.submit(first, "verify", code=app.code())))
    assert tokens.claims["acr"] == "loa3"
    assert path_of(browser.page(other.address)) == "/sign-in/second"


def test_se_7_another_browser_cannot_finish_the_step(
    running: RunningProvider, person: tuple[Citizen, App], new_browser: NewBrowser
) -> None:
    citizen, _ = person
    mine, other = new_browser(), new_browser()
    page = second_step(mine, citizen)
    other.page("/sign-in")
    assert path_of(other.page(f"/sign-in/second?s={draft_of(page)}")) == "/sign-in"
    assert other.session is None


def test_the_back_button_after_the_step_asks_for_the_password(
    running: RunningProvider, person: tuple[Citizen, App], new_browser: NewBrowser
) -> None:
    citizen, app = person
    browser = new_browser()
    page = second_step(browser, citizen)
    assert path_of(shown(browser.submit(page, "verify", code=app.code()))) == "/account"
    again = shown(browser.submit(page, "verify", code=app.code()))
    assert path_of(again) == "/sign-in"


@pytest.mark.both_forms
def test_rfc6238_5_2_a_code_signs_in_once(
    running: RunningProvider, person: tuple[Citizen, App], new_browser: NewBrowser
) -> None:
    citizen, app = person
    mine, thief = new_browser(), new_browser()
    pages = second_step(mine, citizen), second_step(thief, citizen)
    code = app.code()
    assert path_of(shown(mine.submit(pages[0], "verify", code=code))) == "/account"
    refused = shown(thief.submit(pages[1], "verify", code=code))
    assert (refused.status, refused.shows("code-error"), thief.session) == (401, True, None)


def test_cancelled_second_step_is_access_denied_at_the_portal(
    running: RunningProvider, person: tuple[Citizen, App], new_browser: NewBrowser
) -> None:
    browser = new_browser()
    started, page = at_portal(running, browser, person[0])
    assert running.party().error_of(started, landed(browser.submit(page, "cancel"))) == "access_denied"
    assert browser.session is None


def test_another_way_by_sms_works_without_a_smartphone(
    running: RunningProvider, person: tuple[Citizen, App], new_browser: NewBrowser
) -> None:
    citizen, _ = person
    browser = new_browser()
    page = second_step(browser, citizen)
    by_sms = browser.page(page.links["use-sms"])
    assert by_sms.shows("way-sms")
    sent = sms_codes(running, citizen, 2)[-1]
    assert path_of(shown(browser.submit(by_sms, "verify", code=sent))) == "/account"


@pytest.mark.both_forms
def test_a_recovery_code_signs_in_once(running: RunningProvider, browser: Browser, new_browser: NewBrowser) -> None:
    citizen, _ = two_step_person(running, browser)
    codes = shown(browser.submit(browser.page("/account/recovery-codes"), "replace"))
    code = codes.texts["codes"].split()[0]
    assert len(codes.texts["codes"].split()) == 10
    assert browser.page(codes.address).shows("gone")
    first, second = new_browser(), new_browser()
    for opened, path, status in ((first, "/account", 200), (second, "/sign-in/second", 401)):
        page = opened.page(second_step(opened, citizen).links["use-recovery_code"])
        answer = shown(opened.submit(page, "verify", code=code.lower()))
        assert (path_of(answer), answer.status) == (path, status)
    assert browser.page("/account/recovery-codes").texts["left"].split()[1] == "9"


@pytest.mark.both_forms
def test_mf_3_guesses_over_many_sign_ins_are_counted_together(
    running: RunningProvider, person: tuple[Citizen, App], new_browser: NewBrowser
) -> None:
    citizen, app = person
    wrong = app.wrong_code()
    for _ in range(5):
        browser = new_browser()
        assert shown(browser.submit(second_step(browser, citizen), "verify", code=wrong)).status == 401
    browser = new_browser()
    waiting = shown(browser.submit(second_step(browser, citizen), "verify", code=app.code()))
    assert (waiting.status, browser.session) == (401, None)
    assert "giây" in waiting.texts["code-error"]


@pytest.mark.both_forms
def test_bf_5_guesses_at_the_app_leave_the_sms_and_the_password_alone(
    running: RunningProvider, person: tuple[Citizen, App], new_browser: NewBrowser
) -> None:
    citizen, app = person
    browser = new_browser()
    page = second_step(browser, citizen)
    for _ in range(6):
        shown(browser.submit(page, "verify", code=app.wrong_code()))
    by_sms = browser.page(second_step(browser, citizen).links["use-sms"])
    assert path_of(shown(browser.submit(by_sms, "verify", code=sms_codes(running, citizen, 2)[-1]))) == "/account"


def test_a_shared_computer_stays_one_through_the_step(
    running: RunningProvider, person: tuple[Citizen, App], new_browser: NewBrowser
) -> None:
    citizen, app = person
    browser = new_browser()
    page = shown(
        browser.submit(
            browser.page("/sign-in"),
            "sign-in",
            identifier=citizen.number,
            password=citizen.password,
            shared_computer="yes",
        )
    )
    assert shown(browser.submit(page, "verify", code=app.code())).shows("sign-out-everywhere")


def test_prompt_login_wants_the_step_again(running: RunningProvider, browser: Browser) -> None:
    citizen, app = two_step_person(running, browser)
    started = running.party().start(prompt="login")
    page = shown(show_password(browser, browser.page(started.location), citizen))
    assert path_of(page) == "/sign-in/second"
    tokens = running.party().complete(started, landed(browser.submit(page, "verify", code=app.code())))
    assert tokens.claims["amr"] == ["otp", "pwd", "mfa"]


@pytest.mark.both_forms
def test_two_steps_are_switched_off_only_after_a_strong_sign_in(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    citizen = running.citizen()
    open_sign_in(browser, citizen)
    refused = shown(browser.submit(browser.page("/account/factors"), "two-steps-on"))
    assert path_of(refused) == "/account/confirm"
    back = shown(browser.submit(refused, "verify", code=sms_codes(running, citizen)[-1]))
    assert path_of(back) == "/account/factors"
    add_app(running, browser, citizen)
    switch_two_steps_on(browser)
    off = shown(browser.submit(browser.page("/account/factors"), "two-steps-off"))
    assert off.shows("two-steps-on")
    assert path_of(shown(open_sign_in(new_browser(), citizen))) == "/account"


def test_sp_800_63b_3_1_1_2_a_short_password_always_wants_the_step(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    citizen, _ = two_step_person(running, browser)
    # The app added last is this person's.
    newest = "SELECT account_id FROM totp_secrets ORDER BY created_at DESC LIMIT 1"
    shorten = f"UPDATE passwords SET short = TRUE WHERE account_id = ({newest})"
    running.provider.run(run(running.provider.database_url, shorten))
    refused = shown(browser.submit(browser.page("/account/factors"), "two-steps-off"))
    assert (refused.status, refused.shows("alert")) == (409, True)
    assert path_of(shown(open_sign_in(new_browser(), citizen))) == "/sign-in/second"
