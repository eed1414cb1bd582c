"""What a citizen agrees to at a counter is one request of the portal: they read what it asks, and no other gets it."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from records.structs import replace
from tests.flows.counter_desk import Desk, at_desk, path_of
from tests.flows.running_provider import RunningProvider
from tests.flows.second_factors import two_step_person
from tests.support.page import Page
from tests.support.plain.browser import Browser, landed, shown

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

NARROW, WIDE = "openid", "openid profile phone"


@pytest.fixture
def desk(running: RunningProvider, browser: Browser) -> Desk:
    return at_desk(running, browser, running.citizen())


def swapped(page: Page, other: Page, *names: str) -> str:
    """Return the address of a page with some values of another's query."""
    parts = urlsplit(page.address)
    own, others = (parse_qs(urlsplit(one.address).query) for one in (page, other))
    query = {name: values[0] for name, values in own.items()} | {
        name: others[name][0] for name in names if name in others
    }
    return f"{parts.path}?{urlencode(query)}"


def test_the_screen_says_what_the_portal_receives(desk: Desk) -> None:
    _, page = desk.begin(WIDE)
    password = desk.at_password(page)
    assert "Số điện thoại" in password.html
    assert "Ngày sinh" in password.html
    english = desk.browser.page(f"{password.address}&lang=en")
    assert "Phone number" in english.html
    _, page = desk.begin(NARROW)
    assert "Ngày sinh" not in desk.at_password(page).html


@pytest.mark.both_forms
def test_a_citizen_that_was_begun_for_one_request_is_unknown_at_another(desk: Desk) -> None:
    _, narrow = desk.begin(NARROW)
    password = desk.at_password(narrow)
    _, wide = desk.begin(WIDE)
    moved = desk.browser.page(swapped(password, wide, "i", "resume"))
    assert (path_of(moved), moved.shows("expired")) == ("/counter", True)


@pytest.mark.both_forms
def test_a_password_and_a_code_of_one_request_give_no_code_for_another(desk: Desk) -> None:
    _, narrow = desk.begin(NARROW)
    factor = desk.at_factor(narrow)
    _, wide = desk.begin(WIDE)
    other = desk.at_password(wide)
    # The form of the first page, sent to the second request: with its own citizen, and with that request's.
    for address in (swapped(factor, wide, "i", "resume"), swapped(factor, other, "i", "resume", "c")):
        sent = desk.browser.send_form(replace(factor, action=address), "verify", code=desk.code())
        assert "code=" not in sent.headers.get("location", "")
    # It was not spent: the request it was typed for goes on.
    assert landed(desk.browser.submit(factor, "verify", code=desk.code())).values.keys() >= {"code"}


def test_the_second_step_of_one_request_is_not_asked_in_another(desk: Desk) -> None:
    _, narrow = desk.begin(NARROW)
    factor = desk.at_factor(narrow)
    _, wide = desk.begin(WIDE)
    other = desk.at_password(wide)
    moved = desk.browser.page(swapped(factor, other, "i", "resume", "c"))
    assert path_of(moved) == "/counter/citizen"


def test_only_the_level_the_citizen_was_asked_for(desk: Desk) -> None:
    """The same scope with another wish is another request too."""
    _, first = desk.begin(NARROW)
    password = desk.at_password(first)
    _, second = desk.begin(NARROW, acr_values="loa4")
    assert path_of(desk.browser.page(swapped(password, second, "i", "resume"))) == "/counter"


def test_the_phone_says_what_the_portal_receives_and_its_yes_is_for_that(
    running: RunningProvider, new_browser: Callable[[], Browser]
) -> None:
    own, browser = new_browser(), new_browser()
    citizen, _ = two_step_person(running, own)
    desk = at_desk(running, browser, citizen)
    started, narrow = desk.begin(NARROW)
    _, wide = desk.begin(WIDE)
    waiting = shown(browser.submit(narrow, "phone", number=citizen.number))
    question = own.page("/account/approvals")
    assert "Mã riêng của bạn" in question.html
    assert "Ngày sinh" not in question.html
    number = waiting.texts["match-number"]
    button = next(name for name, (_, value) in question.buttons.items() if value == number)
    shown(own.submit(question, button))
    moved = browser.page(swapped(waiting, wide, "i", "resume"))
    assert (path_of(moved), moved.shows("expired")) == ("/counter", True)
    tokens = desk.party.complete(started, landed(browser.open(waiting.address)))
    assert tokens.scope == NARROW
