"""Whether the enterprise register is seen to answer, against the simulator's process."""

from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest

from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.adapters.registers.enterprise import ExchangeEnterpriseRegister
from idp.adapters.registers.gate import RegisterGate
from idp.kernel.clock import SystemClock
from idp.outbound.breaker import CircuitBreaker
from idp.outbound.bulkhead import Bulkhead
from idp.outbound.health_board import HealthBoard
from idp.proofing.registers.health import RegisterName
from tests.contract.registers.conftest import ENOUGH, TOO_SHORT, AiohttpCaller, set_mode


@pytest.fixture
async def session(simulator: str) -> AsyncIterator[aiohttp.ClientSession]:
    """A session with a simulator in its normal mode, and back in it afterwards."""
    async with aiohttp.ClientSession() as opened:
        await set_mode(opened, simulator, "ok", "enterprise")
        yield opened
        await set_mode(opened, simulator, "ok", "enterprise")


async def answers(session: aiohttp.ClientSession, simulator: str, deadline: timedelta = ENOUGH) -> bool:
    clock = SystemClock()
    board = HealthBoard(RegisterName.ENTERPRISE, MemoryShortLivedStore(clock), clock)
    gate = RegisterGate(board, CircuitBreaker(clock), Bulkhead())
    register = ExchangeEnterpriseRegister(AiohttpCaller(session), f"{simulator}/enterprise", gate)
    return await register.answers(deadline=deadline)


async def test_a_register_that_answers_about_nobody_answers(session: aiohttp.ClientSession, simulator: str) -> None:
    assert await answers(session, simulator)


@pytest.mark.parametrize("mode", ["failing", "fault", "garbled", "maintenance", "down", "oversized"])
async def test_a_register_in_trouble_does_not(session: aiohttp.ClientSession, simulator: str, mode: str) -> None:
    await set_mode(session, simulator, mode, "enterprise")
    assert not await answers(session, simulator)


@pytest.mark.parametrize("mode", ["slow", "hanging", "dripping"])
async def test_a_register_that_takes_its_time_does_not_within_the_deadline(
    session: aiohttp.ClientSession, simulator: str, mode: str
) -> None:
    await set_mode(session, simulator, mode, "enterprise")
    assert not await answers(session, simulator, deadline=TOO_SHORT)
