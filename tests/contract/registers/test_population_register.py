"""What every population register does: answers with a record, without one, or says that it cannot."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from idp.kernel.ids import new_id
from idp.proofing.model import SYSTEM, ClaimedIdentity, ProofOutcome, Purpose, Verdict
from idp.proofing.registers.ports import (
    Found,
    Garbled,
    MatchAnswer,
    Matched,
    NoAnswer,
    NoRecord,
    NotMatched,
    PopulationRegister,
    RegisterAnswer,
)
from idp.proofing.service import ProofingService
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.personal_numbers import PersonalNumber
from portals.simulator.people import PEOPLE
from portals.simulator.person import Case, Person, Status
from tests.contract.registers.conftest import ENOUGH, TOO_SHORT, RegisterUnderTest, record_of
from tests.support.patience import patient

PURPOSE = Purpose("2.000815.000.00.00.H55", "kiểm tra danh tính khi đăng ký", may_look_up=True)
MATCH_ONLY = Purpose("2.000815.000.00.00.H55", "kiểm tra lại định kỳ")
FIRST = PEOPLE[0]
LIVING = [person for person in PEOPLE if person.extra.status is Status.LIVING]
GONE = [person for person in PEOPLE if person.extra.status is not Status.LIVING]


def claim(person: Person) -> ClaimedIdentity:
    return ClaimedIdentity(PersonalNumber(person.number), person.typed_name, BirthDate.parse(person.born))


async def ask(register: PopulationRegister, claimed: ClaimedIdentity, deadline: timedelta = ENOUGH) -> RegisterAnswer:
    return await register.look_up(claimed, request_id=new_id(), purpose=PURPOSE, on_behalf_of=SYSTEM, deadline=deadline)


async def match(register: PopulationRegister, claimed: ClaimedIdentity, deadline: timedelta = ENOUGH) -> MatchAnswer:
    return await register.match(claimed, request_id=new_id(), purpose=PURPOSE, on_behalf_of=SYSTEM, deadline=deadline)


@pytest.mark.parametrize(
    ("name", "born", "expected"),
    [
        (FIRST.full_name, FIRST.born, Matched()),
        (FIRST.full_name.lower(), FIRST.born, Matched()),
        ("Nguyen Van Binh", FIRST.born, NotMatched()),
        (FIRST.full_name, "1990-05-18", NotMatched()),
        (FIRST.full_name, "1990", NotMatched()),
    ],
)
async def test_7_2_a_match_says_yes_to_the_whole_truth_only(
    under_test: RegisterUnderTest, name: str, born: str, expected: MatchAnswer
) -> None:
    claimed = ClaimedIdentity(PersonalNumber(FIRST.number), name, BirthDate.parse(born))
    assert await match(under_test.register, claimed) == expected


async def test_7_2_a_match_does_not_tell_a_wrong_name_from_no_record(under_test: RegisterUnderTest) -> None:
    nobody = ClaimedIdentity(PersonalNumber("099187000001"), "Không Ai", BirthDate(1987))
    assert await match(under_test.register, nobody) == NotMatched()
    assert await match(under_test.register, claim(GONE[0])) == NotMatched()


async def test_a_living_person_is_found_with_exactly_what_was_asked(under_test: RegisterUnderTest) -> None:
    answers = [await ask(under_test.register, claim(person)) for person in LIVING]
    assert answers == [Found(record_of(person)) for person in LIVING]


async def test_an_unknown_number_has_no_record(under_test: RegisterUnderTest) -> None:
    nobody = ClaimedIdentity(PersonalNumber("099187000001"), "Không Ai", BirthDate(1987))
    assert await ask(under_test.register, nobody) == NoRecord()


async def test_a_cancelled_number_and_a_deceased_person_have_no_record(under_test: RegisterUnderTest) -> None:
    answers = {person.number: await ask(under_test.register, claim(person)) for person in GONE}
    assert answers == {person.number: NoRecord() for person in GONE}


async def test_the_number_that_replaced_a_cancelled_one_answers(under_test: RegisterUnderTest) -> None:
    replaced = next(person for person in LIVING if person.case is Case.REPLACED)
    assert isinstance(await ask(under_test.register, claim(replaced)), Found)


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("failing", NoAnswer),
        ("fault", NoAnswer),
        ("down", NoAnswer),
        ("garbled", Garbled),
        ("maintenance", Garbled),
        ("oversized", Garbled),
    ],
)
async def test_a_register_in_trouble_is_an_answer_and_no_exception(
    under_test: RegisterUnderTest, mode: str, kind: type[RegisterAnswer]
) -> None:
    await under_test.behave(mode)
    assert type(await ask(under_test.register, claim(FIRST))) is kind
    assert type(await match(under_test.register, claim(FIRST))) is kind
    changes = under_test.register.changes("", request_id=new_id(), deadline=ENOUGH)
    assert type(await changes) is kind


@pytest.mark.parametrize("mode", ["slow", "hanging", "dripping"])
async def test_a_register_that_takes_its_time_is_no_answer_by_the_deadline(
    under_test: RegisterUnderTest, mode: str
) -> None:
    await under_test.behave(mode)
    async with asyncio.timeout(patient(2)):
        answer = await ask(under_test.register, claim(FIRST), deadline=TOO_SHORT)
    assert answer == NoAnswer("timeout")


async def test_a_register_that_recovered_answers_again(under_test: RegisterUnderTest) -> None:
    await under_test.behave("down")
    await ask(under_test.register, claim(FIRST))
    await under_test.behave("ok")
    assert await ask(under_test.register, claim(FIRST)) == Found(record_of(FIRST))


async def prove(under_test: RegisterUnderTest, person: Person, purpose: Purpose = PURPOSE) -> ProofOutcome:
    return await ProofingService(under_test.register).prove(
        claim(person),
        request_id=new_id(),
        purpose=purpose,
        now=datetime(2026, 10, 1, tzinfo=UTC),
        spelling_needed=True,
    )


async def test_al_7_somebody_elses_record_is_garbled_and_dropped(under_test: RegisterUnderTest) -> None:
    await under_test.behave("wrong_person")
    outcome = await prove(under_test, FIRST)
    assert (outcome.verdict, outcome.reason, outcome.record) == (Verdict.GARBLED, "wrong_person", None)


EXPECTED = {
    Case.ACCENTS: {Verdict.NEAR},
    Case.NEAR: {Verdict.NEAR},
    Case.TONE_PLACEMENT: {Verdict.SAME},
    Case.APOSTROPHE: {Verdict.SAME},
    Case.CANCELLED: {Verdict.NO_RECORD},
    Case.DECEASED: {Verdict.NO_RECORD},
}


async def test_each_demonstration_person_gets_the_verdict_the_page_promises(under_test: RegisterUnderTest) -> None:
    verdicts = [(person, (await prove(under_test, person)).verdict) for person in PEOPLE]
    failures = [
        (person.case, person.number, verdict)
        for person, verdict in verdicts
        if verdict not in EXPECTED.get(person.case, {Verdict.IDENTICAL})
    ]
    assert failures == []


async def test_7_2_a_purpose_without_look_up_learns_yes_or_no_and_nothing_else(under_test: RegisterUnderTest) -> None:
    outcomes = [(person, await prove(under_test, person, MATCH_ONLY)) for person in PEOPLE]
    failures = [
        (person.case, person.number, outcome)
        for person, outcome in outcomes
        if (outcome.verdict, outcome.record)
        != (Verdict.IDENTICAL if person.case not in EXPECTED else Verdict.DIFFERENT, None)
    ]
    assert failures == []
