"""Proving: the worse comparison decides, silence is kept apart, and records go only to whom they belong."""

from datetime import UTC, datetime, timedelta

import pytest

from idp.proofing.birth_dates import BirthDate
from idp.proofing.model import SYSTEM, ClaimedIdentity, OnBehalfOf, ProofOutcome, Purpose, RegisterRecord, Verdict
from idp.proofing.personal_numbers import PersonalNumber
from idp.proofing.policy import REGISTER_DEADLINE
from idp.proofing.ports import Found, Garbled, NoAnswer, NoRecord, RegisterAnswer
from idp.proofing.service import ProofingService
from tests.support.plain_register import PlainRegister

NUMBER = PersonalNumber("001899000001")
NOW = datetime(2026, 10, 1, 8, 30, tzinfo=UTC)
PURPOSE = Purpose("1.012766", "đăng ký tài khoản")


def claim(name: str = "Nguyễn Thị Hoà", born: str = "1990-05-17") -> ClaimedIdentity:
    return ClaimedIdentity(NUMBER, name, BirthDate.parse(born))


def record(name: str = "NGUYỄN THỊ HOÀ", born: str = "1990-05-17", number: PersonalNumber = NUMBER) -> RegisterRecord:
    return RegisterRecord(number, name, BirthDate.parse(born))


async def prove(claimed: ClaimedIdentity, answer: RegisterAnswer) -> ProofOutcome:
    register = PlainRegister()
    register.trouble = answer
    return await ProofingService(register).prove(claimed, request_id="r1", purpose=PURPOSE, now=NOW)


@pytest.mark.parametrize(
    ("declared_name", "declared_born", "registered_born", "verdict"),
    [
        ("nguyễn thị hoà", "1990-05-17", "1990-05-17", Verdict.IDENTICAL),
        ("nguyễn thị hòa", "1990-05-17", "1990-05-17", Verdict.SAME),
        ("nguyen thi hoa", "1990-05-17", "1990-05-17", Verdict.NEAR),
        ("nguyễn thị hoá", "1990-05-17", "1990-05-17", Verdict.DIFFERENT),
        ("nguyễn thị hoà", "1990-05-17", "1990", Verdict.IDENTICAL),
        ("nguyễn thị hoà", "1990", "1990", Verdict.IDENTICAL),
        ("nguyễn thị hoà", "1990", "1990-05-17", Verdict.NEAR),
        ("nguyễn thị hòa", "1990", "1990-05-17", Verdict.NEAR),
        ("nguyen thi hoa", "1990", "1990-05-17", Verdict.NEAR),
        ("nguyễn thị hoà", "1990-05-18", "1990-05-17", Verdict.DIFFERENT),
        ("nguyen thi hoa", "1990-05-18", "1990-05-17", Verdict.DIFFERENT),
        ("nguyễn thị hoá", "1990", "1990-05-17", Verdict.DIFFERENT),
    ],
)
async def test_the_worse_of_name_and_birth_date_decides(
    declared_name: str, declared_born: str, registered_born: str, verdict: Verdict
) -> None:
    outcome = await prove(claim(declared_name, declared_born), Found(record(born=registered_born)))
    assert outcome.verdict is verdict


@pytest.mark.parametrize("name", ["Nguyễn Thị Hoà", "Nguyễn Thị Hòa"])
async def test_a_proving_verdict_brings_the_record(name: str) -> None:
    assert (await prove(claim(name), Found(record()))).record == record()


@pytest.mark.parametrize("name", ["Nguyen Thi Hoa", "Trần Văn Nam"])
async def test_a_verdict_that_proves_nothing_drops_the_record(name: str) -> None:
    assert (await prove(claim(name), Found(record()))).record is None


async def test_al_7_a_record_under_another_number_is_garbled_even_if_everything_else_matches() -> None:
    answer = Found(record(number=PersonalNumber("001999000002")))
    assert await prove(claim(), answer) == ProofOutcome(Verdict.GARBLED, "r1", NOW, reason="wrong_person")


@pytest.mark.parametrize(
    ("answer", "verdict", "reason"),
    [
        (NoRecord(), Verdict.NO_RECORD, ""),
        (NoAnswer("timeout"), Verdict.NO_ANSWER, "timeout"),
        (Garbled("not_xml"), Verdict.GARBLED, "not_xml"),
    ],
)
async def test_no_record_no_answer_and_garbled_stay_apart(
    answer: RegisterAnswer, verdict: Verdict, reason: str
) -> None:
    assert await prove(claim(), answer) == ProofOutcome(verdict, "r1", NOW, reason=reason)


class Noting:
    """A register that notes how it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Purpose, OnBehalfOf, timedelta]] = []

    async def look_up(
        self,
        claimed: ClaimedIdentity,
        *,
        request_id: str,
        purpose: Purpose,
        on_behalf_of: OnBehalfOf,
        deadline: timedelta,
    ) -> RegisterAnswer:
        self.asked.append((request_id, purpose, on_behalf_of, deadline))
        return NoRecord()


async def test_request_purpose_actor_and_deadline_go_to_the_register() -> None:
    register = Noting()
    service = ProofingService(register, deadline=timedelta(seconds=2))
    officer = OnBehalfOf("officer-7")
    await service.prove(claim(), request_id="r7", purpose=PURPOSE, now=NOW, on_behalf_of=officer)
    assert register.asked == [("r7", PURPOSE, officer, timedelta(seconds=2))]


async def test_a_person_who_asks_about_themself_is_the_system_within_the_policy_deadline() -> None:
    register = Noting()
    await ProofingService(register).prove(claim(), request_id="r1", purpose=PURPOSE, now=NOW)
    assert register.asked == [("r1", PURPOSE, SYSTEM, REGISTER_DEADLINE)]
