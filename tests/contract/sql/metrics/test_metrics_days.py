"""Whole days of the numbers: added up again and again, by many at once, and read as if there were hours alone."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.local_days import day_begins
from clients.model import ClientId
from idp.adapters.sql.database import Database, open_database
from idp.kernel.effects import Effect
from idp.metrics.days import DAY
from idp.metrics.model import AddCounts, Cause, Counted, CountKey, Measure, Method, Place
from idp.worker.metrics_rollup import add_up
from tests.contract.sql.direct import rows, run
from tests.support.extent import ON_STORES, rounds
from tests.support.plain.metrics import PlainMetrics
from tests.support.running.sql_stores import HOUR, NOW, StatementCounter

FIRST = date(2026, 11, 10)
BEGIN = day_begins(FIRST)
CLIENTS = tuple(map(ClientId, ("", "a", "b", "c")))
# In the afternoon of the sixth day: five days are over.
LATER = BEGIN + 5 * DAY + 15 * HOUR


def of(
    client_id: ClientId = ClientId("a"), hours: int = 0, measure: Measure = Measure.START, slot: int = 0
) -> CountKey:
    return CountKey(
        BEGIN + hours * HOUR, measure, client_id, "filing", Method.PASSKEY, Place.SIGN_IN, Cause.OTHER, slot
    )


async def add(database: Database, *counted: tuple[CountKey, int]) -> None:
    await database.ledger.commit(AddCounts(counted=tuple(Counted(*one) for one in counted)))


async def added_up(database: Database, now: datetime = LATER, clients: Sequence[ClientId] = CLIENTS) -> int:
    return await add_up(database.metrics_days, database.ledger, clients, now)


async def days(store: str) -> list[tuple[object, ...]]:
    return sorted(await rows(store, "SELECT day_at, client_id, slot, amount FROM quality_days"), key=repr)


async def test_before_anything_was_counted_there_is_nothing_to_add_up(database: Database) -> None:
    assert await database.metrics_days.not_added_up() is None
    assert await added_up(database) == 0


async def test_days_are_vietnamese_and_only_those_that_are_over_are_added_up(database: Database, store: str) -> None:
    await add(database, (of(), 1), (of(hours=23), 2), (of(hours=24), 4), (of(hours=5 * 24), 8))
    # Two days before the first that was counted too: there is nothing in them.
    assert await added_up(database) == 7
    found = [(day, client, amount) for day, client, _, amount in await days(store)]
    first = int(BEGIN.timestamp() * 1_000_000)
    assert found == [(first, "a", 3), (first + int(DAY.total_seconds() * 1_000_000), "a", 4)]
    assert await database.metrics_days.not_added_up() == BEGIN + 5 * DAY


async def test_three_hours_after_midnight_the_day_is_over(database: Database) -> None:
    await add(database, (of(), 1))
    for now, until in ((BEGIN + DAY + 3 * HOUR - timedelta(seconds=1), BEGIN), (BEGIN + DAY + 3 * HOUR, BEGIN + DAY)):
        await added_up(database, now)
        assert await database.metrics_days.not_added_up() == until


async def test_again_changes_nothing_and_raises_what_came_late(database: Database, store: str) -> None:
    await add(database, (of(hours=4 * 24), 2), (of(ClientId("b"), hours=4 * 24), 1))
    await added_up(database)
    before = await days(store)
    assert await added_up(database) == 2
    assert await days(store) == before
    await add(database, (of(hours=4 * 24 + 3), 5), (of(hours=3 * 24), 1))
    await added_up(database, LATER + HOUR)
    assert sorted(int(str(amount)) for *_, amount in await days(store)) == [1, 1, 7]


class Stopped(Exception):  # noqa: N818 (no error of ours)
    """The process was killed."""


class Mortal:
    """A ledger of a process that is killed before it commits for the nth time."""

    def __init__(self, database: Database, commits: int) -> None:
        self._database, self._left = database, commits

    async def commit(self, *effects: Effect) -> bool:
        if not self._left:
            raise Stopped
        self._left -= 1
        return await self._database.ledger.commit(*effects)

    def enqueue(self, *effects: Effect) -> None:
        self._database.ledger.enqueue(*effects)


@pytest.mark.parametrize("commits", range(6))
async def test_whoever_is_killed_anywhere_leaves_what_the_next_one_finishes(database: Database, commits: int) -> None:
    counted = [(of(client, hours=24 * day, slot=day), day + 1) for client in CLIENTS for day in range(5)]
    await add(database, *counted)
    clients = [*CLIENTS, *(ClientId(f"nobody-{place:03}") for place in range(150))]
    with pytest.raises(Stopped):
        await add_up(database.metrics_days, Mortal(database, commits), clients, LATER)
    for _ in range(2):
        found = await database.metrics.by_day(BEGIN, BEGIN + 5 * DAY, CLIENTS)
        assert {(key.slot, amount) for key, amount in found} == {(day, 4 * (day + 1)) for day in range(5)}
        await added_up(database, clients=clients)


KEYS = st.builds(
    of,
    st.sampled_from(CLIENTS),
    st.integers(-30, 6 * 24),
    st.sampled_from((Measure.START, Measure.COMPLETION)),
    st.integers(0, 3),
)
COUNTS = st.dictionaries(KEYS, st.integers(1, 5), max_size=12).map(lambda found: list(found.items()))


def summed(counted: Sequence[Counted]) -> Counter[CountKey]:
    found: Counter[CountKey] = Counter()
    for key, amount in counted:
        found[key] += amount
    return found


@settings(ON_STORES, max_examples=rounds(4, 12))
@given(
    COUNTS,
    COUNTS,
    st.integers(0, 6 * 24),
    st.integers(-30, 7 * 24),
    st.integers(1, 8 * 24),
    st.sets(KEYS.map(lambda key: key.client_id)),
)
async def test_whatever_was_added_up_a_read_says_what_the_hours_say(
    store: str,
    early: list[tuple[CountKey, int]],
    late: list[tuple[CountKey, int]],
    looked: int,
    first: int,
    length: int,
    asked: set[ClientId],
) -> None:
    database = await open_database(store)
    try:
        await emptied(store)
        await add(database, *early)
        # What comes later is of days that were not added up yet, or are again.
        await added_up(database, BEGIN + looked * HOUR)
        until = await database.metrics_days.not_added_up()
        later = [(key, amount) for key, amount in late if until is None or key.hour_at >= until - 2 * DAY]
        await add(database, *later)
        await added_up(database)
        plain = PlainMetrics(summed([Counted(*one) for one in (*early, *later)]))
        since, end = BEGIN + first * HOUR, BEGIN + (first + length) * HOUR
        by_client = [await one.by_client(since, end, LATER, sorted(asked)) for one in (database.metrics, plain)]
        assert summed(by_client[0]) == summed(by_client[1])
        for clients in (sorted(asked), None):
            by_day = [await one.by_day(BEGIN - 2 * DAY, BEGIN + 7 * DAY, clients) for one in (database.metrics, plain)]
            assert summed(by_day[0]) == summed(by_day[1])
    finally:
        await database.close()


async def emptied(store: str) -> None:
    for table in ("quality_counts", "quality_hours", "quality_days", "quality_days_added"):
        await run(store, f"DELETE FROM {table}")


async def test_processes_that_add_up_at_once_leave_what_one_would(store: str) -> None:
    databases = [await open_database(store) for _ in range(3)]
    counted = [(of(client, hours=hour, slot=hour % 7), 1) for client in CLIENTS for hour in range(0, 120, 5)]
    await add(databases[0], *counted)
    await asyncio.gather(
        *(added_up(one) for one in databases),
        *(add(databases[place % 3], (of(ClientId("b"), hours=100 + place), 1)) for place in range(9)),
    )
    await added_up(databases[0])
    found = await databases[1].metrics.by_day(BEGIN, BEGIN + 5 * DAY, CLIENTS)
    assert sum(amount for _, amount in found) == len(counted) + 9
    assert sum(int(str(amount)) for *_, amount in await days(store)) == len(counted) + 9
    for one in databases:
        await one.close()


async def test_a_look_at_days_is_one_read(database: Database, counter: StatementCounter) -> None:
    await add(database, (of(), 1))
    counter.take()
    assert await database.metrics.by_day(BEGIN, BEGIN + DAY, [ClientId("a")])
    assert await database.metrics.by_client(BEGIN, BEGIN + DAY, LATER, [ClientId("a")])
    assert len(counter.statements) == 2
    assert await database.metrics.by_day(BEGIN, BEGIN + DAY, []) == []


async def test_days_are_forgotten_after_thirteen_months(database: Database, store: str) -> None:
    await add(database, (of(), 1), (of(hours=24), 2))
    await added_up(database)
    assert await database.sweeps.sweep("quality_days", BEGIN + 400 * DAY + HOUR, 10) == 1
    assert [amount for *_, amount in await days(store)] == [2]
    assert await database.sweeps.sweep("quality_days_added", BEGIN + 400 * DAY + HOUR, 10) == 3
    assert await database.metrics_days.not_added_up() == BEGIN + 5 * DAY
    assert await database.sweeps.sweep("quality_days", NOW, 10) == 0
