"""Gathers what is asked in one tick of the loop into batches, each run by the adapter and not by a caller."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

from msgspec import Struct

from idp.kernel.errors import TemporarilyUnavailableError

_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")

MAX_BATCH = 256
# Beyond this the database is behind by seconds; refusing at once is kinder than answering late.
MAX_WAITING = 8_192


class _Entry(Struct, Generic[_Item, _Answer], frozen=True):
    item: _Item
    key: Hashable
    answer: "asyncio.Future[_Answer]"


class Batcher(Generic[_Item, _Answer]):
    """Runs items in batches of up to `MAX_BATCH`, a few batches at a time; more gather while those are under way.

    Items of one key are never under way together: the second waits for the first one's answer. A caller that is
    cancelled loses its answer, not its item: the batch goes on. A batch that fails for any reason but a database
    that does not answer is run again item by item, so that a bad item fails alone.
    """

    def __init__(
        self,
        run: Callable[[Sequence[_Item]], Awaitable[Sequence[_Answer]]],
        *,
        key: Callable[[_Item], Hashable] | None,
        in_flight: int,
    ) -> None:
        self._run = run
        self._key = key
        self._limit = in_flight
        self._loop = asyncio.get_running_loop()
        self._ready: deque[_Entry[_Item, _Answer]] = deque()
        self._behind: dict[Hashable, deque[_Entry[_Item, _Answer]]] = {}
        self._count = 0
        self._scheduled = False
        self._under_way: set[asyncio.Task[None]] = set()

    def submit(self, item: _Item) -> "asyncio.Future[_Answer]":
        """Queue an item; raise TemporarilyUnavailableError when too many wait."""
        if self._count >= MAX_WAITING:
            raise TemporarilyUnavailableError("too many statements wait for the database")
        entry = _Entry(item, None if self._key is None else self._key(item), self._loop.create_future())
        self._count += 1
        if entry.key is not None:
            followers = self._behind.get(entry.key)
            if followers is not None:
                followers.append(entry)
                return entry.answer
            self._behind[entry.key] = deque()
        self._ready.append(entry)
        self._schedule()
        return entry.answer

    async def drain(self) -> None:
        """Wait until everything that was submitted is answered."""
        while self._count:
            self._pump()
            await asyncio.wait(self._under_way)

    def _schedule(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._pump)

    def _pump(self) -> None:
        self._scheduled = False
        while self._ready and len(self._under_way) < self._limit:
            batch = [self._ready.popleft() for _ in range(min(MAX_BATCH, len(self._ready)))]
            task = self._loop.create_task(self._answer(batch))
            self._under_way.add(task)
            task.add_done_callback(self._finish)

    def _finish(self, task: "asyncio.Task[None]") -> None:
        self._under_way.discard(task)
        if self._ready:
            self._pump()

    async def _answer(self, batch: Sequence[_Entry[_Item, _Answer]]) -> None:
        try:
            answers: Sequence[_Answer | Exception] = await self._run([entry.item for entry in batch])
        except TemporarilyUnavailableError as error:
            answers = [error] * len(batch)
        except Exception as error:  # noqa: BLE001 (the cause is one item; who it belongs to is found below)
            answers = [error] if len(batch) == 1 else [await self._alone(entry.item) for entry in batch]
        self._deliver(batch, answers)

    async def _alone(self, item: _Item) -> _Answer | Exception:
        try:
            return (await self._run([item]))[0]
        except Exception as error:  # noqa: BLE001 (handed to the one who waits for it)
            return error

    def _deliver(self, batch: Sequence[_Entry[_Item, _Answer]], answers: Sequence[_Answer | Exception]) -> None:
        self._count -= len(batch)
        for entry, answer in zip(batch, answers, strict=True):
            if entry.key is not None:
                self._release(entry.key)
            if entry.answer.done():
                continue
            if isinstance(answer, Exception):
                entry.answer.set_exception(answer)
            else:
                entry.answer.set_result(answer)

    def _release(self, key: Hashable) -> None:
        followers = self._behind[key]
        if followers:
            self._ready.append(followers.popleft())
        else:
            del self._behind[key]
