"""The gate before one register: what counts as its trouble, and its silence as an answer."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from idp.outbound.breaker import CircuitBreaker
from idp.outbound.bulkhead import Bulkhead
from idp.outbound.gate import NotAsked, ServiceGate
from idp.outbound.health import ServiceHealth, ServiceState
from idp.outbound.health_board import HealthBoard
from idp.outbound.record import ServiceRecord
from idp.proofing.policy import REGISTER_DEADLINE
from idp.proofing.registers.ports import Garbled, NoAnswer
from idp.settings.outbound_services import RegisterService
from records.structs import replace

Answer = TypeVar("Answer")
# The one word of a question that was not asked because of an administrator.
OUT_OF_SERVICE = "out_of_service"
# A record that cannot be read (records.py, changes.py) is one person's trouble: asking for it again and again must not
# close the register to everybody else.
_ABOUT_ONE_RECORD = frozenset({"no_name", "unreadable_field", "several_records", "unreadable_change"})


class RegisterGate:
    """Lets questions to one register through, or answers for it; one for each register and process."""

    def __init__(
        self,
        board: HealthBoard,
        breaker: CircuitBreaker,
        bulkhead: Bulkhead,
        service: Callable[[], RegisterService] = RegisterService,
    ) -> None:
        """Take where the register's health is noted, its breaker, its bulkhead, and what administrators allow now."""
        self._gate = ServiceGate(board, breaker, bulkhead)
        self._service = service

    async def ask(self, question: Callable[[timedelta], Awaitable[Answer]], deadline: timedelta) -> Answer | NoAnswer:
        """Ask once, within `deadline`; the person can prove it later. One that is out of service is not asked."""
        service = self._service()
        if not service.in_service:
            return NoAnswer(OUT_OF_SERVICE)
        # The feed is read with a longer deadline: nobody waits for it.
        if deadline <= REGISTER_DEADLINE:
            deadline = min(deadline, service.budget)
        answer = await self._gate.ask(question, deadline, _fault_of)
        return NoAnswer(answer.reason) if isinstance(answer, NotAsked) else answer

    async def health(self) -> ServiceHealth:
        """Return how the register is doing; implements `ServiceWatch`."""
        health = await self._gate.health()
        return health if self._service().in_service else replace(health, state=ServiceState.RESTING, since=None)

    async def record(self) -> ServiceRecord:
        """Return how the register did lately; implements `WatchedService`."""
        return await self._gate.record()


def _fault_of(answer: object) -> str:
    if isinstance(answer, Garbled):
        return "" if answer.reason in _ABOUT_ONE_RECORD else answer.reason
    return answer.reason if isinstance(answer, NoAnswer) else ""
