"""The sealer on both databases: what it seals, when, beside others, and what came late."""

import asyncio
from datetime import timedelta

import pytest

from idp.adapters.sql.database import Database
from idp.audit.checkpoints import Link
from idp.audit.entries import read_listing
from idp.audit.findings import FindingKind
from idp.cli.doctor.findings import Verdict
from idp.cli.doctor.store import check_sealing
from tests.contract.sql.direct import rows, run
from tests.support.rigs.sealed_system import MASTER_KEY, MINUTE, SealedSystem, event_at
from tests.support.running.sql_stores import HOUR, NOW

SECOND = timedelta(seconds=1)


@pytest.fixture
def system(database: Database) -> SealedSystem:
    return SealedSystem(database)


async def numbers(store: str) -> list[object]:
    return [row[0] for row in await rows(store, "SELECT number FROM audit_checkpoints ORDER BY number")]


async def test_each_checkpoint_takes_what_has_settled_since_the_one_before(system: SealedSystem) -> None:
    first = await system.record(NOW - 2 * HOUR, 4)
    young = await system.record(NOW - 59 * SECOND, 2)
    assert await system.sealed(NOW) == [1]
    assert await system.sealed(NOW + MINUTE) == [2]
    listings = [read_listing(await system.database.checkpoints.listing(number)) or [] for number in (1, 2)]
    assert [[one.id for one in listing] for listing in listings] == [first, young]
    assert await system.reported(NOW + MINUTE) == []


async def test_a_minute_without_events_is_sealed_too(system: SealedSystem) -> None:
    assert await system.sealed(NOW) == [1]
    assert await system.sealed(NOW + MINUTE) == [2]
    assert await system.reported(NOW + MINUTE) == []


async def test_what_waits_is_sealed_in_as_many_checkpoints_as_it_takes(system: SealedSystem) -> None:
    ids = await system.record(NOW - HOUR, 25)
    done = await (await system.sealer(NOW)).seal_now(NOW)
    assert [(one.number, one.count, one.total) for one in done.made] == [(1, 10, 10), (2, 10, 20), (3, 5, 25)]
    assert (done.made[0].to_id, done.made[1].after_id) == (ids[9], ids[9])
    assert await system.reported(NOW) == []


async def test_a_checkpoint_is_due_a_minute_after_the_last_one(system: SealedSystem) -> None:
    sealer = await system.sealer(NOW)
    times = (NOW, NOW + 58 * SECOND, NOW + MINUTE, NOW + 2 * MINUTE)
    made = [len((await sealer.seal_due(now)).made) for now in times]
    assert made == [1, 0, 1, 1]


async def test_a_clock_that_was_years_ahead_does_not_stop_the_sealing(system: SealedSystem) -> None:
    await system.sealed(NOW + 365 * 24 * HOUR)
    sealer = await system.sealer(NOW)
    assert [one.number for one in (await sealer.seal_due(NOW)).made] == [2]


async def test_of_sealers_at_once_one_writes_each_number(system: SealedSystem, neighbour: Database, store: str) -> None:
    await system.record(NOW - HOUR, 35)
    sealers = [await one.sealer(NOW) for one in (system, SealedSystem(neighbour), system, SealedSystem(neighbour))]
    done = await asyncio.gather(*(sealer.seal_now(NOW) for sealer in sealers))
    made = sorted(one.number for each in done for one in each.made)
    assert made == await numbers(store) == list(range(1, len(made) + 1))
    assert len(made) >= 4
    assert await system.reported(NOW) == []


async def test_a_number_that_is_taken_is_not_written_again(system: SealedSystem, store: str) -> None:
    assert await system.database.checkpoints.add(Link(1, "first"), b"", 0)
    assert not await system.database.checkpoints.add(Link(1, "second"), b"", 0)
    assert await rows(store, "SELECT signed FROM audit_checkpoints") == [("first",)]


async def test_a_sealer_that_dies_between_reading_and_writing_leaves_nothing_behind(
    system: SealedSystem, store: str
) -> None:
    await system.record(NOW - HOUR, 25)
    reached = asyncio.Event()

    class Stopping:
        """The chain, but whoever writes the second checkpoint never gets an answer."""

        newest_first, in_order, listing = (
            getattr(system.database.checkpoints, name) for name in ("newest_first", "in_order", "listing")
        )

        async def add(self, link: Link, listing: bytes, late: int) -> bool:
            if link.number == 2:
                reached.set()
                await asyncio.Event().wait()
            return await system.database.checkpoints.add(link, listing, late)

    sealer = await system.sealer(NOW)
    dying = asyncio.create_task(type(sealer)(sealer.log, Stopping(), sealer.seal, sealer.policy).seal_now(NOW))
    await reached.wait()
    dying.cancel()
    assert await numbers(store) == [1]
    assert await system.sealed(NOW) == [2, 3]
    assert await system.reported(NOW) == []


async def test_an_event_committed_after_its_time_was_sealed_is_sealed_as_late_and_told(system: SealedSystem) -> None:
    await system.lived(3, 2)
    late = event_at(NOW + MINUTE, 500)
    assert await system.database.ledger.commit(late)
    assert await system.reported(NOW + 4.5 * MINUTE) == [(FindingKind.EVENT_ADDED, 2, late.id)]
    done = await (await system.sealer(NOW)).seal_now(NOW + 4.5 * MINUTE)
    assert (done.late, [one.late for one in done.made]) == ([late.id], [1])
    assert await system.reported(NOW + 4.5 * MINUTE) == [(FindingKind.EVENT_LATE, 2, late.id)]
    again = await (await system.sealer(NOW)).seal_now(NOW + 5.5 * MINUTE)
    assert (again.late, again.short) == ([], [])


async def test_a_late_event_that_is_removed_or_edited_afterwards_is_named(system: SealedSystem, store: str) -> None:
    await system.lived(2, 2)
    late = event_at(NOW, 500)
    assert await system.database.ledger.commit(late)
    await system.sealed(NOW + 3.5 * MINUTE)
    await run(store, f"UPDATE audit_events SET reason = 'other' WHERE event_id = '{late.id}'")
    assert await system.reported(NOW + 4 * MINUTE) == [(FindingKind.EVENT_EDITED, 3, late.id)]
    await run(store, f"DELETE FROM audit_events WHERE event_id = '{late.id}'")
    assert await system.reported(NOW + 4 * MINUTE) == [(FindingKind.EVENT_REMOVED, 3, late.id)]


async def test_what_appears_in_a_range_sealed_more_than_an_hour_ago_is_not_taken_as_late(system: SealedSystem) -> None:
    await system.lived(1, 2)
    forged = event_at(NOW, 500)
    assert await system.database.ledger.commit(forged)
    now = NOW + HOUR + 3 * MINUTE
    assert (await (await system.sealer(now)).seal_now(now)).late == []
    assert (FindingKind.EVENT_ADDED, 1, forged.id) in await system.reported(now)


async def test_the_sealer_tells_of_a_recent_range_that_lacks_events(system: SealedSystem, store: str) -> None:
    ids = await system.lived(3, 2)
    await run(store, f"DELETE FROM audit_events WHERE event_id = '{ids[1][0]}'")
    now = NOW + 4.5 * MINUTE
    assert (await (await system.sealer(now)).seal_now(now)).short == [2]


async def test_a_forged_newest_checkpoint_stops_nobody_and_its_events_are_sealed_again(
    system: SealedSystem, store: str
) -> None:
    await system.lived(3, 2)
    await run(store, "UPDATE audit_checkpoints SET signed = 'x' || signed WHERE number = 3")
    done = await (await system.sealer(NOW)).seal_now(NOW + 5 * MINUTE)
    assert (done.unreadable, [(one.number, one.count) for one in done.made]) == ([3], [(4, 2)])
    assert await system.reported(NOW + 5 * MINUTE) == [(FindingKind.CHECKPOINT_FORGED, 3, "")]
    again = await (await system.sealer(NOW)).seal_due(NOW + 5 * MINUTE)
    assert (again.made, again.unreadable) == ([], [])


async def test_the_doctor_says_how_old_the_newest_checkpoint_is_and_warns_after_five_minutes(
    system: SealedSystem, store: str
) -> None:
    async def verdict(after: timedelta) -> Verdict:
        (found,) = await check_sealing(system.database, MASTER_KEY, NOW + after)
        return found.verdict

    assert await verdict(SECOND) is Verdict.WARN
    await system.sealed(NOW)
    assert [await verdict(after) for after in (SECOND, 4 * MINUTE, 5 * MINUTE + SECOND)] == [
        Verdict.OK,
        Verdict.OK,
        Verdict.WARN,
    ]
    await run(store, "UPDATE audit_checkpoints SET signed = 'x'")
    assert await verdict(SECOND) is Verdict.FAIL
    assert await check_sealing(system.database, None, NOW) == []
