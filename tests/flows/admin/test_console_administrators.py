"""Administrators in the console: issued, seen, given roles, taken back; every way to more than one holds is refused."""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from idp.kernel.ids import PersonId
from idp.officers.roles import NATIONAL, Role
from idp.web.admin.administrators.administrators import NEW_PATH, PATH
from tests.flows.console_people import (
    administrator,
    events,
    give,
    make_stale,
    page_of,
    path_of,
    press,
)
from tests.flows.officer_people import OfficerPerson, issue
from tests.flows.running_provider import RunningProvider
from tests.support.page import Page
from tests.support.patience import patient
from tests.support.plain.browser import SESSION, Browser
from tests.support.waiting import wait_for

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

NewBrowser = Callable[[], Browser]
UNTIL = (datetime.now(UTC) + timedelta(days=10)).strftime("%Y-%m-%d")
COMMAND = {
    "agency": "H55",
    "full_name": "Nguyễn Văn Bình",
    "post": "Quản trị viên",
    "contact": "0912345678",
    "role": "client_developer",
    "over": "H55",
    "until": UNTIL,
}
NOBODY = "0" * 26


def issued(browser: Browser, name: str, **changed: str) -> Page:
    return press(browser, browser.page(NEW_PATH), "issue", **{**COMMAND, "name": name, **changed})


def other(running: RunningProvider, role: Role = Role.AUDITOR, agency: str = "H55") -> OfficerPerson:
    """Return another administrator, who has not set the account up."""
    person = issue(running)
    give(running, person, role, agency)
    return person


def refusals(running: RunningProvider, person: OfficerPerson) -> list[object]:
    code = person.officer.account_id
    return [reason for reason, _ in events(running, "admin:operation:refused", PersonId(code))]


@pytest.mark.both_forms
def test_an_administrator_is_issued_by_two_and_neither_sees_the_code(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    administrator(running, browser, Role.NATIONAL_OPERATOR, NATIONAL)
    done = issued(browser, f"issued{running.provider.base()[-4:]}", role="agency_administrator")
    assert (done.status, done.shows("done"), done.texts["contact-waiting"]) == (200, True, "+84912345678")
    assert "Nguyễn Văn Bình" in browser.page(PATH).texts["administrators"]
    own = press(browser, done, "confirm-account")
    assert own.error_code == "not_permitted"
    second = new_browser()
    administrator(running, second, Role.NATIONAL_OPERATOR, NATIONAL)
    page = second.page(path_of(done))
    confirmed = press(second, page, "confirm-account")
    assert (confirmed.shows("done"), confirmed.shows("confirm-account")) == (True, False)
    for reported in (done, confirmed):
        assert not re.search("[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", reported.html)
    account_id = PersonId(path_of(done).rpartition("/")[2])
    assert len(events(running, "admin:administrator:confirmed", account_id)) == 1


def test_the_list_is_of_ones_own_agencies(running: RunningProvider, browser: Browser) -> None:
    mine, theirs = other(running), other(running, agency="H26")
    administrator(running, browser, Role.AGENCY_ADMINISTRATOR, "H55")
    reported = everyone(browser)
    assert mine.officer.code in reported
    assert theirs.officer.code not in reported


def everyone(browser: Browser) -> str:
    """Return what all pages of the list say, by the way of its links."""
    page, reported = browser.page(PATH), ""
    while True:
        reported += page.texts["administrators"]
        if "next" not in page.links:
            return reported
        page = browser.page(page.links["next"])


def test_who_may_look_only_sees_no_forms_and_sends_none(running: RunningProvider, browser: Browser) -> None:
    person = other(running)
    administrator(running, browser, Role.AUDITOR, "H55")
    page = page_of(browser, person)
    assert page.status == 200
    assert not any(page.shows(name) for name in ("grant", "extend", "withdraw", "renew"))
    assert "new" not in browser.page(PATH).links
    assert browser.page(NEW_PATH).error_code == "not_permitted"
    answer = browser.http.post(page.address, data={**token_of(page), "action": "withdraw", "reason": "left"})
    assert (answer.status_code, refused(running, person)) == (403, ["not_permitted"])


def token_of(page: Page) -> dict[str, str]:
    """Return the protection of this browser's forms in the console: the same on each page of an administrator."""
    return dict(page.protection)


def refused(running: RunningProvider, person: OfficerPerson) -> list[object]:
    return wait_for("the refusal is recorded", lambda: refusals(running, person))


@pytest.mark.both_forms
def test_a_role_is_given_revoked_and_both_are_recorded(running: RunningProvider, browser: Browser) -> None:
    administrator(running, browser, Role.AGENCY_ADMINISTRATOR, "H55")
    person = other(running)
    page = press(browser, page_of(browser, person), "grant", role="client_developer", over="H55", until=UNTIL)
    assert (page.status, page.shows("done")) == (200, True)
    (button,) = [name for name in page.buttons if name.startswith("revoke-") and "client" not in name][:1]
    before = len([name for name in page.buttons if name.startswith("revoke-")])
    page = press(browser, page, button)
    assert page.shows("done")
    assert len([name for name in page.buttons if name.startswith("revoke-")]) == before - 1
    for name in ("granted", "revoked"):
        ((reason, details),) = events(running, f"admin:administrator:{name}", person.officer.person_id)
        assert reason == "done"
        assert "client_developer" in str(details)


@pytest.mark.both_forms
def test_a_new_last_day_a_new_code_and_the_end(running: RunningProvider, browser: Browser) -> None:
    administrator(running, browser, Role.AGENCY_ADMINISTRATOR, "H55")
    person = other(running)
    page = press(browser, page_of(browser, person), "extend", last_day=UNTIL)
    assert page.shows("done")
    page = press(browser, page, "renew", contact="binh@thainguyen.gov.vn")
    assert (page.shows("done"), page.texts["contact-waiting"]) == (True, "binh@thainguyen.gov.vn")
    page = press(browser, page_of(browser, person), "withdraw", reason="moved")
    assert (page.shows("done"), page.shows("withdraw")) == (True, False)
    for name in ("extended", "enrolment_renewed", "withdrawn"):
        assert len(events(running, f"admin:administrator:{name}", person.officer.person_id)) == 1
    assert press(browser, browser.page("/admin"), "logout").status == 200


@pytest.mark.both_forms
def test_a_withdrawn_administrators_session_ends_at_once(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    operator, theirs = browser, new_browser()
    administrator(running, operator, Role.NATIONAL_OPERATOR, NATIONAL)
    person = administrator(running, theirs, Role.AGENCY_ADMINISTRATOR, "H55")
    assert theirs.page("/admin").status == 200
    press(operator, page_of(operator, person), "withdraw", reason="misuse")
    assert theirs.http.get("/admin").headers["location"].startswith("/sign-in")


@pytest.mark.parametrize(
    ("changed", "field", "reported"),
    [
        ({"full_name": "<script>alert(1)</script>"}, "full_name", "họ tên"),
        ({"post": "<b>chủ</b>"}, "post", "không có dấu"),
        ({"agency": "H26"}, "agency", "trong phạm vi"),
        ({"over": "H26"}, "over", "trong phạm vi"),
        ({"over": "national"}, "over", "trong phạm vi"),
        ({"role": "support"}, "role", "nhiều quyền hơn"),
        ({"role": "national_operator", "over": "national"}, "over", "trong phạm vi"),
        ({"until": "2020-01-01"}, "until", "đã qua"),
        ({"account_id": NOBODY}, "account_id", "mục lạ"),
        ({"two_steps": ""}, "two_steps", "mục lạ"),
    ],
    ids=str,
)
def test_a_wish_beyond_ones_own_or_beyond_the_form_is_refused_with_the_reason(
    running: RunningProvider, browser: Browser, changed: dict[str, str], field: str, reported: str
) -> None:
    mine = administrator(running, browser, Role.AGENCY_ADMINISTRATOR, "H55")
    page = issued(browser, "refused", **changed)
    assert (page.status, reported in page.texts["problems"]) == (422, True)
    assert "<script>alert" not in page.html
    assert refused(running, mine) == ["invalid_input"]
    assert field in page.html


def test_nobody_gives_themself_a_role_or_another_day_or_an_end(running: RunningProvider, browser: Browser) -> None:
    mine = administrator(running, browser, Role.NATIONAL_OPERATOR, NATIONAL)
    page = page_of(browser, mine)
    assert page.shows("own")
    assert not any(page.shows(name) for name in ("grant", "extend", "withdraw"))
    token = token_of(page)
    for form in (
        {"action": "grant", "role": "support", "over": "national", "until": UNTIL},
        {"action": "extend", "last_day": UNTIL},
        {"action": "withdraw", "reason": "left"},
        {"action": "renew", "contact": "0912345678"},
    ):
        answer = browser.http.post(page.address, data={**token, **form})
        assert (answer.status_code, "chính mình" in answer.text) == (422, True)
    assert wait_for("all are recorded", lambda: len(refusals(running, mine)) == 4)


def test_another_agencys_administrator_is_not_found_whatever_is_tried(
    running: RunningProvider, browser: Browser
) -> None:
    """The account is of H55, only its role is foreign: what is foreign altogether is in tests/security."""
    administrator(running, browser, Role.AGENCY_ADMINISTRATOR, "H55")
    foreign = issue(running)
    give(running, foreign, Role.AUDITOR, "H26")
    token = token_of(page_of(browser, foreign))
    for account_id in (NOBODY, "x", "administrators"):
        assert browser.page(f"{PATH}/{account_id}").error_code == "not_found"
        answer = browser.http.post(f"{PATH}/{account_id}", data={**token, "action": "withdraw", "reason": "left"})
        assert answer.status_code == 404
    page = page_of(browser, foreign)
    assert "H26" not in page.texts["grants"]


def test_who_holds_more_is_not_ended_by_who_holds_less(running: RunningProvider, browser: Browser) -> None:
    administrator(running, browser, Role.AGENCY_ADMINISTRATOR, "H55")
    operator = other(running, Role.NATIONAL_OPERATOR, NATIONAL)
    page = page_of(browser, operator)
    assert page.status == 200
    assert not any(page.shows(name) for name in ("withdraw", "renew", "extend"))
    token = token_of(page)
    for action in ("withdraw", "renew"):
        form = {**token, "action": action, **({"reason": "left"} if action == "withdraw" else {"contact": "x"})}
        assert browser.http.post(page.address, data=form).status_code == 403
    assert refused(running, operator)


def test_a_role_is_given_once_and_an_unknown_button_does_nothing(running: RunningProvider, browser: Browser) -> None:
    administrator(running, browser, Role.AGENCY_ADMINISTRATOR, "H55")
    person = other(running)
    page = press(browser, page_of(browser, person), "grant", role="auditor", over="H55", until=UNTIL)
    assert (page.status, "đã giữ" in page.texts["problems"]) == (422, True)
    token = token_of(page)
    for action in ("", "grant_all", f"revoke:{NOBODY}", "revoke:"):
        assert browser.http.post(page.address, data={**token, "action": action}).status_code == 404


@pytest.mark.both_forms
def test_of_many_who_give_one_role_at_once_one_does(running: RunningProvider, browser: Browser) -> None:
    administrator(running, browser, Role.AGENCY_ADMINISTRATOR, "H55")
    person = other(running)
    page = page_of(browser, person)
    form = {**page.protection, "action": "grant", "role": "client_developer", "over": "H55", "until": UNTIL}

    async def press_all() -> list[int]:
        cookies = {name: value for name, value in browser.http.cookies.items() if value}
        async with httpx2.AsyncClient(cookies=cookies, timeout=patient(30)) as client:
            answers = await asyncio.gather(*(client.post(page.address, data=form) for _ in range(6)))
        return sorted(answer.status_code for answer in answers)

    answers = asyncio.run(press_all())
    assert answers[0] == 303
    assert set(answers[1:]) <= {409, 422}
    assert len(events(running, "admin:administrator:granted", person.officer.person_id)) == 1


def test_an_old_factor_is_asked_for_before_the_form_and_nothing_is_done_without_it(
    running: RunningProvider, browser: Browser
) -> None:
    mine = administrator(running, browser, Role.AGENCY_ADMINISTRATOR, "H55")
    person = other(running)
    page = page_of(browser, person)
    make_stale(running, mine)
    asked = press(browser, page, "withdraw", reason="left")
    assert path_of(asked) == "/account/confirm"
    assert page_of(browser, person).shows("withdraw")
    assert path_of(browser.page(NEW_PATH)) == "/account/confirm"
    assert refused(running, person) == ["fresh_factor_needed"]


def test_a_form_of_another_browser_is_refused(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    administrator(running, browser, Role.NATIONAL_OPERATOR, NATIONAL)
    person = other(running)
    page, foreign = page_of(browser, person), new_browser()
    foreign.page("/sign-in")
    cookies = {SESSION: browser.session or "", "idp-browser": foreign.http.cookies["idp-browser"]}
    form = {**page.protection, "action": "withdraw", "reason": "left"}
    answer = httpx2.post(page.address, data=form, cookies=cookies)
    assert answer.status_code == 403
    assert page_of(browser, person).shows("withdraw")
