"""What the SOAP adapter puts on the wire, and how it treats a register in lasting trouble."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta

from idp.adapters.registers.breaker import CircuitBreaker
from idp.adapters.registers.bulkhead import Bulkhead
from idp.adapters.registers.population import RegisterCredentials, SoapPopulationRegister
from idp.kernel.clock import SystemClock
from idp.kernel.ids import new_id
from idp.proofing.birth_dates import BirthDate
from idp.proofing.model import ClaimedIdentity, OnBehalfOf, Purpose
from idp.proofing.personal_numbers import PersonalNumber
from idp.proofing.ports import Found, NoAnswer, NoRecord, RegisterAnswer
from portals.simulator.people import PEOPLE
from portals.simulator.person import Status
from tests.contract.registers.conftest import SECRET, SoapWorld, record_of, set_mode

FIRST = ClaimedIdentity(PersonalNumber(PEOPLE[0].number), PEOPLE[0].full_name, BirthDate.parse(PEOPLE[0].born))
LIVING = [person for person in PEOPLE if person.extra.status is Status.LIVING]


def ask(
    register: SoapPopulationRegister, claimed: ClaimedIdentity = FIRST, request_id: str = "", seconds: float = 3
) -> Awaitable[RegisterAnswer]:
    return register.look_up(
        claimed,
        request_id=request_id or new_id(),
        purpose=Purpose("000.00.00.G22", "kiểm thử"),
        on_behalf_of=OnBehalfOf("officer-7"),
        deadline=timedelta(seconds=seconds),
    )


def rebuilt(world: SoapWorld, *, secret: str = SECRET, bulkhead: Bulkhead | None = None) -> SoapPopulationRegister:
    return SoapPopulationRegister(
        world.caller,
        f"{world.base_url}/population",
        RegisterCredentials("contract-tests", secret, "VN/GOV/TEST/idp"),
        clock=SystemClock(),
        breaker=CircuitBreaker(SystemClock()),
        bulkhead=bulkhead or Bulkhead(),
    )


async def test_request_purpose_and_officer_reach_the_register(soap: SoapWorld) -> None:
    request_id = new_id()
    await ask(soap.register, request_id=request_id)
    async with soap.session.get(f"{soap.base_url}/questions.json") as answer:
        questions = await answer.json()
    assert questions[0] == {
        "request_id": request_id,
        "service": "000.00.00.G22",
        "officer": "officer-7",
        "correlation_id": request_id,
    }


async def test_the_headers_of_the_exchange_are_set(soap: SoapWorld) -> None:
    await ask(soap.register)
    headers = soap.caller.requests[0].headers
    assert headers["SOAPAction"] == '""'
    assert headers["X-Road-Client"] == "VN/GOV/TEST/idp"
    assert headers["Content-Type"] == "text/xml; charset=utf-8"


async def test_a_wrong_secret_is_no_answer(soap: SoapWorld) -> None:
    assert await ask(rebuilt(soap, secret="another")) == NoAnswer("http_401")


async def test_the_breaker_stops_calls_after_five_failures(soap: SoapWorld) -> None:
    await set_mode(soap.session, soap.base_url, "failing")
    answers = [await ask(soap.register) for _ in range(7)]
    assert answers == [NoAnswer("http_500")] * 5 + [NoAnswer("breaker_open")] * 2
    assert len(soap.caller.requests) == 5


async def test_no_record_is_a_healthy_answer_and_opens_nothing(soap: SoapWorld) -> None:
    nobody = replace(FIRST, number=PersonalNumber("099187000001"))
    answers = [await ask(soap.register, nobody) for _ in range(7)]
    assert answers == [NoRecord()] * 7


async def test_the_bulkhead_refuses_what_its_queue_cannot_hold(soap: SoapWorld) -> None:
    await set_mode(soap.session, soap.base_url, "slow")
    register = rebuilt(soap, bulkhead=Bulkhead(max_concurrent=1, max_waiting=1))
    answers = await asyncio.gather(*(ask(register, seconds=0.5) for _ in range(3)))
    reasons = sorted(answer.reason for answer in answers if isinstance(answer, NoAnswer))
    assert reasons == ["busy", "busy", "timeout"]
    assert len(soap.caller.requests) == 1


async def test_al_7_a_hundred_concurrent_look_ups_get_their_own_answers(soap: SoapWorld) -> None:
    people = (LIVING * 3)[:100]
    answers = await asyncio.gather(
        *(
            ask(
                soap.register,
                ClaimedIdentity(PersonalNumber(p.number), p.full_name, BirthDate.parse(p.born)),
                seconds=20,
            )
            for p in people
        )
    )
    assert answers == [Found(record_of(person)) for person in people]
