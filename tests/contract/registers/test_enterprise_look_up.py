"""What every enterprise register does: answers with a record, without one, or says that it cannot."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import aiohttp
import pytest

from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.adapters.registers.enterprise import ExchangeEnterpriseRegister
from idp.adapters.registers.gate import RegisterGate
from idp.kernel.clock import SystemClock
from idp.outbound.breaker import CircuitBreaker
from idp.outbound.bulkhead import Bulkhead
from idp.outbound.health_board import HealthBoard
from idp.proofing.model import SYSTEM, OnBehalfOf, Purpose, Verdict
from idp.proofing.registers.enterprise_model import EnterpriseClaim, EnterpriseOutcome
from idp.proofing.registers.enterprise_ports import EnterpriseAnswer, EnterpriseRegister, FoundEnterprise
from idp.proofing.registers.enterprise_service import EnterpriseProofing
from idp.proofing.registers.health import RegisterName
from idp.proofing.registers.ports import Garbled, NoAnswer, NoRecord
from idp.proofing.values.enterprise_codes import EnterpriseCode
from idp.proofing.values.personal_numbers import PersonalNumber
from portals.simulator.enterprises import ENTERPRISES
from tests.contract.registers.conftest import ENOUGH, TOO_SHORT, AiohttpCaller, set_mode
from tests.support.patience import patient
from tests.support.plain.enterprises import PlainEnterprises, enterprise_record

PURPOSE = Purpose("DVCQG-DAIDIEN", "xác thực người đại diện", may_look_up=True)
RIVER, SEA = ENTERPRISES[0], ENTERPRISES[1]
BOSS, BOSS_NAME = "001899000039", "Trịnh Công Thành"


@dataclass(frozen=True, slots=True)
class UnderTest:
    """One implementation, and how to make it behave as the simulator's mode of that name."""

    register: EnterpriseRegister
    behave: Callable[[str], Awaitable[None]]


TROUBLES: Mapping[str, EnterpriseAnswer | None] = MappingProxyType(
    {
        "ok": None,
        "slow": NoAnswer("timeout"),
        "failing": NoAnswer("http_500"),
        "fault": NoAnswer("fault"),
        "garbled": Garbled("not_json"),
        "maintenance": Garbled("not_json"),
        "wrong_person": FoundEnterprise(enterprise_record(SEA)),
        "down": NoAnswer("connection"),
        "hanging": NoAnswer("timeout"),
        "dripping": NoAnswer("timeout"),
        "oversized": Garbled("oversized"),
    }
)


@pytest.fixture(params=["exchange", "plain"])
async def under_test(simulator: str, request: pytest.FixtureRequest) -> AsyncIterator[UnderTest]:
    """Each implementation in turn, and the simulator back in its normal mode afterwards."""
    if request.param == "plain":
        plain = PlainEnterprises()

        async def trouble(mode: str) -> None:
            plain.trouble = TROUBLES[mode]

        yield UnderTest(plain, trouble)
        return
    async with aiohttp.ClientSession() as session:
        clock = SystemClock()
        board = HealthBoard(RegisterName.ENTERPRISE, MemoryShortLivedStore(clock), clock)
        gate = RegisterGate(board, CircuitBreaker(clock), Bulkhead(max_concurrent=100))

        async def behave(mode: str) -> None:
            await set_mode(session, simulator, mode, "enterprise")

        await behave("ok")
        yield UnderTest(ExchangeEnterpriseRegister(AiohttpCaller(session), f"{simulator}/enterprise", gate), behave)
        await behave("ok")


async def ask(under_test: UnderTest, code: str, deadline: timedelta = ENOUGH) -> EnterpriseAnswer:
    return await under_test.register.look_up(
        EnterpriseCode(code),
        request_id="r-1",
        purpose=PURPOSE,
        on_behalf_of=SYSTEM,
        deadline=deadline,
    )


async def prove(
    under_test: UnderTest,
    deadline: timedelta = ENOUGH,
    /,
    *,
    code: str = RIVER.code,
    name: str = RIVER.name,
    number: str = BOSS,
    person: str = BOSS_NAME,
) -> EnterpriseOutcome:
    proofing = EnterpriseProofing(under_test.register, deadline=deadline)
    claim = EnterpriseClaim(EnterpriseCode(code), name, PersonalNumber(number), person)
    return await proofing.prove(claim, request_id="r-1", purpose=PURPOSE, now=datetime(2026, 10, 1, tzinfo=UTC))


async def test_every_enterprise_is_found_with_exactly_what_was_asked(under_test: UnderTest) -> None:
    answers = [await ask(under_test, enterprise.code) for enterprise in ENTERPRISES]
    assert answers == [FoundEnterprise(enterprise_record(enterprise)) for enterprise in ENTERPRISES]


@pytest.mark.parametrize("code", ["0100047516-999", "001899000013"])
async def test_a_code_that_nobody_bears_has_no_record(under_test: UnderTest, code: str) -> None:
    assert await ask(under_test, code) == NoRecord()


@pytest.mark.parametrize("mode", sorted(mode for mode, answer in TROUBLES.items() if isinstance(answer, NoAnswer)))
async def test_silence_is_no_answer_by_the_deadline_and_no_exception(under_test: UnderTest, mode: str) -> None:
    await under_test.behave(mode)
    deadline = TOO_SHORT if TROUBLES[mode] == NoAnswer("timeout") else ENOUGH
    async with asyncio.timeout(patient(2) + deadline.total_seconds()):
        assert await ask(under_test, RIVER.code, deadline) == TROUBLES[mode]
    await under_test.behave("ok")
    assert isinstance(await ask(under_test, RIVER.code), FoundEnterprise)


@pytest.mark.parametrize("mode", sorted(mode for mode, answer in TROUBLES.items() if isinstance(answer, Garbled)))
async def test_what_is_no_answer_of_the_exchange_is_garble(under_test: UnderTest, mode: str) -> None:
    await under_test.behave(mode)
    assert await ask(under_test, RIVER.code) == TROUBLES[mode]


async def test_al_7_a_record_of_another_enterprise_is_garble_and_no_fact(under_test: UnderTest) -> None:
    await under_test.behave("wrong_person")
    outcome = await prove(under_test)
    assert (outcome.verdict, outcome.reason, outcome.record) == (Verdict.GARBLED, "wrong_enterprise", None)


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, Verdict.IDENTICAL),
        ({"name": "công ty trách nhiệm hữu hạn mẫu sông hồng"}, Verdict.SAME),
        ({"name": "Công ty TNHH Mau Song Hong"}, Verdict.NEAR),
        ({"person": "Trinh Cong Thanh"}, Verdict.NEAR),
        ({"name": "Công ty TNHH Mẫu Sông Lô"}, Verdict.DIFFERENT),
        ({"person": "Trịnh Công Sơn"}, Verdict.DIFFERENT),
        ({"number": "001899000001", "person": "Nguyễn Văn Bình"}, Verdict.DIFFERENT),
        ({"code": "0100047516-999"}, Verdict.NO_RECORD),
    ],
)
async def test_the_worse_of_name_and_representative_decides(
    under_test: UnderTest, changes: dict[str, str], verdict: Verdict
) -> None:
    outcome = await prove(under_test, **changes)
    assert outcome.verdict is verdict
    assert (outcome.record is not None) is (verdict in {Verdict.IDENTICAL, Verdict.SAME})


async def test_silence_is_the_verdict_no_answer(under_test: UnderTest) -> None:
    await under_test.behave("hanging")
    assert (await prove(under_test, TOO_SHORT)).verdict is Verdict.NO_ANSWER


async def test_the_question_carries_request_purpose_and_actor(simulator: str) -> None:
    async with aiohttp.ClientSession() as session:
        clock = SystemClock()
        board = HealthBoard(RegisterName.ENTERPRISE, MemoryShortLivedStore(clock), clock)
        gate = RegisterGate(board, CircuitBreaker(clock), Bulkhead())
        caller = AiohttpCaller(session)
        register = ExchangeEnterpriseRegister(caller, f"{simulator}/enterprise", gate)
        await register.look_up(
            EnterpriseCode("001899000013"),
            request_id="r-joined",
            purpose=PURPOSE,
            on_behalf_of=OnBehalfOf("cb-7"),
            deadline=ENOUGH,
        )
        async with session.get(f"{simulator}/questions.json") as answer:
            asked = (await answer.json())[0]
    assert (asked["request_id"], asked["service"], asked["officer"]) == ("r-joined", PURPOSE.code, "cb-7")
    # A household's code is a personal number: it is in no address.
    assert all("001899000013" not in request.url for request in caller.requests)
