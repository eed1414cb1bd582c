"""Second factors in the store: tries counted with their wait, secrets used once, fifty at once."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from idp.account.model import AccountStatus, SetAccountStatus
from idp.adapters.sql.database import Database
from idp.factors.model import (
    AddRecoveryCode,
    AddTotp,
    CountTry,
    DropRecoveryCodes,
    ForgetTries,
    HoldAccount,
    RemoveTotp,
    SetTwoSteps,
    Tries,
    UseRecoveryCode,
    UseTotpStep,
)
from idp.kernel.effects import Effect
from idp.sessions.model import Session
from idp.sign_in.throttling import FAILURE_LIMIT, delay_after
from records.structs import replace
from tests.contract.sql.direct import rows, run
from tests.contract.sql.engine.test_races import AT_ONCE, race
from tests.support.running.sql_stores import HOUR, NOW, digest, sealed, signed_in


def count_try(session: Session, factor: str = "totp", *, at: timedelta = timedelta(0)) -> CountTry:
    return CountTry(
        person_id=session.person_id, account_id=session.account_id, factor=factor, now=NOW + at, limit=FAILURE_LIMIT
    )


def add_totp(session: Session, last_step: int = 100) -> AddTotp:
    return AddTotp(
        person_id=session.person_id,
        account_id=session.account_id,
        secret_sealed=sealed("totp"),
        last_step=last_step,
        created_at=NOW,
    )


def add_code(session: Session, code: str) -> AddRecoveryCode:
    return AddRecoveryCode(
        person_id=session.person_id, account_id=session.account_id, code_hash=digest(code), created_at=NOW
    )


def use_code(session: Session, code: str) -> UseRecoveryCode:
    return UseRecoveryCode(person_id=session.person_id, account_id=session.account_id, code_hash=digest(code), now=NOW)


def new_set(session: Session, name: str) -> Sequence[Effect]:
    held, dropped = (
        kind(person_id=session.person_id, account_id=session.account_id) for kind in (HoldAccount, DropRecoveryCodes)
    )
    return (held, dropped, *(add_code(session, f"{name} {n}") for n in range(10)))


async def tries(database: Database, session: Session, factor: str = "totp") -> Tries:
    return await database.factors.tries(session.person_id, session.account_id, factor)


async def test_nothing_was_tried_at_first(database: Database) -> None:
    session = await signed_in(database)
    assert await tries(database, session) == Tries(0, None)


async def test_sp_800_63b_3_2_2_each_try_brings_the_wait_that_the_rule_says(database: Database) -> None:
    session = await signed_in(database)
    at = timedelta(0)
    for count in range(1, 20):
        assert await database.ledger.commit(count_try(session, at=at)), count
        wait = delay_after(count)
        assert await tries(database, session) == Tries(count, NOW + at + wait), count
        at += wait


async def test_no_try_while_the_wait_runs_and_one_when_it_is_over(database: Database) -> None:
    session = await signed_in(database)
    for _ in range(5):
        assert await database.ledger.commit(count_try(session))
    wait = delay_after(5)
    assert not await database.ledger.commit(count_try(session, at=wait - timedelta(microseconds=1)))
    assert await database.ledger.commit(count_try(session, at=wait))


async def test_a_burst_cannot_outrun_the_wait(database: Database, neighbour: Database) -> None:
    session = await signed_in(database)
    won = await race((database, neighbour), lambda _: (count_try(session),))
    assert len(won) == 5
    assert (await tries(database, session)).failures == 5


async def test_sp_800_63b_3_2_2_after_a_hundred_the_factor_is_no_good(database: Database) -> None:
    session = await signed_in(database)
    for n in range(FAILURE_LIMIT):
        assert await database.ledger.commit(count_try(session, at=n * HOUR))
    assert not await database.ledger.commit(count_try(session, at=timedelta(days=3650)))
    assert (await tries(database, session)).failures == FAILURE_LIMIT


async def test_factors_are_counted_apart_and_forgotten_apart(database: Database) -> None:
    session = await signed_in(database)
    assert await database.ledger.commit(count_try(session, "totp"), count_try(session, "sms"))
    assert await database.ledger.commit(
        ForgetTries(person_id=session.person_id, account_id=session.account_id, factor="totp")
    )
    assert await tries(database, session, "totp") == Tries(0, None)
    assert (await tries(database, session, "sms")).failures == 1


async def test_rfc6238_5_2_one_of_fifty_uses_of_a_step_wins(database: Database, neighbour: Database) -> None:
    session = await signed_in(database)
    assert await database.ledger.commit(add_totp(session))
    use = UseTotpStep(person_id=session.person_id, account_id=session.account_id, last_step=101, now=NOW)
    assert len(await race((database, neighbour), lambda _: (use,))) == 1


@pytest.mark.parametrize("step", [99, 100])
async def test_rfc6238_5_2_no_step_at_or_before_the_last_accepted(database: Database, step: int) -> None:
    session = await signed_in(database)
    assert await database.ledger.commit(add_totp(session))
    assert not await database.ledger.commit(
        UseTotpStep(person_id=session.person_id, account_id=session.account_id, last_step=step, now=NOW)
    )


async def test_an_account_has_one_secret_until_it_is_removed(database: Database) -> None:
    session = await signed_in(database)
    remove = RemoveTotp(person_id=session.person_id, account_id=session.account_id)
    assert not await database.ledger.commit(remove)
    assert await database.ledger.commit(add_totp(session))
    assert not await database.ledger.commit(add_totp(session, 200))
    enrolled = await database.factors.of_account(session.person_id, session.account_id)
    assert enrolled.totp is not None
    assert (enrolled.totp.secret_sealed, enrolled.totp.last_step, enrolled.totp.created_at) == (
        sealed("totp"),
        100,
        NOW,
    )
    assert await database.ledger.commit(remove)
    assert (await database.factors.of_account(session.person_id, session.account_id)).totp is None


async def test_one_of_fifty_uses_of_a_recovery_code_wins(database: Database, neighbour: Database) -> None:
    session = await signed_in(database)
    assert await database.ledger.commit(*new_set(session, "set"))
    assert len(await race((database, neighbour), lambda _: (use_code(session, "set 3"),))) == 1
    enrolled = await database.factors.of_account(session.person_id, session.account_id)
    assert (enrolled.recovery_codes, enrolled.recovery_codes_made_at) == (9, NOW)
    assert not await database.factors.has_recovery_code(session.person_id, session.account_id, digest("set 3"))
    assert await database.factors.has_recovery_code(session.person_id, session.account_id, digest("set 4"))


async def test_a_new_set_ends_the_old_one_also_when_made_at_once(
    store: str, database: Database, neighbour: Database
) -> None:
    session = await signed_in(database)
    won = await race((database, neighbour), lambda n: new_set(session, f"set {n}"), 12)
    assert len(won) == 12
    assert await rows(store, "SELECT count(*) FROM recovery_codes") == [(10,)]


async def test_codes_of_another_account_are_worth_nothing(database: Database) -> None:
    mine, other = await signed_in(database), await signed_in(database, "001899000002")
    assert await database.ledger.commit(add_code(other, "theirs"))
    assert not await database.ledger.commit(use_code(mine, "theirs"))
    assert not await database.ledger.commit(replace(use_code(other, "theirs"), account_id=mine.account_id))


async def test_a_locked_account_is_not_held(database: Database) -> None:
    session = await signed_in(database)
    lock = SetAccountStatus(
        account_id=session.account_id,
        person_id=session.person_id,
        before=AccountStatus.OPEN,
        status=AccountStatus.LOCKED,
        at=NOW,
        reason="test",
        gives_up_at=NOW + HOUR,
    )
    assert await database.ledger.commit(lock)
    assert not await database.ledger.commit(*new_set(session, "set"))
    assert not await database.ledger.commit(
        SetTwoSteps(person_id=session.person_id, account_id=session.account_id, two_steps=True)
    )


async def test_sp_800_63b_3_1_1_1_two_steps_stay_on_while_the_password_is_short(store: str, database: Database) -> None:
    session = await signed_in(database)
    on, off = (
        SetTwoSteps(person_id=session.person_id, account_id=session.account_id, two_steps=wanted)
        for wanted in (True, False)
    )
    assert await database.ledger.commit(on)
    await run(store, "UPDATE passwords SET short = TRUE")
    assert not await database.ledger.commit(off)
    await run(store, "UPDATE passwords SET short = FALSE")
    assert await database.ledger.commit(off)


def test_the_race_is_as_long_as_the_issue_asks() -> None:
    assert AT_ONCE == 50
