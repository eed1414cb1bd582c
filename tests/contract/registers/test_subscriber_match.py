"""What every subscriber match does: says yes since a day, no, or that it cannot, whatever the carriers do."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import aiohttp
import pytest

from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.adapters.registers.gate import RegisterGate
from idp.adapters.registers.subscribers import CarriersSubscriberMatch
from idp.kernel.clock import SystemClock
from idp.kernel.secrets import Secret
from idp.outbound.breaker import CircuitBreaker
from idp.outbound.bulkhead import Bulkhead
from idp.outbound.health_board import HealthBoard
from idp.proofing.model import Purpose
from idp.proofing.registers.health import RegisterName
from idp.proofing.registers.ports import Garbled, NoAnswer
from idp.proofing.registers.subscribers import NotSubscribed, Subscribed, SubscriberAnswer, SubscriberMatch
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.phones import PhoneNumber
from portals.simulator.subscribers import phones_of
from tests.contract.registers.conftest import ENOUGH, SECRET, TOO_SHORT, AiohttpCaller, set_mode
from tests.support.patience import patient
from tests.support.plain.subscribers import PlainSubscribers

PURPOSE = Purpose("DVCQG-DANGKY", "Đăng ký tài khoản")
MINE, ANOTHERS = "001899000001", "001999000002"
OWN, JUST_MOVED = phones_of(MINE)


@dataclass(frozen=True, slots=True)
class UnderTest:
    """One implementation, and how to make it behave as the simulator's mode of that name."""

    match: SubscriberMatch
    behave: Callable[[str], Awaitable[None]]


TROUBLES: Mapping[str, SubscriberAnswer | None] = MappingProxyType(
    {
        "ok": None,
        "slow": NoAnswer("timeout"),
        "failing": NoAnswer("http_500"),
        "fault": NoAnswer("fault"),
        "garbled": Garbled("not_json"),
        "maintenance": Garbled("not_json"),
        "wrong_person": Garbled("wrong_question"),
        "down": NoAnswer("connection"),
        "hanging": NoAnswer("timeout"),
        "dripping": NoAnswer("timeout"),
        "oversized": Garbled("oversized"),
    }
)


def carriers(session: aiohttp.ClientSession, base_url: str, secret: str = SECRET) -> CarriersSubscriberMatch:
    clock = SystemClock()
    board = HealthBoard(RegisterName.SUBSCRIBERS, MemoryShortLivedStore(clock), clock)
    gate = RegisterGate(board, CircuitBreaker(clock), Bulkhead(max_concurrent=100))
    return CarriersSubscriberMatch(AiohttpCaller(session), f"{base_url}/subscribers", Secret(secret), gate)


@pytest.fixture(params=["carriers", "plain"])
async def under_test(simulator: str, request: pytest.FixtureRequest) -> AsyncIterator[UnderTest]:
    """Each implementation in turn, and the simulator back in its normal mode afterwards."""
    if request.param == "plain":
        today = datetime.now(UTC).date()
        plain = PlainSubscribers(
            {(MINE, OWN): today - timedelta(days=400), (MINE, JUST_MOVED): today - timedelta(days=2)}
        )

        async def trouble(mode: str) -> None:
            plain.trouble = TROUBLES[mode]

        yield UnderTest(plain, trouble)
        return
    async with aiohttp.ClientSession() as session:

        async def behave(mode: str) -> None:
            await set_mode(session, simulator, mode, "subscribers")

        await behave("ok")
        yield UnderTest(carriers(session, simulator), behave)
        await behave("ok")


async def ask(match: SubscriberMatch, number: str, phone: str, deadline: timedelta = ENOUGH) -> SubscriberAnswer:
    return await match.match(
        PersonalNumber(number), PhoneNumber(phone), request_id="r-1", purpose=PURPOSE, deadline=deadline
    )


@pytest.mark.parametrize(("phone", "days"), [(OWN, 400), (JUST_MOVED, 2)])
async def test_a_phone_under_the_number_is_subscribed_since_a_day(under_test: UnderTest, phone: str, days: int) -> None:
    answer = await ask(under_test.match, MINE, phone)
    assert answer == Subscribed(datetime.now(UTC).date() - timedelta(days=days))


@pytest.mark.parametrize(("number", "phone"), [(ANOTHERS, OWN), (MINE, "+84500009999"), ("003187000001", OWN)])
async def test_any_other_pair_is_not_subscribed_and_nobody_says_whose_it_is(
    under_test: UnderTest, number: str, phone: str
) -> None:
    assert await ask(under_test.match, number, phone) == NotSubscribed()


@pytest.mark.parametrize("mode", sorted(mode for mode, answer in TROUBLES.items() if isinstance(answer, NoAnswer)))
async def test_silence_is_no_answer_by_the_deadline_and_no_exception(under_test: UnderTest, mode: str) -> None:
    await under_test.behave(mode)
    deadline = TOO_SHORT if TROUBLES[mode] == NoAnswer("timeout") else ENOUGH
    async with asyncio.timeout(patient(2) + deadline.total_seconds()):
        assert await ask(under_test.match, MINE, OWN, deadline) == TROUBLES[mode]
    await under_test.behave("ok")
    assert isinstance(await ask(under_test.match, MINE, OWN), Subscribed)


@pytest.mark.parametrize("mode", sorted(mode for mode, answer in TROUBLES.items() if isinstance(answer, Garbled)))
async def test_what_is_no_answer_to_this_question_is_garble(under_test: UnderTest, mode: str) -> None:
    await under_test.behave(mode)
    assert await ask(under_test.match, MINE, OWN) == TROUBLES[mode]


async def test_carriers_that_do_not_know_us_give_no_answer(simulator: str) -> None:
    async with aiohttp.ClientSession() as session:
        assert await ask(carriers(session, simulator, "another secret"), MINE, OWN) == NoAnswer("http_401")


async def test_neither_number_nor_phone_is_in_an_address_or_a_header(simulator: str) -> None:
    async with aiohttp.ClientSession() as session:
        caller = AiohttpCaller(session)
        clock = SystemClock()
        board = HealthBoard(RegisterName.SUBSCRIBERS, MemoryShortLivedStore(clock), clock)
        gate = RegisterGate(board, CircuitBreaker(clock), Bulkhead())
        match = CarriersSubscriberMatch(caller, f"{simulator}/subscribers", Secret(SECRET), gate)
        await ask(match, MINE, OWN)
        (request,) = caller.requests
        shown = f"{request.url} {dict(request.headers)}"
        assert MINE not in shown
        assert OWN.removeprefix("+") not in shown
