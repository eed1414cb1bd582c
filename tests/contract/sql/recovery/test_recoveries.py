"""Recoveries: one open for each account, each used once, cancelled for good, and what their end replaces."""

from datetime import datetime, timedelta

import pytest

from idp.account.model import AccountStatus, CountPasswordTry, SealedValue, SetAccountStatus
from idp.adapters.sql.database import Database
from idp.factors.model import AddRecoveryCode, AddTotp, CountTry
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, ContactChangeId, NoticeId, PersonId, RecoveryId, new_id
from idp.recovery.model import (
    NOT_ME,
    CancelRecoveries,
    EndTrust,
    FinishRecovery,
    HoldRecoveries,
    RecoverPassword,
    RecoverPhone,
    Recovery,
    RecoveryMethod,
    RemoveLostFactors,
    RenewReference,
    StartRecovery,
)
from idp.sessions.model import Session
from records.structs import replace
from tests.contract.sql.direct import rows
from tests.contract.sql.engine.test_races import AT_ONCE, race
from tests.support.running.sql_stores import HOUR, NOW, digest, event, granted, sealed, signed_in

WEEK = timedelta(days=7)
NEW_PHONE = SealedValue(digest("+84912345678"), sealed("+84912345678"))


def waiting(session: Session, reference: str = "reference") -> Recovery:
    """Return a recovery that waits a week and stays open for two."""
    return Recovery(
        id=RecoveryId(new_id()),
        person_id=session.person_id,
        account_id=session.account_id,
        way=RecoveryMethod.WAITING,
        reference_hash=digest(reference),
        phone=NEW_PHONE,
        started_at=NOW,
        ready_at=NOW + WEEK,
        ends_at=NOW + 3 * WEEK,
    )


def held(session: Session) -> Recovery:
    """Return a recovery by a factor: ready at once, for half an hour."""
    by_factor = replace(waiting(session, new_id()), way=RecoveryMethod.FACTOR, phone=None)
    return replace(by_factor, ready_at=NOW, ends_at=NOW + HOUR / 2)


def start(recovery: Recovery) -> tuple[Effect, ...]:
    return HoldRecoveries(person_id=recovery.person_id, account_id=recovery.account_id), StartRecovery(
        recovery=recovery
    )


def cancel(session: Session, notice_id: NoticeId | None = None) -> CancelRecoveries:
    return CancelRecoveries(person_id=session.person_id, account_id=session.account_id, at=NOW, notice_id=notice_id)


async def test_a_recovery_is_found_by_its_reference_by_its_id_and_by_its_account(database: Database) -> None:
    recovery = waiting(await signed_in(database))
    assert await database.ledger.commit(*start(recovery))
    assert await database.recoveries.by_reference(digest("reference")) == recovery
    assert await database.recoveries.by_id(recovery.person_id, recovery.id) == recovery
    assert await database.recoveries.open_of(recovery.person_id, recovery.account_id, NOW) == recovery
    assert await database.recoveries.by_reference(digest("another")) is None


async def test_one_of_fifty_starts_for_an_account_wins(store: str, database: Database, neighbour: Database) -> None:
    session = await signed_in(database)
    won = await race((database, neighbour), lambda n: start(waiting(session, f"reference {n}")))
    assert len(won) == 1
    assert await rows(store, "SELECT count(*) FROM recoveries") == [(1,)]


async def test_a_second_one_is_too_late_until_the_first_has_run_out(database: Database) -> None:
    session = await signed_in(database)
    first = waiting(session)
    assert await database.ledger.commit(*start(first))
    assert not await database.ledger.commit(*start(waiting(session, "second")))
    later = replace(waiting(session, "third"), started_at=first.ends_at, ends_at=first.ends_at + WEEK)
    assert await database.ledger.commit(*start(later))


async def test_one_of_fifty_uses_wins(database: Database, neighbour: Database) -> None:
    session = await signed_in(database)
    recovery = held(session)
    assert await database.ledger.commit(*start(recovery))
    finish = FinishRecovery(person_id=session.person_id, recovery_id=recovery.id, now=NOW)
    won = await race(
        (database, neighbour),
        lambda _: (HoldRecoveries(person_id=session.person_id, account_id=session.account_id), finish),
    )
    assert len(won) == 1


@pytest.mark.parametrize(
    ("at", "used"),
    [
        (NOW + WEEK - timedelta(seconds=1), False),
        (NOW + WEEK, True),
        (NOW + 3 * WEEK - timedelta(seconds=1), True),
        (NOW + 3 * WEEK, False),
    ],
    ids=["early", "ready", "still open", "run out"],
)
async def test_a_recovery_is_used_between_its_two_instants_only(database: Database, at: datetime, used: bool) -> None:
    session = await signed_in(database)
    recovery = waiting(session)
    assert await database.ledger.commit(*start(recovery))
    assert (
        await database.ledger.commit(FinishRecovery(person_id=session.person_id, recovery_id=recovery.id, now=at))
        is used
    )


async def test_a_cancelled_one_is_never_used_and_its_person_is_told(database: Database) -> None:
    session, notice_id = await signed_in(database), NoticeId(new_id())
    recovery = waiting(session)
    assert await database.ledger.commit(*start(recovery))
    assert await database.ledger.commit(cancel(session, notice_id))
    assert not await database.ledger.commit(
        FinishRecovery(person_id=session.person_id, recovery_id=recovery.id, now=recovery.ready_at)
    )
    assert not await database.ledger.commit(
        RenewReference(person_id=session.person_id, recovery_id=recovery.id, reference_hash=digest("new"), now=NOW)
    )
    [notice] = await database.notices.of_person(session.person_id, 10)
    assert (notice.id, notice.kind, notice.at) == (notice_id, "recovery_cancelled", NOW)


async def test_cancelling_and_finishing_at_once_one_of_them_happens(database: Database, neighbour: Database) -> None:
    session = await signed_in(database)
    recovery = held(session)
    assert await database.ledger.commit(*start(recovery))
    hold = HoldRecoveries(person_id=session.person_id, account_id=session.account_id)
    finish = FinishRecovery(person_id=session.person_id, recovery_id=recovery.id, now=NOW)
    won = await race(
        (database, neighbour),
        lambda n: (hold, finish) if n % 2 else (hold, cancel(session, NoticeId(new_id()))),
        AT_ONCE,
    )
    after = await database.recoveries.by_id(session.person_id, recovery.id)
    assert after is not None
    assert (after.finished_at is None) is (after.cancelled_at is not None)
    assert len([n for n in won if n % 2]) == (1 if after.finished_at else 0)


@pytest.mark.parametrize("notice_id", [None, "n" * 26])
async def test_without_anything_that_waits_nobody_is_told(database: Database, notice_id: NoticeId | None) -> None:
    session = await signed_in(database)
    assert await database.ledger.commit(*start(held(session)))
    assert await database.ledger.commit(cancel(session, notice_id))
    assert await database.notices.of_person(session.person_id, 10) == []


async def test_another_accounts_recovery_goes_on(database: Database) -> None:
    one, other = await signed_in(database), await signed_in(database, "079999000002")
    recovery = waiting(other)
    assert await database.ledger.commit(*start(recovery))
    assert await database.ledger.commit(cancel(one))
    assert await database.recoveries.open_of(other.person_id, other.account_id, NOW) == recovery


async def test_a_renewed_reference_replaces_the_old_one(database: Database) -> None:
    session = await signed_in(database)
    recovery = waiting(session, "old")
    assert await database.ledger.commit(*start(recovery))
    assert await database.ledger.commit(
        RenewReference(person_id=session.person_id, recovery_id=recovery.id, reference_hash=digest("new"), now=NOW)
    )
    assert await database.recoveries.by_reference(digest("old")) is None
    found = await database.recoveries.by_reference(digest("new"))
    assert found is not None
    assert found.ready_at == recovery.ready_at


async def test_a_recovery_of_nobody_is_kept_and_is_nobody_to_remind(database: Database) -> None:
    nobody = replace(waiting(await signed_in(database)), person_id=PersonId("0" * 26), account_id=AccountId("0" * 26))
    assert await database.ledger.commit(*start(nobody))
    assert await database.recoveries.by_reference(digest("reference")) == nobody
    assert await database.recoveries.waiting(NOW, NOW, "", 10) == []


async def test_those_who_wait_are_listed_in_pages_from_a_day_on_until_they_are_ready(database: Database) -> None:
    begun = [waiting(await signed_in(database, f"00189900000{n}"), f"reference {n}") for n in range(3)]
    for recovery in begun:
        assert await database.ledger.commit(*start(recovery))
    day, ids = NOW + timedelta(days=1), sorted(recovery.id for recovery in begun)
    assert await database.recoveries.waiting(NOW - HOUR, day, "", 10) == []
    first = await database.recoveries.waiting(NOW, day, "", 2)
    rest = await database.recoveries.waiting(NOW, day, first[-1].id, 2)
    assert [recovery.id for recovery in (*first, *rest)] == ids
    assert await database.recoveries.waiting(NOW, NOW + WEEK, "", 10) == []


async def test_a_recovered_password_starts_with_no_wrong_tries_at_any_factor(database: Database, store: str) -> None:
    session = await signed_in(database)
    assert await database.ledger.commit(
        CountPasswordTry(account_id=session.account_id, person_id=session.person_id, now=NOW, limit=100)
    )
    assert await database.ledger.commit(
        CountTry(person_id=session.person_id, account_id=session.account_id, factor="recovery.sms", now=NOW, limit=100)
    )
    assert await database.ledger.commit(
        RecoverPassword(person_id=session.person_id, account_id=session.account_id, password_hash="a new hash")
    )
    record = await database.accounts.by_id(session.person_id, session.account_id)
    assert record is not None
    assert (record.password.hash, record.password.failures, record.password.short) == ("a new hash", 0, False)
    assert await rows(store, "SELECT count(*) FROM factor_tries") == [(0,)]


async def test_a_recovered_phone_takes_the_place_of_the_lost_one(database: Database, store: str) -> None:
    session = await signed_in(database)
    effect = RecoverPhone(
        person_id=session.person_id,
        account_id=session.account_id,
        change_id=ContactChangeId(new_id()),
        phone=NEW_PHONE,
        profile_sealed=sealed("profile"),
        at=NOW,
    )
    assert await database.ledger.commit(effect)
    record = await database.accounts.by_id(session.person_id, session.account_id)
    assert record is not None
    assert (record.phone_sealed, record.profile_sealed) == (NEW_PHONE.sealed, sealed("profile"))
    assert await rows(store, "SELECT count(*) FROM contacts") == [(1,)]


async def test_lost_factors_are_removed_of_this_account_only(database: Database) -> None:
    one, other = await signed_in(database), await signed_in(database, "079999000002")
    for session in (one, other):
        assert await database.ledger.commit(
            AddTotp(
                person_id=session.person_id,
                account_id=session.account_id,
                secret_sealed=sealed("secret"),
                last_step=1,
                created_at=NOW,
            ),
            AddRecoveryCode(
                person_id=session.person_id, account_id=session.account_id, code_hash=digest("code"), created_at=NOW
            ),
        )
    assert await database.ledger.commit(RemoveLostFactors(person_id=one.person_id, account_id=one.account_id))
    left = [await database.factors.of_account(session.person_id, session.account_id) for session in (one, other)]
    assert [(found.totp is None, found.recovery_codes) for found in left] == [(True, 0), (False, 1)]


async def test_rc_5_grants_of_the_account_end_and_others_go_on(database: Database) -> None:
    one, other = await signed_in(database), await signed_in(database, "079999000002")
    grants = [(await granted(database, session, offline=True))[0] for session in (one, other)]
    assert await database.ledger.commit(
        EndTrust(person_id=one.person_id, account_id=one.account_id, at=NOW, reason=NOT_ME), event()
    )
    states = [await database.grants.state(grant.id, "", NOW) for grant in grants]
    assert [state is not None and state.alive for state in states] == [False, True]


@pytest.mark.parametrize(
    ("reasons", "stands", "left"),
    [
        ((NOT_ME,), NOT_ME, None),
        ((NOT_ME, NOT_ME), NOT_ME, None),
        (("operator",), "operator", None),
        ((NOT_ME, "operator"), "operator", NOT_ME),
        (("operator", NOT_ME), "operator", NOT_ME),
        ((NOT_ME, "operator", NOT_ME), "operator", NOT_ME),
    ],
)
async def test_an_operators_reason_of_a_lock_stays_until_it_is_lifted(
    database: Database, reasons: tuple[str, ...], stands: str, left: str | None
) -> None:
    """Recovery lifts the owner's own lock and never an operator's; lifting an operator's leaves the owner's."""
    session = await signed_in(database)
    status = AccountStatus.OPEN
    for reason in reasons:
        lock = SetAccountStatus(
            account_id=session.account_id,
            person_id=session.person_id,
            before=status,
            status=AccountStatus.LOCKED,
            at=NOW,
            reason=reason,
            gives_up_at=NOW + HOUR,
        )
        assert await database.ledger.commit(lock)
        status = AccountStatus.LOCKED
    assert await database.recoveries.locked_for(session.person_id, session.account_id) == stands
    opened = SetAccountStatus(
        account_id=session.account_id,
        person_id=session.person_id,
        before=status,
        status=AccountStatus.OPEN,
        at=NOW,
        reason="recovered",
        gives_up_at=NOW + HOUR,
    )
    assert await database.ledger.commit(opened)
    assert await database.recoveries.locked_for(session.person_id, session.account_id) == left
