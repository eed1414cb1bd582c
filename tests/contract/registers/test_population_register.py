"""What every population register does: answers with a record, without one, or says that it cannot."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from idp.kernel.ids import new_id
from idp.proofing.birth_dates import BirthDate
from idp.proofing.model import SYSTEM, ClaimedIdentity, Purpose, Verdict
from idp.proofing.personal_numbers import PersonalNumber
from idp.proofing.ports import Found, Garbled, NoAnswer, NoRecord, PopulationRegister, RegisterAnswer
from idp.proofing.service import ProofingService
from portals.simulator.people import PEOPLE
from portals.simulator.person import Case, Person, Status
from tests.contract.registers.conftest import RegisterUnderTest, record_of

PURPOSE = Purpose("2.000815.000.00.00.H55", "kiểm tra danh tính khi đăng ký")
FIRST = PEOPLE[0]
LIVING = [person for person in PEOPLE if person.extra.status is Status.LIVING]
GONE = [person for person in PEOPLE if person.extra.status is not Status.LIVING]


def claim(person: Person) -> ClaimedIdentity:
    return ClaimedIdentity(PersonalNumber(person.number), person.typed_name, BirthDate.parse(person.born))


async def ask(
    register: PopulationRegister, claimed: ClaimedIdentity, deadline: timedelta = timedelta(seconds=3)
) -> RegisterAnswer:
    return await register.look_up(claimed, request_id=new_id(), purpose=PURPOSE, on_behalf_of=SYSTEM, deadline=deadline)


async def test_a_living_person_is_found_with_exactly_what_was_asked(under_test: RegisterUnderTest) -> None:
    answers = [await ask(under_test.register, claim(person)) for person in LIVING]
    assert answers == [Found(record_of(person)) for person in LIVING]


async def test_an_unknown_number_has_no_record(under_test: RegisterUnderTest) -> None:
    nobody = ClaimedIdentity(PersonalNumber("099187000001"), "Không Ai", BirthDate(1987))
    assert await ask(under_test.register, nobody) == NoRecord()


@pytest.mark.parametrize("person", GONE, ids=lambda person: f"{person.extra.status.value}-{person.number}")
async def test_a_cancelled_number_and_a_deceased_person_have_no_record(
    under_test: RegisterUnderTest, person: Person
) -> None:
    assert await ask(under_test.register, claim(person)) == NoRecord()


async def test_the_number_that_replaced_a_cancelled_one_answers(under_test: RegisterUnderTest) -> None:
    replaced = next(person for person in LIVING if person.case is Case.REPLACED)
    assert isinstance(await ask(under_test.register, claim(replaced)), Found)


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("failing", NoAnswer), ("fault", NoAnswer), ("down", NoAnswer), ("garbled", Garbled), ("maintenance", Garbled)],
)
async def test_a_register_in_trouble_is_an_answer_and_no_exception(
    under_test: RegisterUnderTest, mode: str, kind: type[RegisterAnswer]
) -> None:
    await under_test.behave(mode)
    assert type(await ask(under_test.register, claim(FIRST))) is kind


async def test_a_slow_register_is_no_answer_by_the_deadline(under_test: RegisterUnderTest) -> None:
    await under_test.behave("slow")
    began = time.monotonic()
    answer = await ask(under_test.register, claim(FIRST), deadline=timedelta(seconds=0.3))
    assert answer == NoAnswer("timeout")
    assert time.monotonic() - began < 2


async def test_a_register_that_recovered_answers_again(under_test: RegisterUnderTest) -> None:
    await under_test.behave("down")
    await ask(under_test.register, claim(FIRST))
    await under_test.behave("ok")
    assert await ask(under_test.register, claim(FIRST)) == Found(record_of(FIRST))


async def test_al_7_somebody_elses_record_is_garbled_and_dropped(under_test: RegisterUnderTest) -> None:
    await under_test.behave("wrong_person")
    outcome = await ProofingService(under_test.register).prove(
        claim(FIRST), request_id=new_id(), purpose=PURPOSE, now=datetime(2026, 10, 1, tzinfo=UTC)
    )
    assert (outcome.verdict, outcome.reason, outcome.record) == (Verdict.GARBLED, "wrong_person", None)


EXPECTED = {
    Case.ACCENTS: {Verdict.NEAR},
    Case.NEAR: {Verdict.NEAR},
    Case.TONE_PLACEMENT: {Verdict.SAME},
    Case.APOSTROPHE: {Verdict.SAME},
    Case.CANCELLED: {Verdict.NO_RECORD},
    Case.DECEASED: {Verdict.NO_RECORD},
}


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: f"{person.case.value}-{person.number}")
async def test_each_demonstration_person_gets_the_verdict_the_page_promises(
    under_test: RegisterUnderTest, person: Person
) -> None:
    outcome = await ProofingService(under_test.register).prove(
        claim(person), request_id=new_id(), purpose=PURPOSE, now=datetime(2026, 10, 1, tzinfo=UTC)
    )
    assert outcome.verdict in EXPECTED.get(person.case, {Verdict.IDENTICAL})
