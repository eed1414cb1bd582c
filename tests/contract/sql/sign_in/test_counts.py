"""Counts that must not be forgotten: all of a commit or none, exact under a race, and over by themselves."""

from datetime import datetime, timedelta

from idp.adapters.sql.database import Database
from idp.sign_in.counts import CountWithin
from tests.contract.sql.direct import rows
from tests.contract.sql.engine.test_races import AT_ONCE, race
from tests.support.running.sql_stores import NOW, digest

HOUR = timedelta(hours=1)


def one(purpose: str = "test", who: str = "a", at: datetime = NOW, most: int = 3) -> CountWithin:
    return CountWithin(purpose=purpose, value_hash=digest(who), at=at, window=HOUR, most=most)


async def test_so_many_are_counted_and_then_none(database: Database) -> None:
    assert [await database.ledger.commit(one()) for _ in range(5)] == [True, True, True, False, False]
    assert await database.ledger.commit(one(who="b"))
    assert await database.ledger.commit(one(purpose="other"))


async def test_the_window_ends_by_itself_however_often_somebody_was_refused(database: Database) -> None:
    for minute in range(60):
        await database.ledger.commit(one(at=NOW + timedelta(minutes=minute)))
    later = [await database.ledger.commit(one(at=NOW + HOUR)) for _ in range(4)]
    assert later == [True, True, True, False]


async def test_what_one_refuses_takes_nothing_of_the_others(database: Database, store: str) -> None:
    assert await database.ledger.commit(one(who="network", most=1))
    assert not await database.ledger.commit(one(who="network", most=1), one(who="service"))
    assert await rows(store, "SELECT counted FROM counts") == [(1,)]


async def test_of_many_at_once_as_many_are_counted_as_may_be(database: Database, neighbour: Database) -> None:
    won = await race((database, neighbour), lambda _: (one(most=AT_ONCE - 3),))
    assert len(won) == AT_ONCE - 3
