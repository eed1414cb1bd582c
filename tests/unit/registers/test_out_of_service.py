"""A register that administrators took out of service is not asked; its time is theirs to shorten."""

from datetime import timedelta

from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.adapters.registers.gate import RegisterGate
from idp.outbound.breaker import CircuitBreaker
from idp.outbound.bulkhead import Bulkhead
from idp.outbound.health import ServiceState
from idp.outbound.health_board import HealthBoard
from idp.outbound.heartbeat import Heartbeat
from idp.proofing.policy import REGISTER_DEADLINE
from idp.proofing.registers.health import RegisterName
from idp.proofing.registers.ports import NoAnswer
from idp.settings.outbound_services import RegisterService
from tests.unit.outbound.test_breaker import HandClock


class Asked:
    """Keeps the time that each question was given."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.store = MemoryShortLivedStore(self.clock)
        self.service = RegisterService()
        self.given: list[timedelta] = []
        board = HealthBoard(RegisterName.POPULATION, self.store, self.clock)
        self.gate = RegisterGate(board, CircuitBreaker(self.clock), Bulkhead(), lambda: self.service)

    async def answer(self, left: timedelta) -> str:
        self.given.append(left)
        return "yes"

    async def ask(self, deadline: timedelta = REGISTER_DEADLINE) -> object:
        return await self.gate.ask(self.answer, deadline)


async def test_it_is_not_asked_and_nothing_counts_as_its_trouble() -> None:
    asked = Asked()
    assert await asked.ask() == "yes"
    asked.service = RegisterService(in_service=False)
    for _ in range(10):
        assert await asked.ask() == NoAnswer("out_of_service")
    assert len(asked.given) == 1
    assert (await asked.gate.health()).state is ServiceState.RESTING
    asked.service = RegisterService()
    assert (await asked.gate.health()).state is ServiceState.CLOSED
    assert await asked.ask() == "yes"
    assert (await asked.gate.record()).faults == ()


async def test_nobody_asks_about_nobody_meanwhile() -> None:
    asked = Asked()
    asked.service = RegisterService(in_service=False)
    beat = Heartbeat(asked.gate, asked.ask, asked.store, asked.clock)
    assert not await beat.beat()
    asked.service = RegisterService()
    assert await beat.beat()


async def test_a_question_gets_no_more_than_the_budget_and_the_feed_its_own_time() -> None:
    asked = Asked()
    asked.service = RegisterService(budget=timedelta(seconds=2))
    await asked.ask()
    await asked.ask(timedelta(seconds=1))
    await asked.ask(timedelta(seconds=20))
    short, shorter, long = asked.given
    assert timedelta(seconds=1) < short <= timedelta(seconds=2)
    assert shorter <= timedelta(seconds=1)
    assert long > timedelta(seconds=10)
