"""Passwords and contacts: replaced once, with everything that the old ones had opened."""

import asyncio

import pytest

from clients.model import ClientId
from idp.account.model import Account, CountPasswordTry, SealedValue
from idp.account.own_choices import ReplaceProfile
from idp.adapters.sql.database import Database
from idp.factors.contacts.model import RemoveContact, SetContact
from idp.factors.password.effects import AcceptPassword, ChangePassword, EndOtherAccess
from idp.sessions.model import Session, StartSession
from tests.contract.sql.direct import rows, run
from tests.support.running.sql_stores import HOUR, NOW, digest, granted, opening, sealed, session_of, signed_in

OLD = "$argon2id$placed-by-a-test"


async def opened(database: Database) -> Account:
    effect = opening()
    assert await database.ledger.commit(effect)
    return effect.account


def change(account: Account, new: str = "new", *, before: str = OLD, short: bool = False) -> ChangePassword:
    return ChangePassword(
        account_id=account.id, person_id=account.person_id, before=before, password_hash=new, short=short
    )


async def test_a_right_password_is_accepted_and_its_counter_starts_anew(database: Database) -> None:
    account = await opened(database)
    await database.ledger.commit(CountPasswordTry(account_id=account.id, person_id=account.person_id, now=NOW, limit=5))
    assert await database.ledger.commit(
        AcceptPassword(account_id=account.id, person_id=account.person_id, password_hash=OLD)
    )
    record = await database.accounts.by_id(account.person_id, account.id)
    assert record is not None
    assert (record.password.failures, record.password.retry_at) == (0, None)


async def test_a_password_that_was_replaced_while_it_was_looked_at_signs_nobody_in(database: Database) -> None:
    account = await opened(database)
    session = session_of(account)
    assert await database.ledger.commit(change(account))
    accepted = AcceptPassword(account_id=account.id, person_id=account.person_id, password_hash=OLD)
    assert not await database.ledger.commit(StartSession(session=session), accepted)
    assert await database.sessions.live(session.secret_hash, ClientId(""), NOW) is None


@pytest.mark.parametrize("short", [False, True])
async def test_63b_a_short_password_asks_for_two_steps_in_the_same_commit(database: Database, short: bool) -> None:
    account = await opened(database)
    assert await database.ledger.commit(change(account, short=short))
    record = await database.accounts.by_id(account.person_id, account.id)
    assert record is not None
    assert (record.password.hash, record.password.short, record.account.two_steps) == ("new", short, short)


async def test_a_long_password_leaves_the_wish_for_two_steps_as_it_is(store: str, database: Database) -> None:
    account = await opened(database)
    await run(store, "UPDATE accounts SET two_steps = TRUE")
    assert await database.ledger.commit(change(account))
    record = await database.accounts.by_id(account.person_id, account.id)
    assert record is not None
    assert record.account.two_steps


async def test_of_many_changes_at_once_one_replaces_the_password(database: Database, neighbour: Database) -> None:
    account = await opened(database)
    commits = [
        store.ledger.commit(change(account, f"{place}-{n}"))
        for place, store in enumerate((database, neighbour))
        for n in range(10)
    ]
    assert sorted(await asyncio.gather(*commits)) == [False] * 19 + [True]


def end_others(session: Session) -> EndOtherAccess:
    return EndOtherAccess(
        account_id=session.account_id,
        person_id=session.person_id,
        kept_session_id=session.id,
        at=NOW,
        reason="password_changed",
        gives_up_at=NOW + HOUR,
    )


async def test_asvs_7_4_3_every_other_session_and_grant_ends(store: str, database: Database) -> None:
    here = await signed_in(database)
    record = await database.accounts.by_id(here.person_id, here.account_id)
    assert record is not None
    there = session_of(record.account)
    assert await database.ledger.commit(StartSession(session=there))
    kept, _ = await granted(database, here, offline=True)
    gone, _ = await granted(database, there, offline=True)
    assert await database.ledger.commit(end_others(here))
    assert await database.sessions.live(here.secret_hash, ClientId(""), NOW) is not None
    assert await database.sessions.live(there.secret_hash, ClientId(""), NOW) is None
    revoked = await rows(store, "SELECT grant_id, revoke_reason FROM grants")
    assert set(revoked) == {(kept.id, None), (gone.id, "password_changed")}


async def test_sessions_and_grants_of_another_person_stay(store: str, database: Database) -> None:
    here, other = await signed_in(database), await signed_in(database, "001899000002")
    await granted(database, other, offline=True)
    assert await database.ledger.commit(end_others(here))
    assert await database.sessions.live(other.secret_hash, ClientId(""), NOW) is not None
    assert await rows(store, "SELECT revoked_at FROM grants") == [(None,)]


def phone(account: Account, number: str) -> SetContact:
    contact = SealedValue(digest(number), sealed(number))
    return SetContact(
        account_id=account.id, person_id=account.person_id, kind="phone", contact=contact, confirmed_at=NOW
    )


def email(account: Account, address: str) -> SetContact:
    return SetContact(
        account_id=account.id,
        person_id=account.person_id,
        kind="email",
        contact=SealedValue(digest(address), sealed(address)),
        confirmed_at=NOW,
    )


async def test_a_new_contact_takes_the_place_of_the_old_one(database: Database) -> None:
    account = await opened(database)
    assert await database.ledger.commit(phone(account, "0912345679"), email(account, "hoa@example.vn"))
    record = await database.accounts.by_id(account.person_id, account.id)
    assert record is not None
    assert (record.phone_sealed, record.email_sealed) == (sealed("0912345679"), sealed("hoa@example.vn"))


async def test_a_removed_contact_is_gone_and_the_other_stays(database: Database) -> None:
    account = await opened(database)
    await database.ledger.commit(email(account, "hoa@example.vn"))
    assert await database.ledger.commit(RemoveContact(account_id=account.id, person_id=account.person_id, kind="email"))
    record = await database.accounts.by_id(account.person_id, account.id)
    assert record is not None
    assert (record.phone_sealed, record.email_sealed) == (sealed("0912345678"), None)


async def test_of_two_changes_made_from_one_state_the_second_writes_nothing(database: Database) -> None:
    account = await opened(database)
    before = sealed("profile 001899000001")
    for number, done in (("0912345679", True), ("0912345670", False)):
        replaced = ReplaceProfile(person_id=account.person_id, profile_before=before, profile_sealed=sealed(number))
        assert await database.ledger.commit(replaced, phone(account, number)) is done
    record = await database.accounts.by_id(account.person_id, account.id)
    assert record is not None
    assert record.phone_sealed == sealed("0912345679")
