"""Who represents a child: every population register says it with the child's record, and only when it is asked."""

from datetime import UTC, datetime

import pytest

from idp.kernel.ids import new_id
from idp.proofing.model import ClaimedIdentity, ProofOutcome, Purpose, Verdict
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.wards import WardProofing
from portals.simulator.people import BY_NUMBER
from tests.contract.registers.conftest import RegisterUnderTest

PURPOSE = Purpose("DVCQG-GIAMHO", "xác thực người đại diện của trẻ em", may_look_up=True)
CHILD, MOTHER, ADULT = BY_NUMBER["001899000032"], "001999000031", BY_NUMBER["001899000001"]


async def prove(
    under_test: RegisterUnderTest, *, number: str = CHILD.number, name: str = CHILD.full_name, by: str = MOTHER
) -> ProofOutcome:
    child = ClaimedIdentity(PersonalNumber(number), name, BirthDate.parse(BY_NUMBER[number].born))
    return await WardProofing(under_test.register).prove(
        child, PersonalNumber(by), request_id=new_id(), purpose=PURPOSE, now=datetime(2026, 10, 1, tzinfo=UTC)
    )


async def test_the_one_whom_the_childs_record_names_is_its_guardian(under_test: RegisterUnderTest) -> None:
    outcome = await prove(under_test)
    assert (outcome.verdict, outcome.looked_up) == (Verdict.IDENTICAL, True)
    assert outcome.record is not None
    assert outcome.record.birth_date == BirthDate.parse(CHILD.born)


@pytest.mark.parametrize(
    ("number", "name", "by", "verdict"),
    [
        (CHILD.number, CHILD.full_name, ADULT.number, Verdict.DIFFERENT),
        (CHILD.number, "Cao Gia Bình", MOTHER, Verdict.DIFFERENT),
        (CHILD.number, "Cao Gia Bao", MOTHER, Verdict.NEAR),
        (ADULT.number, ADULT.full_name, MOTHER, Verdict.DIFFERENT),
        ("037999000030", "Tạ Thị Lụa", MOTHER, Verdict.NO_RECORD),
    ],
)
async def test_anything_else_proves_nothing_and_shows_nothing(
    under_test: RegisterUnderTest, number: str, name: str, by: str, verdict: Verdict
) -> None:
    outcome = await prove(under_test, number=number, name=name, by=by)
    assert (outcome.verdict, outcome.record) == (verdict, None)


@pytest.mark.parametrize(
    ("mode", "verdict"),
    [("down", Verdict.NO_ANSWER), ("garbled", Verdict.GARBLED), ("wrong_person", Verdict.GARBLED)],
)
async def test_trouble_is_no_fact_about_a_child(under_test: RegisterUnderTest, mode: str, verdict: Verdict) -> None:
    await under_test.behave(mode)
    assert (await prove(under_test)).verdict is verdict
