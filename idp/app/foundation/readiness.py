"""Whether this process can serve: it writes to each store and reads back, and its clock is the database's."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from idp.kernel.clock import Clock
from idp.kernel.errors import TemporarilyUnavailableError
from idp.kernel.shortlived import ShortLivedStore, write_and_read
from idp.web.oauth.ports import ReadinessReport

_log = structlog.get_logger("idp.app")
# Codes and assertions live for a minute, and what is used once is forgotten by time: beyond this, servers disagree
# about what is over.
CLOCK_TOLERANCE = timedelta(seconds=5)
# Anybody may ask, and each look is a write: one in this time answers all.
REMEMBERED = timedelta(seconds=1)
# A balancer has given up by then.
_PATIENCE = timedelta(seconds=2)


class WritingDatabase(Protocol):
    """A database that is asked to write."""

    async def write_and_read(self) -> datetime:
        """Write, read back, and return the time by the database's clock; TemporarilyUnavailableError if it cannot."""


class Readiness:
    """Looks at the stores and the clock, at most once in a while; a change is a line in the log."""

    def __init__(
        self,
        database: WritingDatabase,
        shortlived: ShortLivedStore,
        clock: Clock,
        *,
        remembered: timedelta = REMEMBERED,
    ) -> None:
        self._database = database
        self._shortlived = shortlived
        self._clock = clock
        self._remembered = remembered.total_seconds()
        self._last: tuple[float, ReadinessReport] | None = None
        self._failing: Mapping[str, str] = {}
        self._looking = asyncio.Lock()

    async def check(self) -> ReadinessReport:
        """Return the last look, or a new one if that is too old."""
        async with self._looking:
            now = asyncio.get_running_loop().time()
            if self._last is None or now - self._last[0] >= self._remembered:
                self._last = (asyncio.get_running_loop().time(), await self._look())
            return self._last[1]

    async def _look(self) -> ReadinessReport:
        (database, clock), shortlived = await asyncio.gather(
            self._look_at_database(), _cause(lambda: write_and_read(self._shortlived))
        )
        causes = {"database": database, "clock": clock, "short_lived_store": shortlived}
        self._tell({part: cause for part, cause in causes.items() if cause})
        return ReadinessReport({part: not cause for part, cause in causes.items()})

    async def _look_at_database(self) -> tuple[str, str]:
        apart = timedelta(0)

        async def compare() -> None:
            nonlocal apart
            apart = await clocks_apart(self._clock, self._database)

        cause = await _cause(compare)
        if cause:
            return cause, "unknown while the database does not answer"
        return "", f"{apart.total_seconds():.1f} s off the database's" if apart > CLOCK_TOLERANCE else ""

    def _tell(self, failing: Mapping[str, str]) -> None:
        for part in (one for one in failing if one not in self._failing):
            _log.error("part_failed", part=part, cause=failing[part])
        for part in (one for one in self._failing if one not in failing):
            _log.warning("part_works_again", part=part)
        self._failing = failing


async def clocks_apart(clock: Clock, database: WritingDatabase) -> timedelta:
    """Return by how much two clocks differ at least, less the time that asking took."""
    before = clock.now()
    theirs = await database.write_and_read()
    return max(before - theirs, theirs - clock.now(), timedelta(0))


async def _cause(look: Callable[[], Awaitable[None]]) -> str:
    """Return why a look failed, "" if it did not."""
    try:
        async with asyncio.timeout(_PATIENCE.total_seconds()):
            await look()
    except TemporarilyUnavailableError as error:
        return error.detail or error.code
    except TimeoutError:
        return f"no answer in {_PATIENCE.seconds} s"
    return ""
