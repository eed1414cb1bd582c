"""Who writes to the store copies a ciphertext of one row into another: nobody is served what is another's."""

from datetime import UTC, datetime

import pytest

from idp.account.model import NUMBER_PLACE, PHONE_PLACE, PROFILE_PLACE, Account, AccountStatus, ProofState
from idp.adapters.sql.database import Database
from idp.factors.model import TOTP_PLACE, AddTotp
from idp.kernel.ids import AccountId, PersonId, new_id
from idp.kernel.places import Column
from idp.kernel.secrets import SealBrokenError
from tests.contract.sql.direct import rows, run
from tests.support.builders.protocol import PROVIDER
from tests.support.rigs.proof import account_opening

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
COLUMNS = [
    ("persons", "profile_sealed", PROFILE_PLACE),
    ("identifiers", "sealed", NUMBER_PLACE),
    ("contacts", "sealed", PHONE_PLACE),
    ("totp_secrets", "secret_sealed", TOTP_PLACE),
]


async def opened(database: Database, number: str) -> Account:
    account = Account(AccountId(new_id()), PersonId(new_id()), AccountStatus.OPEN, ProofState.PROVED, "vi", NOW, NOW)
    secret = PROVIDER.sealer.seal(b"JBSWY3DPEHPK3PXP", TOTP_PLACE.of(account.person_id))
    totp = AddTotp(
        person_id=account.person_id, account_id=account.id, secret_sealed=secret, last_step=0, created_at=NOW
    )
    assert await database.ledger.commit(account_opening(account, number), totp)
    return account


@pytest.mark.parametrize(("table", "name", "column"), COLUMNS)
async def test_a_value_that_was_copied_from_another_persons_row_does_not_open(
    database: Database, store: str, table: str, name: str, column: Column
) -> None:
    victim, thief = await opened(database, "001899000001"), await opened(database, "001899000002")

    async def value_of(account: Account) -> bytes:
        ((found,),) = await rows(store, f"SELECT {name} FROM {table} WHERE person_id = '{account.person_id}'")
        assert isinstance(found, bytes)
        return found

    mine = PROVIDER.sealer.open(await value_of(thief), column.of(thief.person_id))
    assert mine
    await run(
        store,
        f"UPDATE {table} SET {name} = (SELECT t.{name} FROM {table} t WHERE t.person_id = '{thief.person_id}') "
        f"WHERE person_id = '{victim.person_id}'",
    )
    with pytest.raises(SealBrokenError):
        PROVIDER.sealer.open(await value_of(victim), column.of(victim.person_id))
    assert PROVIDER.sealer.open(await value_of(thief), column.of(thief.person_id)) == mine
