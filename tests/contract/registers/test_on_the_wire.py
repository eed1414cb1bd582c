"""What the adapters put on the wire, and how they treat a register in lasting trouble."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import pytest

from idp.kernel.ids import new_id
from idp.outbound.bulkhead import Bulkhead
from idp.proofing.model import ClaimedIdentity, OnBehalfOf, Purpose
from idp.proofing.registers.ports import Found, NoAnswer, NoRecord, RegisterAnswer
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.personal_numbers import PersonalNumber
from portals.simulator.people import PEOPLE
from portals.simulator.person import Status
from records.structs import replace
from tests.contract.registers.conftest import ENOUGH, TOO_SHORT, Line, World, record_of, set_mode
from tests.contract.until import until
from tests.support.patience import patiently

FIRST = ClaimedIdentity(PersonalNumber(PEOPLE[0].number), PEOPLE[0].full_name, BirthDate.parse(PEOPLE[0].born))
LIVING = [person for person in PEOPLE if person.extra.status is Status.LIVING]


def ask(
    register: Line, claimed: ClaimedIdentity = FIRST, request_id: str = "", deadline: timedelta = ENOUGH
) -> Awaitable[RegisterAnswer]:
    return register.look_up(
        claimed,
        request_id=request_id or new_id(),
        purpose=Purpose("000.00.00.G22", "kiểm thử"),
        on_behalf_of=OnBehalfOf("officer-7"),
        deadline=deadline,
    )


async def test_request_purpose_and_officer_reach_the_register(world: World) -> None:
    request_id = new_id()
    await ask(world.register, request_id=request_id)
    async with world.session.get(f"{world.base_url}/questions.json") as answer:
        questions = await answer.json()
    assert questions[0] == {
        "request_id": request_id,
        "service": "000.00.00.G22",
        "officer": "officer-7",
        "correlation_id": request_id,
        "operation": {"soap": "TraCuuThongTinCongDan", "rest": "traCuuThongTinCongDan"}[world.kind],
    }


async def test_a_wrong_secret_is_no_answer(world: World) -> None:
    assert await ask(world.rebuilt(secret="another")) == NoAnswer("http_401")


async def test_the_breaker_stops_calls_after_five_failures(world: World) -> None:
    await set_mode(world.session, world.base_url, "failing")
    answers = [await ask(world.register) for _ in range(7)]
    assert answers == [NoAnswer("http_500")] * 5 + [NoAnswer("breaker_open")] * 2
    assert len(world.caller.requests) == 5


async def test_no_record_is_a_healthy_answer_and_opens_nothing(world: World) -> None:
    nobody = replace(FIRST, number=PersonalNumber("099187000001"))
    answers = [await ask(world.register, nobody) for _ in range(7)]
    assert answers == [NoRecord()] * 7


async def test_the_bulkhead_refuses_what_its_queue_cannot_hold(world: World) -> None:
    await set_mode(world.session, world.base_url, "slow")
    register = world.rebuilt(bulkhead=Bulkhead(max_concurrent=1, max_waiting=1))
    # The first keeps the place until the others have given up.
    first = asyncio.ensure_future(ask(register, deadline=patiently(30)))
    await until(lambda: world.caller.requests)
    answers = await asyncio.gather(*(ask(register, deadline=TOO_SHORT) for _ in range(2)))
    assert (answers, first.done()) == ([NoAnswer("busy"), NoAnswer("busy")], False)
    assert len(world.caller.requests) == 1
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_al_7_a_hundred_concurrent_look_ups_get_their_own_answers(world: World) -> None:
    people = (LIVING * 3)[:100]
    answers = await asyncio.gather(
        *(
            ask(
                world.register,
                ClaimedIdentity(PersonalNumber(p.number), p.full_name, BirthDate.parse(p.born)),
                deadline=patiently(20),
            )
            for p in people
        )
    )
    assert answers == [Found(record_of(person)) for person in people]
