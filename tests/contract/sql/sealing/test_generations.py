"""Generations of the root key: all open, the newest that may seals, rows are sealed anew while servers go on."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from idp.account.model import NUMBER_PLACE, PHONE_PLACE, PROFILE_PLACE, Account, AccountStatus, ProofState, SealedValue
from idp.adapters.sql.database import Database
from idp.adapters.sql.schema import metadata
from idp.factors.model import TOTP_PLACE, AddTotp
from idp.kernel.generations import NEXT_AFTER, GenerationError, Generations
from idp.kernel.ids import AccountId, PersonId, new_id
from idp.kernel.key_purposes import KeyPurpose
from idp.kernel.root_key import RootKey
from idp.kernel.secrets import SealBrokenError
from idp.sealing.columns import SEALED_COLUMNS
from idp.sealing.service import Resealing
from records.structs import replace
from tests.contract.sql.direct import rows, run
from tests.support.every import check_each
from tests.support.rigs.proof import account_opening

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
MASTER, OTHER_MASTER = b"m" * 32, b"o" * 32
# Not sealed: keyed hashes and indexes by their names, public keys, documents, what the master key itself seals.
HASHED = ("_hash", "_index")
NOT_SEALED = {
    # Of a code: ids, words and times, for ten minutes; whoever somebody acts for is sealed inside it.
    "approved_code",
    "listing",
    "digest",
    "document",
    "picture",
    "wrapped",
    "credential_id",
    "public_key",
    "sealed_private",
    "leaf",
    "node",
}


async def of(database: Database, *masters: bytes) -> tuple[Generations, RootKey]:
    """Return what one process knows of the keys."""
    generations = Generations(database.data_keys, masters or (MASTER,))
    return generations, await generations.open(NOW)


async def open_account(database: Database, root: RootKey, number: str = "001899000001") -> Account:
    account = Account(AccountId(new_id()), PersonId(new_id()), AccountStatus.OPEN, ProofState.PROVED, "vi", NOW, NOW)
    seal, person_id = root.sealer().seal, account.person_id
    opening = replace(
        account_opening(account, number),
        number=SealedValue(number.encode(), seal(number.encode(), NUMBER_PLACE.of(person_id))),
        phone=SealedValue(b"phone", seal(b"+84912345678", PHONE_PLACE.of(person_id))),
        profile_sealed=seal(b"{}", PROFILE_PLACE.of(person_id)),
    )
    totp = AddTotp(
        person_id=person_id,
        account_id=account.id,
        secret_sealed=seal(b"SECRET", TOTP_PLACE.of(person_id)),
        last_step=0,
        created_at=NOW,
    )
    assert await database.ledger.commit(opening, totp)
    return account


async def values(database: Database, store: str, root: RootKey) -> Mapping[str, bytes]:
    """Return what a process opens of each row."""
    opened = {}
    for table, name, column in (
        ("persons", "profile_sealed", PROFILE_PLACE),
        ("identifiers", "sealed", NUMBER_PLACE),
        ("contacts", "sealed", PHONE_PLACE),
        ("totp_secrets", "secret_sealed", TOTP_PLACE),
    ):
        for person_id, sealed in await rows(store, f"SELECT person_id, {name} FROM {table}"):
            assert isinstance(sealed, bytes)
            opened[f"{table} {person_id}"] = root.sealer().open(sealed, column.of(str(person_id)))
    return opened


async def test_a_generation_is_read_by_all_before_it_seals(database: Database, neighbour: Database) -> None:
    command, root = await of(database)
    server, running = await of(neighbour)
    place, first = PHONE_PLACE.of("person"), root.sealer().generation_of(root.sealer().seal(b"", "p"))
    made = await command.begin(NOW)
    await command.refresh()
    await server.refresh()
    assert root.sealer().generation_of(root.sealer().seal(b"value", place)) == first
    with pytest.raises(GenerationError):
        await command.let_seal(made.id, NOW + NEXT_AFTER - timedelta(seconds=1), NEXT_AFTER)
    await command.let_seal(made.id, NOW + NEXT_AFTER, NEXT_AFTER)
    await command.refresh()
    sealed = root.sealer().seal(b"value", place)
    assert root.sealer().generation_of(sealed) == made.id
    # The server has not heard yet that it seals: it opens it all the same, and what it seals the other opens.
    assert running.sealer().open(sealed, place) == b"value"
    assert root.sealer().open(running.sealer().seal(b"late", place), place) == b"late"
    await server.refresh()
    assert sealed.startswith(running.sealer().newest_prefix())


async def test_indexes_and_the_pepper_stay_those_of_the_first_key(database: Database) -> None:
    command, root = await of(database)
    before = (root.hash_key(KeyPurpose.PERSONAL_NUMBERS).digest("001899000001"), root.raw(KeyPurpose.PASSWORDS))
    made = await command.begin(NOW)
    await command.let_seal(made.id, NOW, timedelta(0))
    _, again = await of(database)
    assert (
        again.hash_key(KeyPurpose.PERSONAL_NUMBERS).digest("001899000001"),
        again.raw(KeyPurpose.PASSWORDS),
    ) == before


async def test_of_two_commands_at_once_one_makes_the_generation_and_both_go_on_with_it(
    database: Database, neighbour: Database
) -> None:
    command, other = (await of(database))[0], (await of(neighbour))[0]
    assert (await command.begin(NOW)).id == (await other.begin(NOW)).id
    assert len(await database.data_keys.load()) == 2


async def test_rows_are_sealed_anew_while_servers_read_them(
    database: Database, neighbour: Database, store: str
) -> None:
    command, root = await of(database)
    server, running = await of(neighbour)
    for place in range(5):
        await open_account(database, root, f"00189900000{place}")
    before = await values(database, store, running)
    made = await command.begin(NOW)
    await server.refresh()
    await command.let_seal(made.id, NOW, timedelta(0))
    await command.refresh()
    resealing = Resealing(database.sealed_rows, root.sealer())
    # Stopped in the middle: what is left is found by the next one.
    first = await anext(resealing.run(2))
    assert first.resealed == 2
    assert await values(database, store, running) == before
    assert await resealing.left()
    done = [one async for one in Resealing(neighbour.sealed_rows, root.sealer()).run(3)]
    assert done[-1].resealed == 4 * 5 - 2
    assert not done[-1].unreadable
    assert not await resealing.left()
    assert await values(database, store, running) == await values(database, store, root) == before


async def test_what_a_request_writes_meanwhile_is_not_overwritten(database: Database, store: str) -> None:
    command, root = await of(database)
    account = await open_account(database, root)
    made = await command.begin(NOW)
    await command.let_seal(made.id, NOW, timedelta(0))
    await command.refresh()
    column = next(one for one in SEALED_COLUMNS if one.table == "persons")
    (found,) = await database.sealed_rows.stale(column, (), root.sealer().newest_prefix(), 10)
    written = root.sealer().seal(b'{"name": "new"}', PROFILE_PLACE.of(account.person_id))
    assert await database.sealed_rows.exchange(column, found, written)
    assert not await database.sealed_rows.exchange(column, found, b"late")
    assert (await values(database, store, root))[f"persons {account.person_id}"] == b'{"name": "new"}'


async def test_a_value_that_does_not_open_is_told_and_stops_nothing(database: Database, store: str) -> None:
    command, root = await of(database)
    await open_account(database, root)
    await open_account(database, RootKey("another", b"x" * 32), "001899000002")
    made = await command.begin(NOW)
    await command.let_seal(made.id, NOW, timedelta(0))
    await command.refresh()
    done = [one async for one in Resealing(database.sealed_rows, root.sealer()).run(10)]
    assert (done[-1].resealed, done[-1].unreadable) == (4, 4)


async def test_a_generation_is_retired_once_no_row_has_it_and_a_backup_of_it_opens_no_more(
    database: Database, store: str
) -> None:
    command, root = await of(database)
    await open_account(database, root)
    ((person_id, kept),) = await rows(store, "SELECT person_id, profile_sealed FROM persons")
    assert isinstance(kept, bytes)
    made = await command.begin(NOW)
    await command.let_seal(made.id, NOW, timedelta(0))
    await command.refresh()
    resealing = Resealing(database.sealed_rows, root.sealer())
    first = root.sealer().generation_of(kept)
    with pytest.raises(GenerationError):
        await command.retire(first, NOW + timedelta(days=30), left=await resealing.left())
    _ = [one async for one in resealing.run(10)]
    with pytest.raises(GenerationError):
        await command.retire(made.id, NOW + timedelta(days=30), left=())
    with pytest.raises(GenerationError):
        await command.retire(first, NOW + timedelta(hours=1), left=())
    await command.retire(first, NOW + timedelta(days=30), left=await resealing.left())
    await command.refresh()
    assert await values(database, store, root)
    with pytest.raises(SealBrokenError):
        root.sealer().open(kept, PROFILE_PLACE.of(str(person_id)))
    # Nor for who writes to the store and calls it back: that it is over stands in its seal.
    await run(store, "UPDATE data_keys SET retired_at = NULL")
    await command.refresh()
    _, again = await of(database)
    for known in (root, again):
        with pytest.raises(SealBrokenError):
            known.sealer().open(kept, PROFILE_PLACE.of(str(person_id)))
    # Another master key does not call it back either.
    both, _ = await of(database, OTHER_MASTER, MASTER)
    assert await both.rewrap() == 2
    _, again = await of(database, OTHER_MASTER)
    with pytest.raises(SealBrokenError):
        again.sealer().open(kept, PROFILE_PLACE.of(str(person_id)))
    assert again.hash_key(KeyPurpose.PHONES).digest("x") == root.hash_key(KeyPurpose.PHONES).digest("x")


async def test_the_master_key_is_exchanged_under_servers_that_know_both(database: Database, store: str) -> None:
    command, root = await of(database)
    await open_account(database, root)
    made = await command.begin(NOW)
    await command.let_seal(made.id, NOW, timedelta(0))
    await command.refresh()
    both, _ = await of(database, OTHER_MASTER, MASTER)
    assert await both.under_older_masters() == 2
    assert await both.rewrap() == 2
    assert await both.under_older_masters() == 0
    _, renewed = await of(database, OTHER_MASTER)
    assert await values(database, store, renewed)
    with pytest.raises(SealBrokenError):
        await of(database, MASTER)
    # A server that has the keys in memory goes on, whatever master key wraps them.
    await command.refresh()
    assert await values(database, store, root)


def test_every_sealed_column_of_the_schema_is_in_the_inventory() -> None:
    named = {(one.table, one.column) for one in SEALED_COLUMNS}
    binary = [
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if type(column.type).__name__ == "LargeBinary"
        and column.name not in NOT_SEALED
        and not column.name.endswith(HASHED)
    ]

    def check(table: str, column: str) -> None:
        assert (table, column) in named

    check_each(binary, lambda table, column: f"{table}.{column}", check)
