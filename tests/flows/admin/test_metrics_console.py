"""The console's page of sign-in metrics, and what the API tells of the same hours, over HTTP on both stores."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from clients.local_days import VIETNAM, day_begins
from clients.model import ClientId
from clients.registry import ClientRegistry
from idp.admin.metrics.service import HOUR
from idp.metrics.days import last_over
from idp.metrics.model import AddCounts, Cause, Counted, CountKey, Measure, Place
from idp.officers.roles import NATIONAL, Role
from idp.worker.metrics_rollup import add_up, every_client
from tests.flows.administrators import CONSOLE, administrator
from tests.flows.console_people import administrator as console_administrator
from tests.flows.officer_people import AGENCY
from tests.flows.running_provider import RunningProvider
from tests.flows.stored import open_store
from tests.support.plain.browser import Browser

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form


def a_settled_hour(running: RunningProvider) -> None:
    """Store an hour that is over at the console's own portal, and a day with many answers."""
    now = datetime.now(UTC)
    over = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=6)
    today = now.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    said = [(Measure.REACHED, Cause.NONE, 10), (Measure.PASSED, Cause.NONE, 6), (Measure.REFUSAL, Cause.OTHER, 1)]
    counted = [
        Counted(CountKey(over, measure, ClientId(CONSOLE), "filing", step=Place.CHOOSE, cause=cause), amount)
        for measure, cause, amount in said
    ]
    answers = Counted(CountKey(today, Measure.RATING, ClientId(CONSOLE), "filing", step=Place.SIGN_IN, slot=4), 12)

    async def add() -> None:
        async with open_store(running.provider.database_url) as database:
            await database.ledger.commit(AddCounts(counted=(*counted, answers)))

    running.provider.run(add())


def test_the_console_shows_who_left_at_each_step_and_how_satisfied_people_are(
    running: RunningProvider, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    a_settled_hour(running)
    console_administrator(running, browser, Role.AGENCY_ADMINISTRATOR, AGENCY)
    text = browser.http.get("/admin/quality").text
    (steps,) = re.findall(r'<table class="records" id="steps">.*?</table>', text, re.DOTALL)
    (chosen,) = [line for line in steps.splitlines() if "Chọn làm cho ai" in line]
    assert re.findall(r">(\d+)</td>", chosen) == ["10", "6", "1", "3", "0"]
    assert "4,0/5 (12 phiếu)" in text
    assert 'href="/admin/quality?client=quan-tri"' in text
    of_one = browser.http.get("/admin/quality", params={"client": CONSOLE}).text
    assert chosen in of_one
    assert 'id="chosen"' in of_one
    program = administrator(running, new_browser(), Role.AGENCY_ADMINISTRATOR, AGENCY)
    rows = program.get("/quality?limit=200").json()["items"]
    (numbers,) = [one["numbers"] for one in rows if one["client_id"] == CONSOLE]
    choose = {"step": "choose", "came": 10, "passed": 6, "failed": 1, "left": 3, "tries": 0}
    assert choose in numbers["steps"]
    assert (numbers["satisfaction"], numbers["ratings"]) == (4, {"4": 12})


def test_the_console_shows_the_last_day_with_a_chart_and_its_table(running: RunningProvider, browser: Browser) -> None:
    console_administrator(running, browser, Role.AGENCY_ADMINISTRATOR, AGENCY)
    page = browser.http.get("/admin/quality")
    assert page.status_code == 200
    assert page.text.count("<rect ") == 48
    assert "Cổng quan-tri" in page.text
    assert "dem-xong" not in page.text
    for after in ("zzz", "\x00", "x" * 5000):
        assert browser.http.get("/admin/quality", params={"after": after}).status_code in {200, 400, 414}


def a_day_that_is_over(running: RunningProvider, *amounts: int) -> date:
    """Store so many completions in hours of a day at the console's own portal, as many more starts, and return it."""
    day = last_over(datetime.now(UTC)) - timedelta(days=2)
    counted = [
        Counted(
            CountKey(
                day_begins(day) + place * HOUR, measure, ClientId(CONSOLE), "filing", step=Place.SIGN_IN, slot=slot
            ),
            many,
        )
        for place, amount in enumerate(amounts)
        for measure, slot, many in ((Measure.COMPLETION, 3 + place, amount), (Measure.START, 0, 2 * amount))
    ]

    async def add() -> None:
        async with open_store(running.provider.database_url) as database:
            await database.ledger.commit(AddCounts(counted=tuple(counted)))

    running.provider.run(add())
    return day


def add_up_as_the_job_does(running: RunningProvider) -> None:
    async def run() -> None:
        async with open_store(running.provider.database_url) as database:
            registry = ClientRegistry()
            await registry.refresh(database.clients)
            clients = every_client(registry)
            assert await add_up(database.metrics_days, database.ledger, clients, datetime.now(UTC))

    running.provider.run(run())


@pytest.mark.both_forms
def test_thirty_days_are_shown_before_and_after_they_were_added_up(
    running: RunningProvider, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    day = a_day_that_is_over(running, 211, 3)
    console_administrator(running, browser, Role.AGENCY_ADMINISTRATOR, AGENCY)
    program = administrator(running, new_browser(), Role.AGENCY_ADMINISTRATOR, AGENCY)
    for added_up in (False, True):
        if added_up:
            add_up_as_the_job_does(running)
        text = browser.http.get("/admin/quality", params={"client": CONSOLE, "days": "30"}).text
        assert text.count("<rect ") == 60
        (row,) = [line for line in text.splitlines() if f">{day:%d/%m/%Y}</th>" in line]
        assert re.findall(r">([^<>]+)</td>", row) == ["428", "214", "0", "214", "≤ 3 s"]
        assert 'id="alerts"' not in text
        assert 'href="/admin/quality?days=30&amp;client=quan-tri"' in text
        items = program.get(f"/quality/days?client_id={CONSOLE}").json()["items"]
        assert len(items) == 30
        (numbers,) = [one["numbers"] for one in items if one["day"] == day.isoformat()]
        assert (numbers["starts"], numbers["completions"], numbers["open"]) == (428, 214, 0)
        since, until = (f"{day_begins(edge):%Y-%m-%dT%H:%M:%SZ}" for edge in (day, day + timedelta(days=1)))
        rows = program.get(f"/quality?limit=200&since={since}&until={until}").json()["items"]
        assert [one["numbers"] for one in rows if one["client_id"] == CONSOLE] == [numbers]


def test_days_that_are_not_over_and_too_many_are_refused(
    running: RunningProvider, new_browser: Callable[[], Browser]
) -> None:
    program = administrator(running, new_browser(), Role.AGENCY_ADMINISTRATOR, AGENCY)
    last = last_over(datetime.now(UTC))
    for query in (f"last={last + timedelta(days=1)}", f"first={last - timedelta(days=31)}", "first=0001-01-01"):
        answer = program.get(f"/quality/days?{query}")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert program.get("/quality/days?client_id=dem-xong").status_code == 404


def test_a_portal_that_is_not_theirs_is_not_found(running: RunningProvider, browser: Browser) -> None:
    console_administrator(running, browser, Role.AGENCY_ADMINISTRATOR, AGENCY)
    for client in ("dem-xong", "nobody-s", "x" * 3000, "\u1ebf"):
        for days in ("", "30"):
            assert browser.http.get("/admin/quality", params={"client": client, "days": days}).status_code == 404
    assert browser.http.get("/admin/quality", params={"client": "\x00"}).status_code == 400


def test_who_looks_at_the_country_may_look_at_each_portal(running: RunningProvider, browser: Browser) -> None:
    console_administrator(running, browser, Role.SUPPORT, NATIONAL)
    page = browser.http.get("/admin/quality", params={"client": "dem-xong"})
    assert (page.status_code, 'id="chosen"' in page.text) == (200, True)
