"""Adds what this process counted to the store, where the counts of all processes are added up."""

import asyncio
import secrets
from contextlib import suppress
from datetime import timedelta

from msgspec import Struct

from idp.app.foundation.opening import Foundation
from idp.grants.model import ClaimOnce
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.errors import TemporarilyUnavailableError
from idp.metrics.counter import MetricsCounter
from idp.metrics.model import AddCounts, Counted

# What a process that is killed takes with it at most, but for answers to "how was it?", which wait for their day's end.
EVERY = timedelta(seconds=10)
_PURPOSE = "quality_flush"
# Longer than a store can be away before somebody looks.
_REMEMBERED = timedelta(days=1)


class Flusher(Struct):
    """Stores what was counted exactly once, also where the store's answer is lost: each batch has a mark of its own."""

    counter: MetricsCounter
    ledger: Ledger
    clock: Clock
    # A batch whose storing was not answered, with its mark: only it may be stored under that mark.
    _unanswered: tuple[bytes, tuple[Counted, ...]] | None = None

    async def flush(self, *, ends: bool = False) -> None:
        """Store what was counted; answers to "how was it?" when their day is over or the process `ends`.

        Raises `TemporarilyUnavailableError`; nothing is lost or added twice by it.
        """
        if self._unanswered is not None:
            await self._store(*self._unanswered)
        counted = self.counter.take(ends=ends)
        if counted:
            await self._store(secrets.token_bytes(32), counted)

    async def _store(self, mark: bytes, counted: tuple[Counted, ...]) -> None:
        self._unanswered = (mark, counted)
        once = ClaimOnce(purpose=_PURPOSE, value_hash=mark, expires_at=self.clock.now() + _REMEMBERED)
        # False: it was stored before, and only the answer was lost.
        await self.ledger.commit(once, AddCounts(counted=counted))
        self._unanswered = None


async def store_counts(foundation: Foundation) -> None:
    """Store for ever, and once more at the end of the process."""
    flusher = Flusher(foundation.metrics, foundation.database.ledger, foundation.clock)
    try:
        while True:
            await asyncio.sleep(EVERY.total_seconds())
            with suppress(TemporarilyUnavailableError):
                # It waits for the next time; counting goes on meanwhile.
                await flusher.flush()
    except asyncio.CancelledError:
        # The process ends: whatever becomes of this, it must end.
        with suppress(Exception):
            await flusher.flush(ends=True)
        raise
