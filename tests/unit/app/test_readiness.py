"""What a server says of itself: it has written and read back, and its clock is the database's."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.app.foundation.readiness import Readiness
from idp.kernel.errors import TemporarilyUnavailableError

AT = datetime(2026, 10, 1, 3, 0, tzinfo=UTC)
MOMENT = timedelta(milliseconds=1)
LIMIT = timedelta(seconds=5)


class World:
    """A clock and a database in one, whose clocks are set by hand; counts how often it was written."""

    def __init__(self) -> None:
        self.time = self.theirs = AT
        self.answers = True
        self.writes = 0

    def now(self) -> datetime:
        return self.time

    async def write_and_read(self) -> datetime:
        self.writes += 1
        await asyncio.sleep(0)
        if not self.answers:
            raise TemporarilyUnavailableError("postgresql: ReadOnlySQLTransactionError")
        return self.theirs


class Forgetful(MemoryShortLivedStore):
    """Takes everything and keeps nothing."""

    async def put(self, key: str, value: bytes, ttl: timedelta) -> None:
        """Take it, and that is all."""


def readiness(
    world: World, shortlived: MemoryShortLivedStore | None = None, remembered: timedelta = MOMENT
) -> Readiness:
    return Readiness(
        world, MemoryShortLivedStore(world) if shortlived is None else shortlived, world, remembered=remembered
    )


async def test_a_server_whose_stores_write_and_read_back_is_ready() -> None:
    report = await readiness(World()).check()
    assert report.parts == {"database": True, "clock": True, "short_lived_store": True}
    assert (report.serves, report.degraded, report.status) == (True, False, "ready")


async def test_a_database_that_does_not_write_takes_the_server_out() -> None:
    world = World()
    world.answers = False
    report = await readiness(world).check()
    assert (report.serves, report.status, report.parts["database"]) == (False, "not_ready", False)


async def test_a_short_lived_store_that_keeps_nothing_degrades_and_takes_nobody_out() -> None:
    world = World()
    report = await readiness(world, Forgetful(world)).check()
    assert (report.serves, report.degraded, report.status) == (True, True, "degraded")


async def test_a_full_short_lived_store_degrades() -> None:
    world = World()
    report = await readiness(world, MemoryShortLivedStore(world, max_bytes=1)).check()
    assert (report.serves, report.degraded) == (True, True)


@pytest.mark.parametrize("sign", [-1, 1], ids=["behind", "ahead"])
async def test_a_clock_more_than_five_seconds_off_the_databases_takes_the_server_out(sign: int) -> None:
    world = World()
    world.time = AT + sign * LIMIT
    assert (await readiness(world).check()).serves
    world.time = AT + sign * (LIMIT + MOMENT)
    report = await readiness(world).check()
    assert (report.serves, report.parts["clock"], report.parts["database"]) == (False, False, True)


async def test_many_who_ask_share_one_write() -> None:
    world = World()
    asked = readiness(world, remembered=timedelta(hours=1))
    await asyncio.gather(*(asked.check() for _ in range(50)))
    assert world.writes == 1
    later = readiness(world, remembered=timedelta(0))
    await later.check()
    await later.check()
    assert world.writes == 3


async def test_what_fails_and_what_came_back_is_one_line_each_with_its_cause() -> None:
    world = World()
    asked = readiness(world, remembered=timedelta(0))
    with capture_logs() as lines:
        for answers in (True, False, False, True):
            world.answers = answers
            await asked.check()
    assert [(line["event"], line["part"], line.get("cause")) for line in lines] == [
        ("part_failed", "database", "postgresql: ReadOnlySQLTransactionError"),
        ("part_failed", "clock", "unknown while the database does not answer"),
        ("part_works_again", "database", None),
        ("part_works_again", "clock", None),
    ]
