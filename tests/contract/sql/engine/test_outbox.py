"""The outbox: told once, leased to one, tried again, finished for good."""

import asyncio
from datetime import timedelta

from idp.adapters.sql.database import Database
from idp.kernel.outbox import Enqueue, Message, Outcome
from records.structs import replace
from tests.support.running.sql_stores import HOUR, NOW

MINUTE = timedelta(minutes=1)


def message(key: str = "session:portal", *, due: timedelta = timedelta(0)) -> Enqueue:
    return Enqueue(
        kind="logout_notice", key=key, payload=b'{"to": "portal"}', due_at=NOW + due, gives_up_at=NOW + 24 * HOUR
    )


async def lease(database: Database, *, at: timedelta = timedelta(0), limit: int = 10) -> list[Message]:
    return list(await database.outbox.lease(NOW + at, NOW + at + MINUTE, limit))


async def keys(database: Database, *, at: timedelta = timedelta(0), limit: int = 10) -> list[str]:
    return sorted(found.key for found in await lease(database, at=at, limit=limit))


async def test_a_due_message_is_leased_whole_and_only_once(database: Database) -> None:
    assert await database.ledger.commit(message())
    assert await lease(database) == [
        Message("logout_notice", "session:portal", b'{"to": "portal"}', attempts=0, gives_up_at=NOW + 24 * HOUR)
    ]
    assert await lease(database) == []


async def test_a_message_is_not_leased_before_it_is_due(database: Database) -> None:
    assert await database.ledger.commit(message(due=MINUTE))
    assert await keys(database, at=MINUTE - timedelta(microseconds=1)) == []
    assert await keys(database, at=MINUTE) == ["session:portal"]


async def test_a_second_message_of_the_same_kind_and_key_is_dropped(database: Database) -> None:
    assert await database.ledger.commit(message(), replace(message(), payload=b"second"))
    assert await database.ledger.commit(replace(message(), payload=b"third"))
    assert [found.payload for found in await lease(database)] == [b'{"to": "portal"}']


async def test_the_earliest_are_leased_first_and_no_more_than_asked(database: Database) -> None:
    assert await database.ledger.commit(*(message(f"key {n}", due=-n * MINUTE) for n in range(5)))
    assert await keys(database, limit=2) == ["key 3", "key 4"]
    assert await keys(database, limit=2) == ["key 1", "key 2"]


async def test_a_lease_that_ran_out_is_taken_again_and_the_tries_are_counted(database: Database) -> None:
    assert await database.ledger.commit(message())
    assert [found.attempts for found in await lease(database)] == [0]
    assert await lease(database, at=MINUTE - timedelta(microseconds=1)) == []
    assert [found.attempts for found in await lease(database, at=MINUTE)] == [1]


async def test_many_workers_at_once_share_the_messages_without_overlap(database: Database, neighbour: Database) -> None:
    assert await database.ledger.commit(*(message(f"key {n:02}") for n in range(40)))
    taken = await asyncio.gather(*(keys(store, limit=5) for store in (database, neighbour) for _ in range(8)))
    assert sorted(key for share in taken for key in share) == [f"key {n:02}" for n in range(40)]


async def test_a_failed_try_is_due_again_at_its_time(database: Database) -> None:
    assert await database.ledger.commit(message())
    (leased,) = await lease(database)
    await database.outbox.record(leased, Outcome(delivered=False, result="503", retry_at=NOW + HOUR), NOW)
    assert await database.outbox.outcomes("logout_notice", "session:") == [("session:portal", False, "503")]
    assert await keys(database, at=HOUR - MINUTE) == []
    assert await keys(database, at=HOUR) == ["session:portal"]


async def test_a_final_outcome_stands_and_the_message_is_never_leased_again(database: Database) -> None:
    assert await database.ledger.commit(message())
    (leased,) = await lease(database)
    await database.outbox.record(leased, Outcome(delivered=True, result="200", retry_at=None), NOW)
    await database.outbox.record(leased, Outcome(delivered=False, result="503", retry_at=NOW), NOW)
    await database.outbox.record(leased, Outcome(delivered=False, result="gave_up", retry_at=None), NOW)
    assert await database.outbox.outcomes("logout_notice", "session:") == [("session:portal", True, "200")]
    assert await lease(database, at=20 * HOUR) == []


async def test_a_holder_whose_lease_ran_out_cannot_cut_the_next_lease_short(database: Database) -> None:
    assert await database.ledger.commit(message())
    (stale,) = await lease(database)
    (_current,) = await lease(database, at=MINUTE)
    await database.outbox.record(stale, Outcome(delivered=False, result="timeout", retry_at=NOW), NOW)
    assert await lease(database, at=MINUTE) == []


async def test_a_holder_whose_lease_ran_out_may_still_say_that_it_delivered(database: Database) -> None:
    assert await database.ledger.commit(message())
    (stale,) = await lease(database)
    await lease(database, at=MINUTE)
    await database.outbox.record(stale, Outcome(delivered=True, result="200", retry_at=None), NOW)
    assert await database.outbox.outcomes("logout_notice", "") == [("session:portal", True, "200")]


async def test_outcomes_are_those_of_one_kind_whose_key_begins_exactly_so(database: Database) -> None:
    names = ("a_1:x", "a_1:y", "a_1", "aX1:x", "a_10:x", "A_1:x", "b")
    sms = Enqueue(kind="sms", key="a_1:x", payload=b"", due_at=NOW, gives_up_at=NOW + HOUR)
    assert await database.ledger.commit(sms, *(message(name) for name in names))
    assert await database.outbox.outcomes("logout_notice", "a_1:") == [("a_1:x", False, ""), ("a_1:y", False, "")]
