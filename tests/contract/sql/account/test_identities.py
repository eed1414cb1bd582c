"""Receipts, numbers with their history, proofs, and the register's feed on SQL."""

import asyncio
from datetime import timedelta

import pytest

from idp.account.model import (
    Account,
    AccountStatus,
    OpenAccount,
    ProofState,
    SealedValue,
    SetAccountStatus,
)
from idp.adapters.sql.database import Database
from idp.admin.infrastructure.ports import FeedPosition
from idp.grants.model import ClaimOnce
from idp.kernel.ids import AccountId, PersonId, new_id
from idp.proofing.proof import KeepReceipt, ReplaceNumber, RevokeGrantsOfAccount, SetProof, StoredReceipt
from tests.contract.sql.direct import rows
from tests.support.running.sql_stores import HOUR, NOW, digest, granted, opening, sealed, signed_in

OLD, NEW = "001899000001", "001899000002"
DAY = timedelta(days=1)


@pytest.fixture
async def opened(database: Database) -> OpenAccount:
    effect = opening(OLD)
    assert await database.ledger.commit(effect)
    return effect


def receipt(verdict: str = "identical", at: int = 0) -> StoredReceipt:
    return StoredReceipt(
        new_id(), "population", "DVCQG-DANGKY", "system", verdict, new_id(), NOW + at * HOUR, "header.claims.signature"
    )


def replacing(account: Account, old: str = OLD, new: str = NEW) -> ReplaceNumber:
    return ReplaceNumber(
        person_id=account.person_id,
        account_id=account.id,
        old_index=digest(old),
        new=SealedValue(digest(new), sealed(new)),
        at=NOW + DAY,
    )


async def test_receipts_are_read_newest_first(database: Database) -> None:
    person = PersonId(new_id())
    kept = [receipt("no_record"), receipt("identical")]
    assert await database.ledger.commit(*(KeepReceipt(receipt=one, person_id=person) for one in kept))
    assert await database.receipts.of_person(person) == sorted(kept, key=lambda one: one.id, reverse=True)


async def test_a_refusal_without_an_account_is_kept_and_is_nobodys(database: Database, store: str) -> None:
    assert await database.ledger.commit(KeepReceipt(receipt=receipt("different"), person_id=None))
    assert await rows(store, "SELECT verdict, person_id FROM receipts") == [("different", None)]


async def test_what_is_held_comes_with_the_last_receipt_that_proved(database: Database, opened: OpenAccount) -> None:
    person, account = opened.account.person_id, opened.account.id
    first, second = receipt("same"), receipt("identical")
    assert await database.ledger.commit(
        *(KeepReceipt(receipt=one, person_id=person) for one in (first, second, receipt("different")))
    )
    held = await database.identities.of_account(person, account)
    assert held is not None
    assert held.receipt_id == max(first.id, second.id)
    assert (held.number_sealed, held.profile_sealed) == (opened.number.sealed, opened.profile_sealed)


async def test_an_account_without_a_receipt_is_held_too(database: Database, opened: OpenAccount) -> None:
    held = await database.identities.of_account(opened.account.person_id, opened.account.id)
    assert held is not None
    assert (held.receipt_id, held.proof) == (None, ProofState.PROVED)


async def test_nobody_holds_an_unknown_account(database: Database) -> None:
    assert await database.identities.of_account(PersonId(new_id()), AccountId(new_id())) is None


async def test_nd70_2024_a_replaced_number_keeps_its_row_and_leads_nowhere(
    database: Database, store: str, opened: OpenAccount
) -> None:
    assert await database.ledger.commit(replacing(opened.account))
    assert await database.accounts.for_sign_in(digest(OLD)) is None
    found = await database.accounts.for_sign_in(digest(NEW))
    assert found is not None
    assert found.account.person_id == opened.account.person_id
    assert len(await rows(store, "SELECT 1 FROM identifiers WHERE valid_to IS NOT NULL")) == 1


async def test_nd70_2024_a_cancelled_number_never_leads_to_another_person(
    database: Database, opened: OpenAccount
) -> None:
    assert await database.ledger.commit(replacing(opened.account))
    assert not await database.ledger.commit(opening(OLD))


async def test_a_number_is_replaced_once(database: Database, opened: OpenAccount) -> None:
    assert await database.ledger.commit(replacing(opened.account))
    assert not await database.ledger.commit(replacing(opened.account))


async def test_a_number_of_another_person_is_not_taken_over(database: Database, opened: OpenAccount) -> None:
    assert await database.ledger.commit(opening(NEW))
    assert not await database.ledger.commit(replacing(opened.account))
    assert await database.accounts.for_sign_in(digest(OLD)) is not None


async def test_a_number_that_comes_back_is_valid_again(database: Database, opened: OpenAccount) -> None:
    assert await database.ledger.commit(replacing(opened.account))
    assert await database.ledger.commit(replacing(opened.account, NEW, OLD))
    assert await database.accounts.for_sign_in(digest(NEW)) is None
    assert await database.accounts.for_sign_in(digest(OLD)) is not None


async def test_whose_number_it_is_counts_cancelled_ones(database: Database, opened: OpenAccount) -> None:
    assert await database.ledger.commit(replacing(opened.account))
    assert await database.identities.held_by_another(digest(OLD), PersonId(new_id()))
    assert not await database.identities.held_by_another(digest(OLD), opened.account.person_id)


async def test_a_new_proof_is_written_with_its_time(database: Database, opened: OpenAccount) -> None:
    account = opened.account
    assert await database.ledger.commit(
        SetProof(person_id=account.person_id, account_id=account.id, proof=ProofState.PROVED, proved_at=NOW + DAY)
    )
    found = await database.accounts.by_id(account.person_id, account.id)
    assert found is not None
    assert (found.account.proof, found.account.proved_at) == (ProofState.PROVED, NOW + DAY)


async def test_a_lowered_proof_keeps_the_time_of_the_last(database: Database, opened: OpenAccount) -> None:
    account = opened.account
    for proof, at in ((ProofState.PROVED, NOW), (ProofState.NOT_PROVED, None)):
        assert await database.ledger.commit(
            SetProof(person_id=account.person_id, account_id=account.id, proof=proof, proved_at=at)
        )
    found = await database.accounts.by_id(account.person_id, account.id)
    assert found is not None
    assert (found.account.proof, found.account.proved_at) == (ProofState.NOT_PROVED, NOW)


async def test_a_closed_account_is_proved_no_more(database: Database, opened: OpenAccount) -> None:
    account = opened.account
    close = SetAccountStatus(
        account_id=account.id,
        person_id=account.person_id,
        before=AccountStatus.OPEN,
        status=AccountStatus.CLOSED,
        at=NOW,
        reason="died",
        gives_up_at=NOW + DAY,
    )
    assert await database.ledger.commit(close)
    assert await database.ledger.commit(
        SetProof(person_id=account.person_id, account_id=account.id, proof=ProofState.NOT_PROVED, proved_at=None)
    )
    found = await database.accounts.by_id(account.person_id, account.id)
    assert found is not None
    assert found.account.proof is ProofState.PROVED


async def test_grants_that_outlive_sessions_end_with_the_account(database: Database) -> None:
    session = await signed_in(database)
    grant, _ = await granted(database, session, offline=True)
    effect = RevokeGrantsOfAccount(person_id=session.person_id, account_id=session.account_id, at=NOW, reason="died")
    assert await database.ledger.commit(effect)
    state = await database.grants.state(grant.id, "jti", NOW)
    assert state is not None
    assert not state.alive


async def test_the_clients_of_a_person_are_listed_once_each(database: Database) -> None:
    session = await signed_in(database)
    for client_id in ("portal", "bank", "portal"):
        await granted(database, session, client_id=client_id)
    assert await database.identities.clients_of(session.person_id) == [
        ("bank", session.person_id),
        ("portal", session.person_id),
    ]
    assert await database.identities.clients_of(PersonId(new_id())) == []


async def test_what_was_applied_is_remembered(database: Database) -> None:
    assert await database.ledger.commit(
        ClaimOnce(purpose="register_change", value_hash=digest("one"), expires_at=NOW + DAY)
    )
    assert await database.identities.applied("register_change", digest("one"))
    assert not await database.identities.applied("register_change", digest("two"))
    assert not await database.identities.applied("another purpose", digest("one"))


async def test_a_feed_begins_at_its_beginning_and_is_read_by_one(database: Database, neighbour: Database) -> None:
    lease = (NOW, NOW + HOUR)
    taken = await asyncio.gather(*(one.feed_positions.lease("population", *lease) for one in (database, neighbour) * 4))
    assert sorted(str(cursor) for cursor in taken) == ["", *["None"] * 7]


async def test_a_feed_goes_on_from_its_cursor_when_it_is_due(database: Database) -> None:
    positions = database.feed_positions
    assert await positions.position("population") is None
    assert await positions.lease("population", NOW, NOW + HOUR) == ""
    await positions.advance("population", "", "page 2", NOW + timedelta(minutes=1))
    assert await positions.lease("population", NOW, NOW + HOUR) is None
    assert await positions.position("population") == FeedPosition("page 2", NOW + timedelta(minutes=1))
    assert await positions.lease("population", NOW + timedelta(minutes=1), NOW + HOUR) == "page 2"


async def test_who_lost_the_lease_does_not_move_the_cursor_back(database: Database) -> None:
    positions = database.feed_positions
    await positions.lease("population", NOW, NOW)
    await positions.advance("population", "", "page 3", NOW)
    await positions.advance("population", "", "page 2", NOW)
    assert await positions.lease("population", NOW, NOW + HOUR) == "page 3"
