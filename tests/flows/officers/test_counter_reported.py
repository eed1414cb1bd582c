"""What an officer reads on their own page: another last day, and how each filing they assisted stands."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.ids import EventId, new_id
from tests.flows.counter_desk import Desk, at_desk
from tests.flows.officer_people import with_accounts
from tests.flows.running_provider import RunningProvider
from tests.support.plain.browser import Browser, shown
from tests.support.waiting import wait_for

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form


@pytest.fixture
def desk(running: RunningProvider, browser: Browser) -> Desk:
    return at_desk(running, browser, running.citizen())


def test_another_last_day_is_told_on_the_officers_page(desk: Desk) -> None:
    assert not desk.browser.page("/account").shows("unread-notices")
    officer = desk.officer.officer
    event = RecordEvent(
        id=EventId(new_id()),
        name=EventName.OFFICER_EXTENDED,
        at=datetime.now(UTC),
        origin=Origin(new_id()),
        reason="extended",
    )
    until = datetime(2031, 6, 30, 17, tzinfo=UTC)
    assert with_accounts(desk.running, lambda accounts: accounts.extend(officer, until, event))
    assert desk.browser.page("/account").shows("unread-notices")
    reported = desk.browser.page("/account/notices").html
    assert "Cơ quan đã đổi ngày hết hạn của tài khoản công vụ." in reported
    assert re.search(r"hết hạn lúc [^<]*2031", reported)


@pytest.mark.both_forms
def test_a_filing_is_listed_while_it_is_good_and_after_the_citizen_stopped_it(
    desk: Desk, new_browser: Callable[[], Browser]
) -> None:
    assert not desk.browser.page("/account").shows("filings")
    desk.confirmed()
    listed = desk.browser.page("/account").texts["filings"]
    assert "Cổng mot-cua" in listed
    assert "Còn hiệu lực đến" in listed
    reported = wait_for(
        "the notice",
        lambda: [text for text in desk.running.listener.texts_to(desk.citizen.phone) if "vua nop ho so giup" in text],
    )
    (not_me_code,) = re.findall(r"nhap ([A-Z0-9]{10})\.", reported[0])
    stranger = new_browser()
    shown(stranger.submit(stranger.page("/not-me"), "report", alarm_code=not_me_code))
    page = desk.browser.page("/account")
    assert "Đã bị dừng lúc" in page.texts["filings"]
    assert "Stopped at" in desk.browser.page("/account?lang=en").texts["filings"]
    # Whose filing it was stays with the officer's own papers.
    assert desk.citizen.number not in page.html
    assert desk.citizen.name not in page.html


def test_another_officer_reads_nothing_of_it(
    desk: Desk, running: RunningProvider, new_browser: Callable[[], Browser]
) -> None:
    desk.confirmed()
    other = at_desk(running, new_browser(), desk.citizen)
    assert not other.browser.page("/account").shows("filings")


def test_a_citizens_page_has_no_such_list(desk: Desk, new_browser: Callable[[], Browser]) -> None:
    desk.confirmed()
    own = new_browser()
    shown(own.submit(own.page("/sign-in"), "sign-in", identifier=desk.citizen.number, password=desk.citizen.password))
    assert not own.page("/account").shows("filings")
