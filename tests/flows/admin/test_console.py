"""The way into the console: two factors and a role that stands; everybody else learns who may come, and no more."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from clients.model import ClientId
from idp.officers.roles import NATIONAL, Role
from idp.web.admin.paths import HOME
from idp.web.admin.routes import CONSOLE
from tests.flows.console_people import administrator, events, give, make_stale, path_of, sign_in_to, take_back
from tests.flows.officer_people import ready, sign_in_at, withdraw
from tests.flows.running_provider import RunningProvider
from tests.support.parties.relying_party import sign_in
from tests.support.plain.browser import Browser
from tests.support.waiting import wait_for

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

NewBrowser = Callable[[], Browser]


def test_who_is_not_signed_in_is_led_to_sign_in_from_every_page(browser: Browser) -> None:
    paths = sorted({route.path for route in CONSOLE})
    led = {path: led_to(browser, path.replace("{name}", "0" * 26)) for path in paths}
    assert len(led) > 20
    assert {path: where for path, where in led.items() if where != (303, "/sign-in", ["1"])} == {}


def led_to(browser: Browser, path: str) -> tuple[int, str, list[str]]:
    """Return the status of a page and, where it leads, the path and whether officers sign in there."""
    answer = browser.http.get(path)
    location = urlsplit(answer.headers.get("location", ""))
    return answer.status_code, location.path, parse_qs(location.query).get("officer", [])


@pytest.mark.both_forms
def test_an_administrator_signs_in_with_two_factors_and_lands_where_they_wanted(
    running: RunningProvider, browser: Browser
) -> None:
    administrator(running, browser, Role.AGENCY_ADMINISTRATOR, "H55")
    page = browser.page(HOME)
    assert page.status == 200
    assert "H55" in page.texts["roles"]
    assert page.shows("part-home")


def test_a_citizen_is_told_who_may_come_and_it_is_recorded(running: RunningProvider, browser: Browser) -> None:
    sign_in(browser, running.party(), running.citizen())
    page = browser.page(HOME)
    assert (page.status, page.shows("own-account"), page.shows("roles")) == (403, True, False)


def test_an_officer_without_a_role_is_told_the_same_and_it_is_recorded(
    running: RunningProvider, browser: Browser
) -> None:
    person = ready(running, browser)
    sign_in_at(running, browser, person, ClientId("mot-cua"), scope="openid profile officer")
    page = browser.page(HOME)
    assert (page.status, page.shows("own-account")) == (403, True)
    wait_for("the event", lambda: events(running, "admin:console:refused", person.officer.person_id))


@pytest.mark.both_forms
def test_a_role_that_is_taken_back_ends_with_the_next_request(running: RunningProvider, browser: Browser) -> None:
    person = ready(running, browser)
    grant = give(running, person, Role.AUDITOR, NATIONAL)
    sign_in_to(browser, person)
    assert browser.page(HOME).status == 200
    take_back(running, grant)
    assert browser.page(HOME).status == 403


@pytest.mark.both_forms
def test_a_withdrawn_administrators_session_ends_at_once(running: RunningProvider, browser: Browser) -> None:
    person = administrator(running, browser, Role.NATIONAL_OPERATOR, NATIONAL)
    withdraw(running, person)
    assert browser.http.get(HOME).headers["location"].startswith("/sign-in")


def test_a_role_that_is_over_opens_nothing(running: RunningProvider, browser: Browser) -> None:
    person = ready(running, browser)
    give(running, person, Role.AUDITOR, NATIONAL, ends_in=timedelta(0))
    assert sign_in_to(browser, person).status == 403


def test_the_first_page_says_whether_a_factor_will_be_asked_for(running: RunningProvider, browser: Browser) -> None:
    person = administrator(running, browser, Role.SUPPORT, NATIONAL)
    before = browser.page(HOME).texts["factor"]
    make_stale(running, person)
    assert browser.page(HOME).texts["factor"] != before


def test_a_role_that_ends_soon_says_so(running: RunningProvider, browser: Browser) -> None:
    administrator(running, browser, Role.AUDITOR, "H55")
    assert "Sắp hết hạn" in browser.page(HOME).texts["roles"]


def test_the_account_leads_an_administrator_to_the_console(running: RunningProvider, browser: Browser) -> None:
    person = ready(running, browser)
    sign_in_at(running, browser, person, ClientId("mot-cua"), scope="openid profile officer")
    assert not browser.page("/account").shows("console")
    give(running, person, Role.AUDITOR, "H55")
    assert browser.page("/account").links["console"] == HOME


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "admin-administrator", "nowhere"])
def test_or_1_signing_in_leads_nowhere_but_to_known_places(running: RunningProvider, browser: Browser, to: str) -> None:
    person = ready(running, browser)
    page = sign_in_to(browser, person, f"/sign-in?to={to}&of=//evil.example")
    assert path_of(page) == "/account"
