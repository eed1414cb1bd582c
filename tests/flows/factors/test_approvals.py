"""Approval on another device: the number decides, a no is a no, and a weak session cannot vouch for anybody."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.flows.running_provider import RunningProvider
from tests.flows.second_factors import open_sign_in, sms_codes, two_step_person
from tests.support.authenticator_app import App
from tests.support.page import Page
from tests.support.plain.browser import Browser, shown
from tests.support.running.provider import Citizen

NewBrowser = Callable[[], Browser]
QUESTIONS = "/account/approvals"


@pytest.fixture
def person(running: RunningProvider, browser: Browser) -> tuple[Citizen, App]:
    """Somebody with two steps whose own device is `browser`."""
    return two_step_person(running, browser)


def ask(asking: Browser, citizen: Citizen) -> Page:
    """Show the password and send the question; return the page that waits."""
    page = asking.page(shown(open_sign_in(asking, citizen)).links["use-approval"])
    assert page.shows("way-approval")
    return shown(asking.submit(page, "ask"))


def answer(own: Browser, number: str) -> Page:
    """Press the button with a number on the person's own device."""
    page = own.page(QUESTIONS)
    button = next(name for name, (_, value) in page.buttons.items() if value == number)
    return shown(own.submit(page, button))


def path_of(page: Page) -> str:
    return urlsplit(page.address).path


def test_the_right_number_lets_the_asking_browser_in(
    browser: Browser, person: tuple[Citizen, App], new_browser: NewBrowser
) -> None:
    asking = new_browser()
    waiting = ask(asking, person[0])
    assert (waiting.headers["refresh"], asking.session) == ("5", None)
    number = waiting.texts["match-number"]
    assert answer(browser, number).shows("answered")
    assert path_of(asking.page(waiting.address)) == "/account"
    assert asking.session is not None


@pytest.mark.one_form
def test_the_waiting_page_waits(browser: Browser, person: tuple[Citizen, App], new_browser: NewBrowser) -> None:
    asking = new_browser()
    waiting = ask(asking, person[0])
    again = asking.page(waiting.address)
    assert (again.texts["match-number"], again.status) == (waiting.texts["match-number"], 200)
    pressed = shown(asking.submit(again, "verify"))
    assert (path_of(pressed), asking.session) == ("/sign-in/second", None)


@pytest.mark.one_form
def test_the_question_shows_browser_time_and_three_numbers(
    browser: Browser, person: tuple[Citizen, App], new_browser: NewBrowser
) -> None:
    number = ask(new_browser(), person[0]).texts["match-number"]
    question = browser.page(QUESTIONS)
    numbers = [value for name, (_, value) in question.buttons.items() if name.startswith("number-")]
    assert (len(set(numbers)), number in numbers) == (3, True)
    assert "127.0.0.1" in question.html
    again = browser.page(QUESTIONS)
    assert [again.buttons[f"number-{n}"] for n in (1, 2, 3)] == [question.buttons[f"number-{n}"] for n in (1, 2, 3)]


@pytest.mark.parametrize("how", ["wrong number", "not me"])
def test_a_no_keeps_the_asking_browser_out(
    browser: Browser, person: tuple[Citizen, App], new_browser: NewBrowser, how: str
) -> None:
    asking = new_browser()
    waiting = ask(asking, person[0])
    question = browser.page(QUESTIONS)
    wrong = next(
        name
        for name, (_, value) in question.buttons.items()
        if name.startswith("number-") and value != waiting.texts["match-number"]
    )
    assert shown(browser.submit(question, wrong if how == "wrong number" else "not-me")).shows("change-password")
    refused = asking.page(waiting.address)
    assert (refused.status, refused.shows("alert"), asking.session) == (401, True, None)
    assert refused.shows("ask")


def test_a_yes_lets_in_once(browser: Browser, person: tuple[Citizen, App], new_browser: NewBrowser) -> None:
    asking = new_browser()
    waiting = ask(asking, person[0])
    answer(browser, waiting.texts["match-number"])
    assert path_of(asking.page(waiting.address)) == "/account"
    assert path_of(asking.page(waiting.address)) == "/sign-in"


def test_asvs_6_6_4_the_fourth_question_of_an_hour_is_not_sent(
    browser: Browser, person: tuple[Citizen, App], new_browser: NewBrowser
) -> None:
    for _ in range(3):
        assert ask(new_browser(), person[0]).shows("match-number")
    refused = ask(new_browser(), person[0])
    assert (refused.shows("alert"), refused.shows("match-number")) == (True, False)
    # The person's own ways are as open as before.
    assert {"use-totp", "use-sms"} <= set(refused.links)


@pytest.mark.one_form
def test_an_answer_from_an_old_page_is_too_late(
    browser: Browser, person: tuple[Citizen, App], new_browser: NewBrowser
) -> None:
    waiting = ask(new_browser(), person[0])
    old = browser.page(QUESTIONS)
    answer(browser, waiting.texts["match-number"])
    assert shown(browser.submit(old, "not-me")).address.endswith("answered=too_late")


def test_another_persons_question_is_not_answered(
    running: RunningProvider, browser: Browser, person: tuple[Citizen, App], new_browser: NewBrowser
) -> None:
    asking, stranger = new_browser(), new_browser()
    waiting = ask(asking, person[0])
    two_step_person(running, stranger)
    theirs = browser.page(QUESTIONS)
    forged = {**theirs.values, **stranger.page(QUESTIONS).values}
    forged["approval"] = theirs.values["approval"]
    page = stranger.page(QUESTIONS)
    answered = shown(stranger.submit(page, "look", **{**forged, "action": waiting.texts["match-number"]}))
    assert path_of(answered) == QUESTIONS
    assert asking.page(waiting.address).shows("match-number")


@pytest.mark.one_form
def test_without_a_strong_session_elsewhere_the_way_is_not_offered(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    """A session with the password alone proves what the asking browser has proved already."""
    citizen, weak = running.citizen(), new_browser()
    open_sign_in(weak, citizen)
    assert weak.page(QUESTIONS).shows("may-not")
    open_sign_in(browser, citizen)
    page = browser.page("/account/totp")
    assert path_of(page) == "/account/confirm"
    assert "use-approval" not in page.links
    # The page is not opened twice: of two codes under way at once, the newer may arrive first.
    strong = shown(browser.submit(page, "verify", code=sms_codes(running, citizen)[-1]))
    assert path_of(strong) == "/account/totp"
    assert not weak.page(QUESTIONS).shows("approve")


@pytest.mark.one_form
def test_a_shared_computer_cannot_answer(running: RunningProvider, browser: Browser, new_browser: NewBrowser) -> None:
    citizen, app = two_step_person(running, new_browser())
    page = shown(
        browser.submit(
            browser.page("/sign-in"),
            "sign-in",
            identifier=citizen.number,
            password=citizen.password,
            shared_computer="yes",
        )
    )
    assert path_of(shown(browser.submit(page, "verify", code=app.code()))) == "/account"
    assert browser.page(QUESTIONS).shows("may-not")
