"""The console's page of quality, and what the API tells of the same hours, over HTTP on both stores."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from clients.local_days import VIETNAM
from idp.accounts.roles import NATIONAL, Role
from idp.observability.quality.model import AddCounts, Cause, Counted, CountKey, Measure, Place
from tests.flows.administrators import CONSOLE, administrator
from tests.flows.conftest import Town
from tests.flows.console_people import administrator as console_administrator
from tests.flows.officers import AGENCY
from tests.flows.stored import open_store
from tests.support.plain_browser import Browser


def a_settled_hour(town: Town) -> None:
    """Store an hour that is over at the console's own portal, and a day with many answers."""
    now = datetime.now(UTC)
    over = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=6)
    today = now.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    said = [(Measure.REACHED, Cause.NONE, 10), (Measure.PASSED, Cause.NONE, 6), (Measure.REFUSAL, Cause.OTHER, 1)]
    counted = [
        Counted(CountKey(over, measure, CONSOLE, "filing", step=Place.CHOOSE, cause=cause), amount)
        for measure, cause, amount in said
    ]
    answers = Counted(CountKey(today, Measure.RATING, CONSOLE, "filing", step=Place.SIGN_IN, slot=4), 12)

    async def add() -> None:
        async with open_store(town.provider.database_url) as database:
            await database.ledger.commit(AddCounts((*counted, answers)))

    town.provider.run(add())


def test_the_console_shows_who_left_at_each_step_and_how_satisfied_people_are(
    town: Town, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    a_settled_hour(town)
    console_administrator(town, browser, Role.AGENCY_ADMINISTRATOR, AGENCY)
    text = browser.http.get("/admin/quality").text
    (steps,) = re.findall(r'<table class="records" id="steps">.*?</table>', text, re.DOTALL)
    (chosen,) = [line for line in steps.splitlines() if "Chọn làm cho ai" in line]
    assert re.findall(r">(\d+)</td>", chosen) == ["10", "6", "1", "3", "0"]
    assert "4,0/5 (12 phiếu)" in text
    assert 'href="/admin/quality?client=quan-tri"' in text
    of_one = browser.http.get("/admin/quality", params={"client": CONSOLE}).text
    assert chosen in of_one
    assert 'id="chosen"' in of_one
    program = administrator(town, new_browser(), Role.AGENCY_ADMINISTRATOR, AGENCY)
    rows = program.get("/quality?limit=200").json()["items"]
    (numbers,) = [one["numbers"] for one in rows if one["client_id"] == CONSOLE]
    choose = {"step": "choose", "came": 10, "passed": 6, "failed": 1, "left": 3, "tries": 0}
    assert choose in numbers["steps"]
    assert (numbers["satisfaction"], numbers["ratings"]) == (4, {"4": 12})


def test_the_console_shows_the_last_day_with_a_chart_and_its_table(town: Town, browser: Browser) -> None:
    console_administrator(town, browser, Role.AGENCY_ADMINISTRATOR, AGENCY)
    page = browser.http.get("/admin/quality")
    assert page.status_code == 200
    assert page.text.count("<rect ") == 48
    assert "Cổng quan-tri" in page.text
    assert "dem-xong" not in page.text
    for after in ("zzz", "\x00", "x" * 5000):
        assert browser.http.get("/admin/quality", params={"after": after}).status_code in {200, 400, 414}


def test_a_portal_that_is_not_theirs_is_not_found(town: Town, browser: Browser) -> None:
    console_administrator(town, browser, Role.AGENCY_ADMINISTRATOR, AGENCY)
    for client in ("dem-xong", "nobody-s", "x" * 3000, "\u1ebf"):
        assert browser.http.get("/admin/quality", params={"client": client}).status_code == 404
    assert browser.http.get("/admin/quality", params={"client": "\x00"}).status_code == 400


def test_who_looks_at_the_country_may_look_at_each_portal(town: Town, browser: Browser) -> None:
    console_administrator(town, browser, Role.SUPPORT, NATIONAL)
    page = browser.http.get("/admin/quality", params={"client": "dem-xong"})
    assert (page.status_code, 'id="chosen"' in page.text) == (200, True)
