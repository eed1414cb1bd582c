"""The console's page of sign-in metrics in a real browser: the last day with an alert, and thirty days."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from clients.local_days import day_begins
from idp.metrics.days import last_over
from idp.metrics.summary import settled_until
from tests.browser.gallery import JOURNEY_LANGUAGES, Gallery, in_language
from tests.browser.officer_people import at_the_desk
from tests.support.browser import Visitor
from tests.support.patience import patient

HOUR = timedelta(hours=1)
PORTAL = "ha-noi"
INSERT = """
    INSERT INTO {table} (hour_at, measure, {client} method, step, cause, slot, amount)
    VALUES (?, ?, {value} 'passkey', 'sign_in', '', ?, ?) ON CONFLICT DO UPDATE SET amount = amount + excluded.amount
"""
Row = tuple[int, str, int, int]


def micros(at: datetime) -> int:
    return round(at.timestamp()) * 1_000_000


def numbers(now: datetime) -> Iterator[Row]:
    """Yield rows of thirty days that go up and down, and an hour that few completed."""
    for back in range(30):
        noon = micros(day_begins(last_over(now) - timedelta(days=back)) + 12 * HOUR)
        started = 400 + 37 * (back * 7 % 11)
        for slot, amount in ((4, started * 6 // 10), (8, started * 2 // 10), (14, started // 20)):
            yield noon, "completion", slot, amount
        yield noon, "start", 0, started
        yield noon, "reached", 0, started
        yield noon, "passed", 0, started * 8 // 10
    # So many that what other tests do in these hours changes no share.
    for hour in (settled_until(now) - HOUR, settled_until(now)):
        yield micros(hour), "start", 0, 100_000
        yield micros(hour), "completion", 4, 40_000
        yield micros(hour), "refusal", 0, 60_000


def store(visitor: Visitor) -> None:
    """Put the numbers of one portal, and the country's, into the running system's store."""
    connection = sqlite3.connect(visitor.system.folders.database, timeout=patient(20))
    for table, client, value in (
        ("quality_counts", "client_id, service_class,", f"'{PORTAL}', 'filing',"),
        ("quality_hours", "", ""),
    ):
        statement = INSERT.format(table=table, client=client, value=value)
        connection.executemany(statement, list(numbers(datetime.now(UTC))))
    connection.commit()
    connection.close()


def test_the_last_day_and_thirty_days_are_shown(gallery: Gallery) -> None:
    visitor = gallery.visitor
    provider = visitor.system.provider
    store(visitor)
    at_the_desk(visitor, "g22.demo-operator")
    gallery.visit("admin-quality", provider("/admin/quality"))
    for language in JOURNEY_LANGUAGES:
        visitor.open(in_language(provider("/admin/quality"), language))
        assert visitor.has("alerts")
        visitor.click("other-span")
        visitor.page.wait_for_selector("#days")
        assert visitor.page.locator("#days tbody tr").count() == 30
        assert not visitor.has("alerts")
        gallery.take(f"admin-quality-days-{language}", visitor.page)
