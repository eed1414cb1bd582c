"""Approvals in the store: asked seldom, answered once, used once."""

from datetime import timedelta

import pytest

from idp.adapters.sql.database import Database
from idp.factors.approval_model import AnswerApproval, Approval, OpenApproval, UseApproval
from idp.factors.model import HoldAccount
from idp.kernel.ids import AccountId, ApprovalId, SessionId, new_id
from idp.sessions.model import EndSession, Session, StartSession
from records.structs import replace
from tests.contract.sql.engine.test_races import race
from tests.support.running.sql_stores import HOUR, NOW, digest, signed_in

LIFE = timedelta(minutes=2)


def approval_of(session: Session, *, at: timedelta = timedelta(0)) -> Approval:
    return Approval(
        id=ApprovalId(new_id()),
        person_id=session.person_id,
        account_id=session.account_id,
        match_number=42,
        browser="Firefox, Windows",
        address="192.0.2.7",
        created_at=NOW + at,
        expires_at=NOW + at + LIFE,
    )


def ask(approval: Approval) -> tuple[HoldAccount, OpenApproval]:
    held = HoldAccount(person_id=approval.person_id, account_id=approval.account_id)
    return held, OpenApproval(approval=approval, since=approval.created_at - HOUR, limit=3)


def answer(
    approval: Approval, *, yes: bool = True, at: timedelta = timedelta(0), by: SessionId = SessionId("another session")
) -> AnswerApproval:
    return AnswerApproval(
        person_id=approval.person_id,
        account_id=approval.account_id,
        approval_id=approval.id,
        session_id=by,
        approved=yes,
        now=NOW + at,
    )


def use(approval: Approval, *, at: timedelta = timedelta(0), asking: SessionId = SessionId("")) -> UseApproval:
    return UseApproval(person_id=approval.person_id, approval_id=approval.id, asking_session_id=asking, now=NOW + at)


async def asked(database: Database) -> Approval:
    approval = approval_of(await signed_in(database))
    assert await database.ledger.commit(*ask(approval))
    return approval


async def test_an_open_question_is_read_as_it_was_asked(database: Database) -> None:
    approval = await asked(database)
    assert list(await database.approvals.open_for(approval.person_id, approval.account_id, NOW)) == [approval]
    assert await database.approvals.by_id(approval.person_id, approval.id) == approval
    assert await database.approvals.by_id(approval.person_id, ApprovalId(new_id())) is None


async def test_a_question_is_open_for_its_life_only(database: Database) -> None:
    approval = await asked(database)
    assert list(await database.approvals.open_for(approval.person_id, approval.account_id, NOW + LIFE)) == []
    assert not await database.ledger.commit(answer(approval, at=LIFE))


async def test_asvs_6_6_4_three_questions_an_hour_also_at_once(database: Database, neighbour: Database) -> None:
    session = await signed_in(database)
    questions = [approval_of(session) for _ in range(50)]
    assert len(await race((database, neighbour), lambda n: ask(questions[n]))) == 3
    assert not await database.ledger.commit(*ask(approval_of(session, at=HOUR - timedelta(seconds=1))))
    assert await database.ledger.commit(*ask(approval_of(session, at=HOUR)))


async def test_one_of_fifty_answers_counts(database: Database, neighbour: Database) -> None:
    approval = await asked(database)
    won = await race((database, neighbour), lambda n: (answer(approval, yes=n % 2 == 0),))
    answered = await database.approvals.by_id(approval.person_id, approval.id)
    assert len(won) == 1
    assert answered is not None
    assert answered.approved is (won[0] % 2 == 0)
    assert list(await database.approvals.open_for(approval.person_id, approval.account_id, NOW)) == []


async def test_one_of_fifty_uses_of_a_yes_wins(database: Database, neighbour: Database) -> None:
    approval = await asked(database)
    assert await database.ledger.commit(answer(approval))
    assert len(await race((database, neighbour), lambda _: (use(approval),))) == 1


@pytest.mark.parametrize(
    ("yes", "at", "asking"),
    [(False, timedelta(0), ""), (True, LIFE, ""), (True, timedelta(0), "another session")],
    ids=["a no", "too late", "answered by the session that asks"],
)
async def test_what_is_no_good_yes_is_not_used(database: Database, yes: bool, at: timedelta, asking: SessionId) -> None:
    approval = await asked(database)
    assert await database.ledger.commit(answer(approval, yes=yes))
    assert not await database.ledger.commit(use(approval, at=at, asking=asking))


async def test_a_question_without_an_answer_is_not_used(database: Database) -> None:
    assert not await database.ledger.commit(use(await asked(database)))


async def test_another_account_of_the_person_does_not_answer(database: Database) -> None:
    approval = await asked(database)
    assert not await database.ledger.commit(replace(answer(approval), account_id=AccountId(new_id())))


async def approver(
    database: Database, session: Session, asking: SessionId = SessionId(""), at: timedelta = timedelta(0)
) -> bool:
    return await database.approvals.has_approver(session.person_id, session.account_id, asking, NOW + at)


@pytest.mark.parametrize(
    ("amr", "shared", "can"),
    [
        (("otp", "pwd", "mfa"), False, True),
        (("hwk", "mfa"), False, True),
        (("pwd",), False, False),
        (("otp", "pwd", "mfa"), True, False),
    ],
    ids=["two factors", "a passkey", "a password alone", "a shared computer"],
)
async def test_who_can_answer(database: Database, amr: tuple[str, ...], shared: bool, can: bool) -> None:
    session = await signed_in(database)
    other = replace(session, id=SessionId(new_id()), secret_hash=digest("other"), amr=amr, shared_computer=shared)
    assert await database.ledger.commit(StartSession(session=other))
    assert await approver(database, session) is can
    assert not await approver(database, session, asking=other.id)


async def test_ended_and_expired_sessions_do_not_answer(database: Database) -> None:
    session = await signed_in(database)
    other = replace(
        session, id=SessionId(new_id()), secret_hash=digest("other"), amr=("hwk", "mfa"), idle_until=NOW + HOUR
    )
    assert await database.ledger.commit(StartSession(session=other))
    assert not await approver(database, session, at=HOUR)
    assert await database.ledger.commit(
        EndSession(session_id=other.id, person_id=other.person_id, at=NOW, reason="test")
    )
    assert not await approver(database, session)
