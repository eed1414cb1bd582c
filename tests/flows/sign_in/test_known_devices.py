"""Known devices: a stranger is told to the person, and locks nobody out (BF-5, MF-11)."""

from collections.abc import Callable
from datetime import timedelta

import httpx2
import pytest

from idp.sign_in.device_model import DEVICE_SECRETS_KEPT
from idp.sign_in.limits import UNRECOGNISED_LIMIT
from tests.contract.sql.direct import run
from tests.flows.running_provider import RunningProvider
from tests.flows.second_factors import confirmed, open_sign_in, two_step_person
from tests.support.page import Page
from tests.support.plain.browser import Browser, shown
from tests.support.running.provider import Citizen
from tests.support.waiting import wait_for

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

DEVICE = "idp-device"
WRONG = "a-wrong-but-long-Passphrase-3"
NEW_DEVICE = "thiet bi moi"
NewBrowser = Callable[[], Browser]


def sign_in(browser: Browser, citizen: Citizen, password: str | None = None, **more: str) -> httpx2.Response:
    """Type number and password and return the bare answer."""
    page = browser.page("/sign-in")
    return browser.send_form(page, "sign-in", identifier=citizen.number, password=password or citizen.password, **more)


def grown(running: RunningProvider, citizen: Citizen) -> None:
    """Let the account be old enough that signing in is news."""
    change(running, citizen, "UPDATE accounts SET created_at = created_at - 86400000000")


def change(running: RunningProvider, citizen: Citizen, statement: str) -> None:
    """Change the rows of one person's account past the provider."""
    running.provider.run(
        run(
            running.provider.database_url,
            f"{statement} WHERE account_id = '{running.provider.account_of(citizen.number)}'",
        )
    )


def reported(running: RunningProvider, citizen: Citizen) -> list[str]:
    """Return the messages about new devices that a person was sent."""
    return [text for text in running.listener.texts_to(citizen.phone) if NEW_DEVICE in text]


def known(browser: Browser) -> list[str]:
    """Return the secrets that accounts know a browser by."""
    return [secret for secret in (browser.http.cookies.get(DEVICE) or "").split(".") if secret]


@pytest.mark.both_forms
def test_a_browser_is_known_after_a_sign_in_and_told_about_once(running: RunningProvider, browser: Browser) -> None:
    citizen = running.citizen()
    grown(running, citizen)
    first = sign_in(browser, citizen)
    assert first.status_code == 303
    cookie = next(value for value in first.headers.get_list("set-cookie") if value.startswith(DEVICE))
    assert {"HttpOnly", "SameSite=lax", f"Max-Age={int(timedelta(days=400).total_seconds())}"} <= set(
        cookie.split("; ")
    )
    (text,) = wait_for("a message", lambda: reported(running, citizen))
    assert "Khong phai toi" in text
    secret = known(browser)
    browser.http.cookies.delete("idp-session")
    assert sign_in(browser, citizen).status_code == 303
    assert known(browser) == secret
    assert reported(running, citizen) == [text]


def test_another_browser_is_told_again(running: RunningProvider, new_browser: NewBrowser) -> None:
    citizen = running.citizen()
    grown(running, citizen)
    for browser in (new_browser(), new_browser()):
        assert sign_in(browser, citizen).status_code == 303
    assert len(wait_for("two messages", lambda: two_or_none(reported(running, citizen)))) == 2


def two_or_none(texts: list[str]) -> list[str] | None:
    return texts if len(texts) >= 2 else None


def test_an_account_that_was_opened_a_moment_ago_is_told_nothing(running: RunningProvider, browser: Browser) -> None:
    citizen = running.citizen()
    assert sign_in(browser, citizen).status_code == 303
    assert known(browser)
    assert reported(running, citizen) == []


def test_a_wrong_password_makes_no_browser_known(running: RunningProvider, browser: Browser) -> None:
    assert sign_in(browser, running.citizen(), WRONG).status_code == 401
    assert known(browser) == []


def test_mf_1_a_password_that_is_not_enough_makes_no_browser_known(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    citizen, app = two_step_person(running, browser)
    stranger = new_browser()
    page = shown(open_sign_in(stranger, citizen))
    assert known(stranger) == []
    shown(stranger.submit(page, "verify", code=app.code()))
    assert len(known(stranger)) == 1


def use_up(running: RunningProvider, citizen: Citizen) -> None:
    """Let strangers have used up their tries, as a thousand guessers would over days."""
    change(running, citizen, f"UPDATE passwords SET failures = {UNRECOGNISED_LIMIT}, retry_at = NULL")


@pytest.mark.both_forms
def test_bf_5_strangers_who_used_up_their_tries_keep_no_owner_out_of_a_known_device(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    citizen = running.citizen()
    assert sign_in(browser, citizen).status_code == 303
    use_up(running, citizen)
    browser.http.cookies.delete("idp-session")
    assert sign_in(new_browser(), citizen).status_code == 401, "even the right password, from a stranger"
    assert sign_in(browser, citizen).status_code == 303
    assert sign_in(new_browser(), citizen).status_code == 303, "the owner has started the count anew"


@pytest.mark.both_forms
def test_bf_5_a_known_device_has_few_tries_of_its_own(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    citizen = running.citizen()
    assert sign_in(browser, citizen).status_code == 303
    browser.http.cookies.delete("idp-session")
    assert [sign_in(browser, citizen, WRONG).status_code for _ in range(5)] == [401] * 5
    assert sign_in(browser, citizen).status_code == 401, "the wait of the fifth runs"
    assert sign_in(new_browser(), citizen).status_code == 303, "and binds nobody else"


@pytest.mark.both_forms
def test_bf_5_three_right_passwords_at_once_are_three_sign_ins(
    running: RunningProvider, new_browser: NewBrowser
) -> None:
    citizen = running.citizen()
    assert [sign_in(new_browser(), citizen).status_code for _ in range(3)] == [303] * 3


def test_mf_11_the_device_of_one_account_is_a_stranger_to_another(running: RunningProvider, browser: Browser) -> None:
    mine, other = running.citizen(), running.citizen()
    assert sign_in(browser, mine).status_code == 303
    use_up(running, other)
    assert sign_in(browser, other).status_code == 401


@pytest.mark.both_forms
def test_mf_11_a_changed_password_makes_other_devices_strangers(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    citizen, elsewhere = running.citizen(), new_browser()
    assert sign_in(elsewhere, citizen).status_code == 303
    assert sign_in(browser, citizen).status_code == 303
    page = confirmed(running, browser, citizen, "/account/password")
    changed = "another-honest-Passphrase-8"
    assert shown(browser.submit(page, "save", password=changed)).shows("done")
    use_up(running, citizen)
    elsewhere.http.cookies.delete("idp-session")
    assert sign_in(elsewhere, citizen, changed).status_code == 401
    browser.http.cookies.delete("idp-session")
    assert sign_in(browser, citizen, changed).status_code == 303


def test_a_family_shares_a_browser_and_the_cookie_stays_short(running: RunningProvider, browser: Browser) -> None:
    family = [running.citizen() for _ in range(DEVICE_SECRETS_KEPT + 1)]
    for citizen in family:
        browser.http.cookies.delete("idp-session") if browser.session else None
        assert sign_in(browser, citizen).status_code == 303
    assert len(set(known(browser))) == DEVICE_SECRETS_KEPT


@pytest.mark.parametrize("cookie", ["x", "." * 400, "a" * 43, ".".join(["b" * 43] * 50)])
def test_a_made_up_cookie_of_devices_is_worth_nothing(running: RunningProvider, browser: Browser, cookie: str) -> None:
    citizen = running.citizen()
    page = browser.page("/sign-in")
    jar = "; ".join(f"{name}={value}" for name, value in browser.http.cookies.items())
    headers = {"cookie": f"{jar}; {DEVICE}={cookie}"}
    fields = {"identifier": citizen.number, "password": citizen.password}
    assert browser.send_form_as(page, "sign-in", headers, fields).status_code == 303


def test_a_page_of_a_known_person_says_nothing_about_the_device(running: RunningProvider, browser: Browser) -> None:
    citizen = running.citizen()
    assert sign_in(browser, citizen).status_code == 303
    page: Page = browser.page("/account")
    assert all(secret not in page.html for secret in known(browser))
