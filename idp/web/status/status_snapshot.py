"""A snapshot of what works now, remembered for a moment."""

import asyncio
from datetime import datetime, timedelta

from msgspec import Struct

from idp.kernel.clock import Clock
from idp.outbound.health import ServiceHealth, ServiceWatch
from idp.web.oauth.ports import Readiness

# The whole country may look at once when something is wrong: one look in this time asks for all of them.
REMEMBERED = timedelta(seconds=2)


class StatusSnapshot(Struct, frozen=True):
    """What was seen: whether everything answers that sign-in needs, and how each service is doing."""

    at: datetime
    sign_in_works: bool
    registers: tuple[ServiceHealth, ...]
    upstreams: tuple[ServiceHealth, ...] = ()


class StatusReader:
    """Looks at the stores and the registers, at most once in a while."""

    def __init__(
        self,
        clock: Clock,
        readiness: Readiness,
        watches: tuple[ServiceWatch, ...],
        upstreams: tuple[ServiceWatch, ...] = (),
    ) -> None:
        self._clock = clock
        self._readiness = readiness
        self._watches = watches
        self._upstreams = upstreams
        self._last: StatusSnapshot | None = None
        self._looking = asyncio.Lock()

    async def snapshot(self) -> StatusSnapshot:
        """Return the last look, or a new one if that is too old."""
        async with self._looking:
            now = self._clock.now()
            if self._last is None or not timedelta(0) <= now - self._last.at < REMEMBERED:
                works = (await self._readiness.check()).status == "ready"
                registers = tuple([await watch.health() for watch in self._watches])
                upstreams = tuple([await watch.health() for watch in self._upstreams])
                self._last = StatusSnapshot(now, works, registers, upstreams)
            return self._last
