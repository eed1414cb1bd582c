"""An officer's account keeps one second factor, however many are removed at once; a citizen may remove all."""

from collections.abc import Awaitable, Callable, Sequence

import pytest

from idp.account.model import Account
from idp.adapters.sql.database import Database
from idp.factors.model import AddTotp, RemoveTotp
from idp.factors.passkey.credentials import AddPasskey, RemovePasskey
from idp.kernel.effects import Effect
from idp.officers.model import account_of
from tests.contract.sql.engine.test_races import race
from tests.contract.sql.factors.test_passkeys import opened, passkey_of
from tests.contract.sql.officers.test_officers import enrolled, officer_of
from tests.support.running.sql_stores import NOW, sealed

ROUNDS = 10
Add = Callable[[Database, Account], Awaitable[Effect]]


async def officer(database: Database, number: int = 0) -> Account:
    made = officer_of(f"H55-AAAA{number:02d}")
    return account_of(await enrolled(database, made, f"h55.officer{number}"), "vi")


async def with_app(database: Database, account: Account) -> RemoveTotp:
    """Add an authenticator app and return what removes it."""
    assert await database.ledger.commit(
        AddTotp(
            person_id=account.person_id,
            account_id=account.id,
            secret_sealed=sealed("totp"),
            last_step=100,
            created_at=NOW,
        )
    )
    return RemoveTotp(person_id=account.person_id, account_id=account.id)


async def with_passkey(database: Database, account: Account, name: str = "phone") -> RemovePasskey:
    """Add a passkey and return what removes it."""
    passkey = passkey_of(account, f"{name} of {account.id}")
    assert await database.ledger.commit(AddPasskey(passkey=passkey))
    return RemovePasskey(person_id=account.person_id, account_id=account.id, credential_id=passkey.credential_id)


async def left(database: Database, account: Account) -> int:
    factors = await database.factors.of_account(account.person_id, account.id)
    return factors.passkeys + (factors.totp is not None)


@pytest.mark.parametrize("add", [with_app, with_passkey])
async def test_the_only_second_factor_of_an_officer_stays(database: Database, add: Add) -> None:
    account = await officer(database)
    assert not await database.ledger.commit(await add(database, account))
    assert await left(database, account) == 1


@pytest.mark.parametrize(("first", "second"), [(with_app, with_passkey), (with_passkey, with_app)])
async def test_one_of_two_kinds_goes_and_the_other_stays(database: Database, first: Add, second: Add) -> None:
    account = await officer(database)
    removals = [await first(database, account), await second(database, account)]
    assert [await database.ledger.commit(one) for one in removals] == [True, False]
    assert await left(database, account) == 1


async def test_the_factors_of_another_officer_do_not_count(database: Database) -> None:
    account, other = await officer(database, 1), await officer(database, 2)
    await with_app(database, other)
    await with_passkey(database, other)
    assert not await database.ledger.commit(await with_passkey(database, account))


async def test_a_citizen_may_remove_all_of_them(database: Database) -> None:
    account = await opened(database)
    removals = [await with_app(database, account), await with_passkey(database, account)]
    assert [await database.ledger.commit(one) for one in removals] == [True, True]
    assert await left(database, account) == 0


async def test_of_removals_at_once_of_an_app_and_a_passkey_one_wins(database: Database, neighbour: Database) -> None:
    for turn in range(ROUNDS):
        account = await officer(database, turn)
        removals = [await with_app(database, account), await with_passkey(database, account)]
        await one_is_left((database, neighbour), account, removals)


async def test_of_removals_at_once_of_all_passkeys_one_stays(database: Database, neighbour: Database) -> None:
    account = await officer(database)
    removals = [await with_passkey(database, account, f"key {n}") for n in range(8)]
    await one_is_left((database, neighbour), account, removals)


async def one_is_left(stores: Sequence[Database], account: Account, removals: Sequence[Effect]) -> None:
    won = await race(stores, lambda n: (removals[n],), len(removals))
    assert len(won) == len(removals) - 1
    assert await left(stores[0], account) == 1
