"""One look at what works now, remembered for a moment."""

import asyncio
from datetime import datetime, timedelta

from msgspec import Struct

from idp.kernel.clock import Clock
from idp.outbound.health import LineHealth, LineWatch
from idp.web.oauth.ports import Readiness

# The whole country may look at once when something is wrong: one look in this time asks for all of them.
REMEMBERED = timedelta(seconds=2)


class Look(Struct, frozen=True):
    """What was seen: whether everything answers that sign-in needs, and how each line is doing."""

    at: datetime
    sign_in_works: bool
    registers: tuple[LineHealth, ...]
    upstreams: tuple[LineHealth, ...] = ()


class Lookout:
    """Looks at the stores and the registers, at most once in a while."""

    def __init__(
        self, clock: Clock, readiness: Readiness, watches: tuple[LineWatch, ...], upstreams: tuple[LineWatch, ...] = ()
    ) -> None:
        """Take the clock, the stores' readiness, and the watches over registers and upstream providers."""
        self._clock = clock
        self._readiness = readiness
        self._watches = watches
        self._upstreams = upstreams
        self._last: Look | None = None
        self._looking = asyncio.Lock()

    async def look(self) -> Look:
        """Return the last look, or a new one if that is too old."""
        async with self._looking:
            now = self._clock.now()
            if self._last is None or not timedelta(0) <= now - self._last.at < REMEMBERED:
                works = (await self._readiness.check()).status == "ready"
                registers = tuple([await watch.health() for watch in self._watches])
                upstreams = tuple([await watch.health() for watch in self._upstreams])
                self._last = Look(now, works, registers, upstreams)
            return self._last
