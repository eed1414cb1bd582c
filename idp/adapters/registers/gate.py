"""The gate before one register: a deadline, a bulkhead and a breaker for every question, and a note of what came."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from idp.adapters.registers.breaker import CircuitBreaker, State
from idp.adapters.registers.bulkhead import Bulkhead, BulkheadFullError
from idp.adapters.registers.health_board import HealthBoard
from idp.proofing.health import RegisterHealth
from idp.proofing.ports import Garbled, NoAnswer

Answer = TypeVar("Answer")
# A record that cannot be read (records.py, changes.py) is one person's trouble: asking for it again and again must not
# close the register to everybody else.
_ABOUT_ONE_RECORD = frozenset({"no_name", "unreadable_field", "several_records", "unreadable_change"})


class RegisterGate:
    """Lets questions to one register through, or answers for it; one for each register and process."""

    def __init__(self, board: HealthBoard, breaker: CircuitBreaker, bulkhead: Bulkhead) -> None:
        """Take where the register's health is noted, its breaker and its bulkhead."""
        self._board = board
        self._breaker = breaker
        self._bulkhead = bulkhead

    async def ask(self, question: Callable[[timedelta], Awaitable[Answer]], deadline: timedelta) -> Answer | NoAnswer:
        """Ask once, within `deadline`; `question` is told how much of it is left.

        A register in trouble is not helped by retries, and the person can prove it later.
        """
        ends = asyncio.get_running_loop().time() + deadline.total_seconds()
        # Asked before queueing, so that an open circuit refuses at once and not after the wait.
        if self._breaker.refuses():
            return NoAnswer("breaker_open")
        try:
            async with self._bulkhead.place(deadline):
                return await self._ask_if_admitted(question, ends)
        except BulkheadFullError:
            return NoAnswer("busy")

    async def health(self) -> RegisterHealth:
        """Return how the register is doing; implements `RegisterWatch`."""
        return await self._board.read(probing=self._breaker.state is State.HALF_OPEN)

    async def _ask_if_admitted(
        self, question: Callable[[timedelta], Awaitable[Answer]], ends: float
    ) -> Answer | NoAnswer:
        permit = self._breaker.admit()
        if permit is None:
            return NoAnswer("breaker_open")
        began = asyncio.get_running_loop().time()
        try:
            answer = await question(timedelta(seconds=max(ends - began, 0)))
        except BaseException:
            self._breaker.abandon(permit)
            raise
        healthy = _is_healthy(answer)
        self._breaker.record(permit, healthy=healthy)
        took = timedelta(seconds=asyncio.get_running_loop().time() - began)
        await self._board.note(healthy=healthy, took=took, open_circuit=self._breaker.state is State.OPEN)
        return answer


def _is_healthy(answer: object) -> bool:
    if isinstance(answer, Garbled):
        return answer.reason in _ABOUT_ONE_RECORD
    return not isinstance(answer, NoAnswer)
