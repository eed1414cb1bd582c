"""A bulkhead: so many calls at once, so many waiting, and a quick no to the rest."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from idp.kernel.errors import TemporarilyUnavailableError


class BulkheadFullError(TemporarilyUnavailableError):
    """The queue is full, or the wait for a place took all the time there was."""


class Bulkhead:
    """Keeps one slow upstream from holding every connection of the process."""

    def __init__(self, *, max_concurrent: int = 32, max_waiting: int = 64) -> None:
        """Take how many calls may run at once and how many may wait for a place."""
        self._places = asyncio.Semaphore(max_concurrent)
        self._max_waiting = max_waiting
        self._waiting = 0

    @asynccontextmanager
    async def place(self, patience: timedelta) -> AsyncIterator[None]:
        """Hold a place while the block runs; raise `BulkheadFullError` if none comes free within `patience`."""
        await self._enter(patience)
        try:
            yield
        finally:
            self._places.release()

    async def _enter(self, patience: timedelta) -> None:
        if self._places.locked() and self._waiting >= self._max_waiting:
            raise BulkheadFullError("queue full")
        self._waiting += 1
        try:
            async with asyncio.timeout(patience.total_seconds()):
                await self._places.acquire()
        except TimeoutError as cause:
            raise BulkheadFullError("no place came free in time") from cause
        finally:
            self._waiting -= 1
