"""The gate before one outbound service: a deadline, a bulkhead and a breaker for every question, and a note of what
came.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from msgspec import Struct

from idp.outbound.breaker import CircuitBreaker, State
from idp.outbound.bulkhead import Bulkhead, BulkheadFullError
from idp.outbound.health import ServiceHealth
from idp.outbound.health_board import HealthBoard
from idp.outbound.record import ServiceRecord

Answer = TypeVar("Answer")


class NotAsked(Struct, frozen=True):
    """The question was not sent. `reason` is one word for counting: busy or breaker_open."""

    reason: str


class ServiceGate:
    """Lets questions to one outbound service through, or answers for it; one for each service and process."""

    def __init__(self, board: HealthBoard, breaker: CircuitBreaker, bulkhead: Bulkhead) -> None:
        """Take where the service's health is recorded, its breaker and its bulkhead."""
        self._board = board
        self._breaker = breaker
        self._bulkhead = bulkhead

    async def ask(
        self,
        question: Callable[[timedelta], Awaitable[Answer]],
        deadline: timedelta,
        fault_of: Callable[[Answer], str],
    ) -> Answer | NotAsked:
        """Ask once, within `deadline`; `question` is told how much of it is left.

        `fault_of` tells in one word what is wrong with an answer, "" for a good one. A system in trouble is not helped
        by retries.
        """
        ends = asyncio.get_running_loop().time() + deadline.total_seconds()
        # Asked before queueing, so that an open circuit refuses at once and not after the wait.
        if self._breaker.refuses():
            return NotAsked("breaker_open")
        try:
            async with self._bulkhead.place(deadline):
                return await self._ask_if_admitted(question, ends, fault_of)
        except BulkheadFullError:
            return NotAsked("busy")

    async def health(self) -> ServiceHealth:
        """Return how the service is doing; implements `ServiceWatch`."""
        return await self._board.read(probing=self._breaker.state is State.HALF_OPEN)

    async def record(self) -> ServiceRecord:
        """Return how the service did lately; implements `WatchedService`."""
        return await self._board.record()

    async def _ask_if_admitted(
        self, question: Callable[[timedelta], Awaitable[Answer]], ends: float, fault_of: Callable[[Answer], str]
    ) -> Answer | NotAsked:
        permit = self._breaker.admit()
        if permit is None:
            return NotAsked("breaker_open")
        began = asyncio.get_running_loop().time()
        try:
            answer = await question(timedelta(seconds=max(ends - began, 0)))
        except BaseException:
            self._breaker.abandon(permit)
            raise
        fault = fault_of(answer)
        self._breaker.record(permit, healthy=not fault)
        took = timedelta(seconds=asyncio.get_running_loop().time() - began)
        await self._board.note(fault=fault, took=took, open_circuit=self._breaker.state is State.OPEN)
        return answer
