"""Changing one's own password: asked of the strong, felt everywhere else (ASVS 6.2, 7.4.3; SP 800-63B-4 3.1.1.2)."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.flows.running_provider import RunningProvider
from tests.flows.second_factors import confirmed, open_sign_in, two_step_person
from tests.support.page import Page
from tests.support.plain.browser import Browser, shown
from tests.support.running.provider import Citizen
from tests.support.waiting import wait_for

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

NewBrowser = Callable[[], Browser]
CHANGED = "mưa rào mùa hạ 47 bậc"
SHORT = "xkvwzqjr"


def at_the_form(running: RunningProvider, browser: Browser) -> tuple[Citizen, Page]:
    """Return somebody who has just shown two factors, and the form."""
    citizen = running.citizen()
    open_sign_in(browser, citizen)
    return citizen, confirmed(running, browser, citizen, "/account/password")


def path(page: Page) -> str:
    return urlsplit(page.address).path


def signs_in(browser: Browser, citizen: Citizen, password: str) -> str:
    """Return where number and password lead."""
    page = browser.page("/sign-in")
    return path(shown(browser.submit(page, "sign-in", identifier=citizen.number, password=password)))


def test_asvs_7_5_1_a_password_alone_does_not_lead_to_the_form(running: RunningProvider, browser: Browser) -> None:
    open_sign_in(browser, running.citizen())
    assert path(browser.page("/account/password")) == "/account/confirm"


def test_nobody_is_led_to_sign_in(browser: Browser) -> None:
    assert path(browser.page("/account/password")) == "/sign-in"


@pytest.mark.both_forms
def test_the_new_password_signs_in_and_the_old_one_does_not(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    citizen, page = at_the_form(running, browser)
    done = shown(browser.submit(page, "save", password=CHANGED))
    assert (path(done), done.shows("done")) == ("/account/password", True)
    assert signs_in(new_browser(), citizen, citizen.password) == "/sign-in"
    assert signs_in(new_browser(), citizen, CHANGED) == "/account"


@pytest.mark.both_forms
def test_asvs_7_4_3_every_other_session_ends_and_this_one_stays(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    citizen, page = at_the_form(running, browser)
    elsewhere = new_browser()
    open_sign_in(elsewhere, citizen)
    shown(browser.submit(page, "save", password=CHANGED))
    assert path(elsewhere.page("/account")) == "/sign-in"
    assert path(browser.page("/account")) == "/account"


def test_the_person_is_told(running: RunningProvider, browser: Browser) -> None:
    citizen, page = at_the_form(running, browser)
    shown(browser.submit(page, "save", password=CHANGED))

    def reported() -> list[str]:
        return [text for text in running.listener.texts_to(citizen.phone) if "Mat khau vua duoc doi" in text]

    assert "Khong phai toi" in wait_for("a message", reported)[0]


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        (CHANGED[:14], "ít nhất 15 ký tự"),
        ("x" * 300, "dài quá 256"),
        ("matkhaumoimatkhaumoi", "lặp lại"),
        ("iloveyouvietnam!", "thử trước tiên"),
        ("987654321098765", "dãy phím"),
        ("", "ít nhất 15 ký tự"),
    ],
)
def test_63b_a_refused_password_is_told_why_and_what_to_do(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser, password: str, reason: str
) -> None:
    citizen, page = at_the_form(running, browser)
    answer = browser.send_form(page, "save", password=password)
    assert (answer.status_code, reason in answer.text) == (422, True)
    assert password == "" or password not in answer.text
    assert signs_in(new_browser(), citizen, citizen.password) == "/account"


def test_63b_the_own_number_is_no_password(running: RunningProvider, browser: Browser) -> None:
    citizen, page = at_the_form(running, browser)
    answer = browser.send_form(page, "save", password=f"{citizen.number}abc")
    assert (answer.status_code, "số định danh" in answer.text) == (422, True)


def test_63b_a_short_password_brings_two_steps_with_it(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    citizen, page = at_the_form(running, browser)
    done = shown(browser.submit(page, "save", password=SHORT, two_steps="yes"))
    assert (done.shows("done"), done.shows("two-steps-on")) == (True, True)
    assert signs_in(new_browser(), citizen, SHORT) == "/sign-in/second"


def test_63b_a_short_password_alone_is_refused(running: RunningProvider, browser: Browser) -> None:
    _, page = at_the_form(running, browser)
    assert browser.send_form(page, "save", password=SHORT).status_code == 422


def test_63b_seven_characters_are_too_few_even_beside_a_second_factor(
    running: RunningProvider, browser: Browser
) -> None:
    _, page = at_the_form(running, browser)
    answer = browser.send_form(page, "save", password=SHORT[:7], two_steps="yes")
    assert (answer.status_code, "ít nhất 8 ký tự" in answer.text) == (422, True)


def test_who_has_two_steps_may_choose_a_short_one(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    citizen, _ = two_step_person(running, browser)
    page = browser.page("/account/password")
    assert (page.shows("two-steps-on"), page.shows("two-steps")) == (True, False)
    assert shown(browser.submit(page, "save", password=SHORT)).shows("done")
    assert signs_in(new_browser(), citizen, SHORT) == "/sign-in/second"


@pytest.mark.both_forms
def test_of_two_windows_the_second_change_is_a_change_of_the_first(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    citizen, page = at_the_form(running, browser)
    shown(browser.submit(page, "save", password=CHANGED))
    assert shown(browser.submit(page, "save", password=f"{CHANGED} nữa")).shows("done")
    assert signs_in(new_browser(), citizen, f"{CHANGED} nữa") == "/account"


def test_se_3_a_form_of_another_browser_changes_nothing(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    _, page = at_the_form(running, browser)
    thief = new_browser()
    at_the_form(running, thief)
    assert thief.send_form(page, "save", password=CHANGED).status_code == 403
