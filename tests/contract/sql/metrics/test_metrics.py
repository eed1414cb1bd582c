"""Sign-in metrics in the store: added up by many processes at once, read by client and by hour."""

import asyncio
from collections import Counter
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from clients.model import ClientId
from idp.adapters.sql.database import Database, open_database
from idp.kernel.clock import SystemClock
from idp.metrics.counter import MetricsCounter
from idp.metrics.model import AddCounts, Cause, Counted, CountKey, Measure, Method, Place
from idp.worker.metrics_flush import Flusher
from tests.support.builders.protocol import CLIENT
from tests.support.extent import ON_STORES
from tests.support.running.sql_stores import HOUR, NOW, StatementCounter

THEN = NOW.replace(minute=0, second=0, microsecond=0)
LONG_AGO, LATER = THEN - timedelta(days=30), THEN + timedelta(days=30)


def of(
    client_id: ClientId = ClientId("portal"), hours: int = 0, measure: Measure = Measure.START, slot: int = 0
) -> CountKey:
    return CountKey(
        THEN + timedelta(hours=hours), measure, client_id, "filing", Method.PASSKEY, Place.SIGN_IN, Cause.OTHER, slot
    )


async def add(database: Database, *counted: tuple[CountKey, int]) -> None:
    await database.ledger.commit(AddCounts(counted=tuple(Counted(*one) for one in counted)))


async def test_what_is_added_again_is_added_up(database: Database) -> None:
    await add(database, (of(), 2), (of(slot=1), 1))
    await add(database, (of(), 3))
    found = await database.metrics.by_client(THEN, LATER, LATER, None)
    assert set(found) == {Counted(of(), 5), Counted(of(slot=1), 1)}


async def test_a_read_says_which_hours_are_settled(database: Database) -> None:
    await add(database, (of(), 1), (of(hours=1), 2), (of(hours=2), 4))
    until = THEN + 3 * HOUR
    found = await database.metrics.by_client(THEN, until, THEN + 2 * HOUR, None)
    assert {(key.hour_at, amount) for key, amount in found} == {(THEN, 3), (until, 4)}


async def test_answers_keep_their_day(database: Database) -> None:
    await add(database, *((of(hours=hours, measure=Measure.RATING, slot=4), 3) for hours in (0, 24)))
    found = await database.metrics.by_client(THEN - HOUR, LATER, LATER, None)
    assert {(key.hour_at, amount) for key, amount in found} == {(THEN, 3), (THEN + 24 * HOUR, 3)}


async def test_a_read_takes_the_hours_that_begin_in_its_range(database: Database) -> None:
    await add(database, (of(hours=-1), 1), (of(), 2), (of(hours=1), 4))
    found = await database.metrics.by_client(THEN, THEN + HOUR, LATER, None)
    assert [amount for _, amount in found] == [2]


async def test_only_the_clients_asked_for_are_read(database: Database, counter: StatementCounter) -> None:
    await add(database, (of(ClientId("a")), 1), (of(ClientId("b")), 2), (of(ClientId("")), 4))
    counter.take()
    found = await database.metrics.by_client(THEN, LATER, LATER, [ClientId("a"), ClientId("")])
    assert {key.client_id: amount for key, amount in found} == {"a": 1, "": 4}
    assert len(counter.statements) == 1
    assert await database.metrics.by_client(THEN, LATER, LATER, []) == []


async def test_hours_are_of_all_asked_clients_together(database: Database) -> None:
    await add(database, (of(ClientId("a")), 1), (of(ClientId("b")), 2), (of(ClientId("b"), 1), 4))
    everything = await database.metrics.by_hour(THEN, LATER, None)
    assert {(key.hour_at, key.client_id, amount) for key, amount in everything} == {(THEN, "", 3), (THEN + HOUR, "", 4)}
    assert [amount for _, amount in await database.metrics.by_hour(THEN, LATER, [ClientId("a")])] == [1]


async def test_the_countrys_hours_are_those_of_all_clients_added_up(database: Database) -> None:
    await add(
        database,
        (of(ClientId("a")), 1),
        (of(ClientId("b")), 2),
        (of(ClientId("b"), slot=1), 4),
        (of(ClientId("a"), 1), 8),
    )
    await add(database, (of(ClientId("b")), 16), (of(ClientId("")), 32))
    every = await database.metrics.by_hour(THEN, LATER, None)
    assert sorted(every) == sorted(
        await database.metrics.by_hour(THEN, LATER, [ClientId("a"), ClientId("b"), ClientId("")])
    )
    assert sorted(amount for _, amount in every) == [4, 8, 51]


async def test_numbers_are_forgotten_after_thirteen_months(database: Database) -> None:
    await add(database, (of(), 1), (of(hours=-24 * 401), 2))
    assert await database.sweeps.sweep("quality_counts", NOW, 10) == 1
    assert [amount for _, amount in await database.metrics.by_client(THEN - timedelta(500), LATER, LATER, None)] == [1]


@settings(ON_STORES, max_examples=8)
@given(st.lists(st.tuples(st.integers(0, 1), st.sampled_from(list(Place)), st.booleans()), max_size=25))
async def test_two_processes_that_store_at_once_lose_nothing(store: str, acts: list[tuple[int, Place, bool]]) -> None:
    databases = [await open_database(store), await open_database(store)]
    clock, expected = SystemClock(), Counter[Place]()
    flushers = [Flusher(MetricsCounter(clock), one.ledger, clock) for one in databases]
    for key, amount in await databases[0].metrics.by_hour(LONG_AGO, clock.now() + HOUR, None):
        expected[key.step] += amount
    for which, place, flush in acts:
        flushers[which].counter.reached(CLIENT, place, clock.now())
        expected[place] += 1
        if flush:
            await asyncio.gather(*(flusher.flush() for flusher in flushers))
    await asyncio.gather(*(flusher.flush() for flusher in flushers))
    found: Counter[Place] = Counter()
    for key, amount in await databases[1].metrics.by_hour(LONG_AGO, clock.now() + HOUR, None):
        found[key.step] += amount
    assert found == expected
    for one in databases:
        await one.close()
