"""Events that nobody waits for: gathered for a moment and written in batches."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from idp.kernel.effects import Effect
from idp.kernel.errors import TemporarilyUnavailableError

_LOG = logging.getLogger(__name__)

MAX_DELAY = timedelta(milliseconds=50)
BATCH = 256
# One statement for as many as this: a batch a tick would fall behind a core that signs five thousand tokens a second.
MAX_BATCH = 2_048
MAX_WAITING = 8_192

Unit = tuple[Effect, ...]


class EventQueue:
    """Writes enqueued effects within `MAX_DELAY`, or at once when `BATCH` of them wait.

    What cannot be written now is kept and tried again. When `MAX_WAITING` wait, `add` refuses: events are never
    dropped, so the caller has to stop answering instead.
    """

    def __init__(self, commit: Callable[[Unit], Awaitable[bool]]) -> None:
        self._commit = commit
        self._waiting: deque[Unit] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._flushing: asyncio.Task[None] | None = None
        # How many were written, or given up as wrong.
        self._written = 0

    def add(self, unit: Unit) -> None:
        """Take effects; raise TemporarilyUnavailableError when too many wait already."""
        if len(self._waiting) >= MAX_WAITING:
            raise TemporarilyUnavailableError("events wait to be written")
        self._waiting.append(unit)
        if len(self._waiting) >= BATCH:
            self._start()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(MAX_DELAY.total_seconds(), self._start)

    async def flush(self) -> None:
        """Write all that waits now; raise TemporarilyUnavailableError if it cannot be written."""
        if self._flushing is not None:
            # What is under way does not hold what came after it.
            await asyncio.shield(self._flushing)
        while self._waiting or self._flushing is not None:
            before = self._written
            self._start()
            if self._flushing is not None:
                await asyncio.shield(self._flushing)
            if self._written == before:
                raise TemporarilyUnavailableError(f"{len(self._waiting)} noted events are not written")

    def _start(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._flushing is None and self._waiting:
            self._flushing = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(MAX_BATCH, len(self._waiting)))]
        try:
            unwritten = await self._unwritten(batch)
            self._written += len(batch) - len(unwritten)
            self._waiting.extendleft(reversed(unwritten))
        finally:
            self._flushing = None
        if len(self._waiting) >= BATCH:
            self._start()
        elif self._waiting and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(MAX_DELAY.total_seconds(), self._start)

    async def _unwritten(self, batch: Sequence[Unit]) -> Sequence[Unit]:
        """Write a batch in one transaction and return what is to be tried again later."""
        try:
            await self._commit(tuple(effect for unit in batch for effect in unit))
        except TemporarilyUnavailableError:
            return batch
        except Exception as error:  # noqa: BLE001 (one unit is wrong; who it is shows when each goes alone)
            if len(batch) > 1:
                return [unit for one in batch for unit in await self._unwritten([one])]
            # Trying again cannot help: the effect itself is wrong, a mistake of the program.
            _LOG.error("a noted effect cannot be written: %s", type(batch[0][0]).__name__, exc_info=error)
        return ()
