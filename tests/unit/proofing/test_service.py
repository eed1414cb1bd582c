"""Proving: match first, look up only where the purpose allows, and records go only to whom they belong."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from idp.proofing.model import SYSTEM, ClaimedIdentity, OnBehalfOf, ProofOutcome, Purpose, RegisterRecord, Verdict
from idp.proofing.policy import REGISTER_DEADLINE
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
from tests.support.plain.register import PlainRegister

NUMBER = PersonalNumber("001899000001")
NOW = datetime(2026, 10, 1, 8, 30, tzinfo=UTC)
PURPOSE = Purpose("1.012766", "đăng ký tài khoản", may_look_up=True)
MATCH_ONLY = Purpose("1.012766", "kiểm tra lại định kỳ")


def claim(name: str = "Nguyễn Thị Hoà", born: str = "1990-05-17") -> ClaimedIdentity:
    return ClaimedIdentity(NUMBER, name, BirthDate.parse(born))


def record(name: str = "NGUYỄN THỊ HOÀ", born: str = "1990-05-17", number: PersonalNumber = NUMBER) -> RegisterRecord:
    return RegisterRecord(number, name, BirthDate.parse(born))


class Scripted:
    """A register that gives two set answers and notes how it was asked."""

    def __init__(self, matched: MatchAnswer, found: RegisterAnswer = NoRecord(), takes: float = 0) -> None:  # noqa: B008
        self.matched = matched
        self.found = found
        self.takes = takes
        self.asked: list[tuple[str, str, Purpose, OnBehalfOf, timedelta]] = []

    async def match(
        self,
        claimed: ClaimedIdentity,
        *,
        request_id: str,
        purpose: Purpose,
        on_behalf_of: OnBehalfOf,
        deadline: timedelta,
    ) -> MatchAnswer:
        self.asked.append(("match", request_id, purpose, on_behalf_of, deadline))
        await asyncio.sleep(self.takes)
        return self.matched

    async def look_up(
        self,
        claimed: ClaimedIdentity,
        *,
        request_id: str,
        purpose: Purpose,
        on_behalf_of: OnBehalfOf,
        deadline: timedelta,
    ) -> RegisterAnswer:
        self.asked.append(("look_up", request_id, purpose, on_behalf_of, deadline))
        return self.found

    @property
    def questions(self) -> list[str]:
        return [asked[0] for asked in self.asked]


async def prove(claimed: ClaimedIdentity, answer: RegisterAnswer) -> ProofOutcome:
    """Ask a register that knows nothing else, for registration."""
    register = PlainRegister()
    register.trouble = answer
    return await asked_of(register, claimed=claimed, spelling_needed=True)


async def asked_of(
    register: PopulationRegister,
    purpose: Purpose = PURPOSE,
    *,
    claimed: ClaimedIdentity | None = None,
    spelling_needed: bool = False,
) -> ProofOutcome:
    return await ProofingService(register).prove(
        claimed or claim(), request_id="r1", purpose=purpose, now=NOW, spelling_needed=spelling_needed
    )


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
    assert await prove(claim(), answer) == ProofOutcome(
        Verdict.GARBLED, "r1", NOW, reason="wrong_person", looked_up=True
    )


@pytest.mark.parametrize(
    ("answer", "verdict", "reason", "looked_up"),
    [
        (NoRecord(), Verdict.NO_RECORD, "", True),
        (NoAnswer("timeout"), Verdict.NO_ANSWER, "timeout", False),
        (Garbled("not_xml"), Verdict.GARBLED, "not_xml", False),
    ],
)
async def test_no_record_no_answer_and_garbled_stay_apart(
    answer: RegisterAnswer, verdict: Verdict, reason: str, looked_up: bool
) -> None:
    expected = ProofOutcome(verdict, "r1", NOW, reason=reason, looked_up=looked_up)
    assert await prove(claim(), answer) == expected


@pytest.mark.parametrize("purpose", [PURPOSE, MATCH_ONLY])
async def test_7_2_a_yes_proves_without_any_look_up(purpose: Purpose) -> None:
    register = Scripted(Matched(), Found(record()))
    assert await asked_of(register, purpose) == ProofOutcome(Verdict.IDENTICAL, "r1", NOW)
    assert register.questions == ["match"]


async def test_7_2_the_spelling_is_looked_up_only_where_the_purpose_allows_it() -> None:
    register = Scripted(Matched(), Found(record()))
    outcome = await asked_of(register, MATCH_ONLY, spelling_needed=True)
    assert (outcome.record, register.questions) == (None, ["match"])


async def test_a_yes_with_the_spelling_needed_brings_the_registers_record() -> None:
    register = Scripted(Matched(), Found(record()))
    outcome = await asked_of(register, spelling_needed=True)
    assert (outcome.verdict, outcome.record) == (Verdict.IDENTICAL, record())
    assert register.questions == ["match", "look_up"]


async def test_7_2_a_no_stays_a_no_where_the_purpose_allows_no_look_up() -> None:
    register = Scripted(NotMatched(), Found(record()))
    assert await asked_of(register, MATCH_ONLY) == ProofOutcome(Verdict.DIFFERENT, "r1", NOW)
    assert register.questions == ["match"]


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (Found(record("NGUYỄN THỊ HÒA")), Verdict.SAME),
        (Found(record("NGUYEN THI HOA")), Verdict.NEAR),
        (Found(record("TRẦN VĂN NAM")), Verdict.DIFFERENT),
        (Found(record(born="1990")), Verdict.IDENTICAL),
        (NoRecord(), Verdict.NO_RECORD),
        (NoAnswer("timeout"), Verdict.NO_ANSWER),
        (Garbled("not_xml"), Verdict.GARBLED),
    ],
)
async def test_a_no_is_told_apart_by_a_look_up_where_the_purpose_allows_it(
    found: RegisterAnswer, verdict: Verdict
) -> None:
    assert (await asked_of(Scripted(NotMatched(), found))).verdict is verdict


@pytest.mark.parametrize("answer", [NoAnswer("timeout"), Garbled("not_xml")])
async def test_a_match_without_an_answer_is_not_followed_by_a_look_up(answer: NoAnswer | Garbled) -> None:
    register = Scripted(answer, Found(record()))
    outcome = await asked_of(register, spelling_needed=True)
    assert (outcome.reason, register.questions) == (answer.reason, ["match"])


async def test_a_yes_stands_when_only_the_spelling_gets_no_answer() -> None:
    register = Scripted(Matched(), NoAnswer("timeout"))
    outcome = await asked_of(register, spelling_needed=True)
    assert outcome == ProofOutcome(Verdict.IDENTICAL, "r1", NOW, looked_up=True)


@pytest.mark.parametrize("found", [NoRecord(), Found(record("TRẦN VĂN NAM"))])
async def test_al_7_two_answers_that_exclude_each_other_prove_nothing(found: RegisterAnswer) -> None:
    outcome = await asked_of(Scripted(Matched(), found), spelling_needed=True)
    assert (outcome.verdict, outcome.reason, outcome.record) == (Verdict.GARBLED, "contradiction", None)


async def test_al_7_a_yes_followed_by_somebody_elses_record_is_garbled() -> None:
    found = Found(record(number=PersonalNumber("001999000002")))
    outcome = await asked_of(Scripted(Matched(), found), spelling_needed=True)
    assert (outcome.verdict, outcome.reason, outcome.record) == (Verdict.GARBLED, "wrong_person", None)


async def test_a_register_that_matches_more_loosely_than_we_do_is_held_to_its_own_record() -> None:
    outcome = await asked_of(Scripted(Matched(), Found(record("NGUYEN THI HOA"))), spelling_needed=True)
    assert (outcome.verdict, outcome.record) == (Verdict.NEAR, None)


async def test_request_purpose_actor_and_deadline_go_to_the_register_with_both_questions() -> None:
    register = Scripted(NotMatched())
    service = ProofingService(register, deadline=timedelta(seconds=2))
    officer = OnBehalfOf("officer-7")
    await service.prove(claim(), request_id="r7", purpose=PURPOSE, now=NOW, on_behalf_of=officer)
    assert [asked[:4] for asked in register.asked] == [
        ("match", "r7", PURPOSE, officer),
        ("look_up", "r7", PURPOSE, officer),
    ]
    assert all(asked[4] <= timedelta(seconds=2) for asked in register.asked)


async def test_both_questions_share_one_deadline() -> None:
    register = Scripted(NotMatched(), takes=0.05)
    service = ProofingService(register, deadline=timedelta(seconds=0.2))
    await service.prove(claim(), request_id="r1", purpose=PURPOSE, now=NOW)
    assert register.asked[1][4] < timedelta(seconds=0.16)


async def test_a_person_who_asks_about_themself_is_the_system_within_the_policy_deadline() -> None:
    register = Scripted(NotMatched())
    await asked_of(register)
    _, _, _, actor, deadline = register.asked[0]
    assert actor == SYSTEM
    assert REGISTER_DEADLINE - timedelta(seconds=1) < deadline <= REGISTER_DEADLINE


def test_7_2_without_leave_a_purpose_allows_no_look_up() -> None:
    assert not Purpose("1.012766", "kiểm tra").may_look_up
