"""Passkeys at rest: unique, counted, bound to an open account, forgotten for good."""

import asyncio
from datetime import timedelta

import pytest

from clients.model import ClientId
from idp.account.model import Account, AccountStatus, SetAccountStatus
from idp.adapters.sql.database import Database
from idp.factors.passkey.credentials import (
    PASSKEY_LIMIT,
    AddPasskey,
    Passkey,
    RemoveEveryPasskey,
    RemovePasskey,
    RenamePasskey,
    UsePasskey,
)
from idp.grants.model import ClaimOnce
from idp.kernel.ids import AccountId
from idp.sessions.model import StartSession
from idp.sign_in.levels import DEVICE_KEY, SMS, SOFTWARE_KEY
from records.structs import replace
from tests.support.running.sql_stores import HOUR, NOW, StatementCounter, digest, opening, sealed, session_of


def passkey_of(account: Account, name: str = "phone", *, sign_count: int = 0) -> Passkey:
    return Passkey(
        person_id=account.person_id,
        account_id=account.id,
        credential_id=digest(f"credential {name}"),
        public_key=digest(f"public key {name}"),
        sign_count=sign_count,
        transports=("hybrid", "internal"),
        backup_eligible=True,
        backed_up=False,
        label_sealed=sealed(name),
        created_at=NOW,
    )


def use_of(passkey: Passkey, sign_count: int, at: timedelta = HOUR) -> UsePasskey:
    return UsePasskey(
        person_id=passkey.person_id,
        account_id=passkey.account_id,
        credential_id=passkey.credential_id,
        sign_count=sign_count,
        backed_up=True,
        at=NOW + at,
    )


async def opened(database: Database, number: str = "001899000001") -> Account:
    effect = opening(number)
    assert await database.ledger.commit(effect)
    return effect.account


async def added(database: Database, account: Account, name: str = "phone", *, sign_count: int = 0) -> Passkey:
    passkey = passkey_of(account, name, sign_count=sign_count)
    assert await database.ledger.commit(AddPasskey(passkey=passkey))
    return passkey


async def closed(database: Database, account: Account, status: AccountStatus = AccountStatus.LOCKED) -> None:
    change = SetAccountStatus(
        account_id=account.id,
        person_id=account.person_id,
        before=AccountStatus.OPEN,
        status=status,
        at=NOW,
        reason="test",
        gives_up_at=NOW + HOUR,
    )
    assert await database.ledger.commit(change)


async def test_a_passkey_is_read_as_it_was_kept(database: Database) -> None:
    account = await opened(database)
    passkey = await added(database, account)
    assert await database.passkeys.of_account(account.person_id, account.id) == [passkey]


async def test_whose_it_is_takes_one_read(database: Database, counter: StatementCounter) -> None:
    account = await opened(database)
    passkey = await added(database, account)
    counter.take()
    owned = await database.passkeys.by_credential(passkey.credential_id)
    assert counter.take() == 1
    assert owned is not None
    assert (owned.passkey, owned.account) == (passkey, account)
    assert (owned.phone_sealed, owned.email_sealed) == (sealed("0912345678"), None)


async def test_an_unknown_credential_is_nobodys(database: Database) -> None:
    assert await database.passkeys.by_credential(digest("nobody's")) is None


async def test_the_passkeys_of_an_account_are_its_own_in_the_order_they_came(database: Database) -> None:
    account, other = await opened(database), await opened(database, "001899000002")
    await added(database, other, "theirs")
    later = replace(passkey_of(account, "later"), created_at=NOW + HOUR)
    assert await database.ledger.commit(AddPasskey(passkey=later))
    first = await added(database, account, "first")
    assert await database.passkeys.of_account(account.person_id, account.id) == [first, later]


async def test_webauthn_7_1_a_credential_belongs_to_one_account(database: Database) -> None:
    account, other = await opened(database), await opened(database, "001899000002")
    await added(database, account)
    assert not await database.ledger.commit(AddPasskey(passkey=passkey_of(other)))
    assert not await database.ledger.commit(AddPasskey(passkey=passkey_of(account)))
    assert await database.passkeys.of_account(other.person_id, other.id) == []


async def test_an_account_has_at_most_so_many(database: Database) -> None:
    account = await opened(database)
    for number in range(PASSKEY_LIMIT):
        await added(database, account, f"key {number}")
    assert not await database.ledger.commit(AddPasskey(passkey=passkey_of(account, "one more")))


@pytest.mark.parametrize(("shared", "keys"), [(True, {SOFTWARE_KEY}), (False, {DEVICE_KEY, SOFTWARE_KEY})])
async def test_a_passkey_is_a_factor_of_the_account_and_one_that_devices_share_is_none_of_a_device(
    database: Database, shared: bool, keys: set[str]
) -> None:
    account = await opened(database)
    before = await database.accounts.by_id(account.person_id, account.id)
    assert await database.ledger.commit(AddPasskey(passkey=replace(passkey_of(account), backup_eligible=shared)))
    after = await database.accounts.by_id(account.person_id, account.id)
    assert before is not None
    assert after is not None
    assert before.enrolled == {SMS}
    assert after.enrolled == {SMS, *keys}


async def test_a_use_is_written_down(database: Database) -> None:
    account = await opened(database)
    passkey = await added(database, account)
    assert await database.ledger.commit(use_of(passkey, 7))
    (read,) = await database.passkeys.of_account(account.person_id, account.id)
    assert (read.sign_count, read.backed_up, read.last_used_at) == (7, True, NOW + HOUR)


@pytest.mark.parametrize(
    ("kept", "shown", "accepted"),
    [(0, 0, True), (0, 1, True), (5, 6, True), (5, 5, False), (5, 4, False), (5, 0, False)],
)
async def test_webauthn_6_1_1_a_counter_grows_or_stays_zero(
    database: Database, kept: int, shown: int, accepted: bool
) -> None:
    passkey = await added(database, await opened(database), sign_count=kept)
    assert await database.ledger.commit(use_of(passkey, shown)) is accepted


async def test_of_fifty_uses_with_one_counter_one_counts(database: Database, neighbour: Database) -> None:
    passkey = await added(database, await opened(database), sign_count=5)
    stores = (database, neighbour)
    uses = (stores[number % 2].ledger.commit(use_of(passkey, 6)) for number in range(50))
    assert sum(await asyncio.gather(*uses)) == 1


async def test_i12_of_fifty_sessions_from_one_challenge_one_starts(database: Database, neighbour: Database) -> None:
    """A key without a counter: the challenge's claim alone decides, in the transaction of the session."""
    account = await opened(database)
    passkey, stores = await added(database, account), (database, neighbour)
    claim = ClaimOnce(purpose="passkey_challenge", value_hash=digest("challenge"), expires_at=NOW + HOUR)
    sessions = [session_of(account) for _ in range(50)]
    starts = (
        stores[number % 2].ledger.commit(StartSession(session=session), claim, use_of(passkey, 0))
        for number, session in enumerate(sessions)
    )
    won = await asyncio.gather(*starts)
    assert sum(won) == 1
    live = [await database.sessions.live(session.secret_hash, ClientId(""), NOW) for session in sessions]
    assert [view is not None for view in live] == won


@pytest.mark.parametrize("status", [AccountStatus.LOCKED, AccountStatus.CLOSED])
async def test_bf_3_a_passkey_of_an_account_that_is_not_open_is_no_use(
    database: Database, status: AccountStatus
) -> None:
    account = await opened(database)
    passkey = await added(database, account)
    await closed(database, account, status)
    owned = await database.passkeys.by_credential(passkey.credential_id)
    assert owned is not None
    assert owned.account.status is status
    assert not await database.ledger.commit(use_of(passkey, 1))
    assert not await database.ledger.commit(AddPasskey(passkey=passkey_of(account, "another")))


async def test_a_name_is_changed_by_its_owner_alone(database: Database) -> None:
    account = await opened(database)
    passkey = await added(database, account)
    rename = RenamePasskey(
        person_id=account.person_id,
        account_id=account.id,
        credential_id=passkey.credential_id,
        label_sealed=sealed("laptop"),
    )
    assert not await database.ledger.commit(replace(rename, account_id=AccountId("0" * 26)))
    assert await database.ledger.commit(rename)
    (read,) = await database.passkeys.of_account(account.person_id, account.id)
    assert read.label_sealed == sealed("laptop")


async def test_a_removed_passkey_is_gone_and_removed_once(database: Database) -> None:
    account = await opened(database)
    passkey = await added(database, account)
    remove = RemovePasskey(person_id=account.person_id, account_id=account.id, credential_id=passkey.credential_id)
    assert not await database.ledger.commit(replace(remove, account_id=AccountId("0" * 26)))
    assert await database.ledger.commit(remove)
    assert not await database.ledger.commit(remove)
    assert await database.passkeys.by_credential(passkey.credential_id) is None
    assert not await database.ledger.commit(use_of(passkey, 1))
    assert not await database.ledger.commit(
        RenamePasskey(
            person_id=account.person_id,
            account_id=account.id,
            credential_id=passkey.credential_id,
            label_sealed=sealed("x"),
        )
    )


async def test_all_of_an_account_are_removed_and_nobody_elses(database: Database) -> None:
    account, other = await opened(database), await opened(database, "001899000002")
    for name in ("phone", "laptop"):
        await added(database, account, name)
    theirs = await added(database, other, "theirs")
    assert await database.ledger.commit(RemoveEveryPasskey(person_id=account.person_id, account_id=account.id))
    assert await database.passkeys.of_account(account.person_id, account.id) == []
    assert await database.passkeys.of_account(other.person_id, other.id) == [theirs]
