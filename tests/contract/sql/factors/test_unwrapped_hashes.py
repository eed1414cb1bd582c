"""Imported hashes are wrapped where they stand: found by the index, exchanged once, never over a renewed one."""

from collections.abc import Sequence

import pytest

from idp.adapters.hashing.argon2_pool import Argon2Pool, PoolLimits
from idp.adapters.hashing.parameters import Argon2Parameters
from idp.adapters.hashing.wrapping import Argon2Wrapper
from idp.adapters.sql.database import Database
from idp.factors.password.hash_ports import StoredHash
from idp.factors.password.hash_wrapping import WrappingProgress, wrap_stored_hashes
from idp.kernel.ids import AccountId, PersonId
from tests.contract.sql.direct import rows, run
from tests.support.foreign_hashes import foreign_hashes

CHEAP, PEPPER, PASSWORD = Argon2Parameters(memory_kib=64, passes=1), b"p" * 32, "mật khẩu của người thử"
FOREIGN = foreign_hashes(PASSWORD)
WRAPPER = Argon2Wrapper(CHEAP, PEPPER)
IMPORTED = {"a1": FOREIGN["ldap sha1"], "a2": FOREIGN["bcrypt"], "b1": FOREIGN["django sha256"]}
OTHERS = {"c1": "-", "c2": "$argon2id$v=19$m=64,t=1,p=1$YWFh$YmJi", "c3": "$pepper1$argon2id$v=19$x"}


@pytest.fixture(autouse=True)
async def stored(store: str) -> None:
    for account_id, hash_ in {**IMPORTED, **OTHERS}.items():
        await run(
            store,
            "INSERT INTO passwords (person_id, account_id, password_hash, failures, short) "
            f"VALUES ('{account_id[0]}', '{account_id}', '{hash_}', 0, FALSE)",
        )


async def hashes(store: str) -> dict[str, str]:
    return {str(name): str(text) for name, text in await rows(store, "SELECT account_id, password_hash FROM passwords")}


async def wrap_all(stored: Sequence[str]) -> Sequence[str | None]:
    return [WRAPPER.wrap(one) for one in stored]


async def test_every_imported_hash_is_wrapped_and_opens_and_nothing_else_is_touched(
    database: Database, store: str
) -> None:
    assert await database.unwrapped_hashes.some_are_left()
    done = [one async for one in wrap_stored_hashes(database.unwrapped_hashes, wrap_all, 2)]
    assert done[-1] == WrappingProgress(wrapped=3)
    assert not await database.unwrapped_hashes.some_are_left()
    found, pool = await hashes(store), Argon2Pool(CHEAP, PoolLimits(threads=1, queue=9), pepper=PEPPER)
    assert {name: found[name] for name in OTHERS} == OTHERS
    for name in IMPORTED:
        assert found[name].startswith("$pepper1$wrapped1$"), name
        assert await pool.verify(found[name], PASSWORD), name
        assert not await pool.verify(found[name], PASSWORD + "x"), name
    pool.close()


async def test_stopped_after_a_batch_it_goes_on_with_what_is_left(
    database: Database, neighbour: Database, store: str
) -> None:
    wrapping = wrap_stored_hashes(database.unwrapped_hashes, wrap_all, 1)
    assert await anext(wrapping) == WrappingProgress(wrapped=1)
    first = {name for name, text in (await hashes(store)).items() if "$wrapped1$" in text}
    again = [one async for one in wrap_stored_hashes(neighbour.unwrapped_hashes, wrap_all, 5)]
    assert (len(first), again[-1]) == (1, WrappingProgress(wrapped=2))


async def test_a_hash_that_its_owner_renews_meanwhile_stays_renewed(database: Database, store: str) -> None:
    read = await database.unwrapped_hashes.after(PersonId(""), AccountId(""), 10)
    assert [one.account_id for one in read] == ["a1", "a2", "b1"]
    await run(store, "UPDATE passwords SET password_hash = '$pepper1$renewed' WHERE account_id = 'a2'")
    assert await database.unwrapped_hashes.exchange(read, ["$pepper1$w"] * 3) == 2
    assert (await hashes(store))["a2"] == "$pepper1$renewed"


async def test_what_cannot_be_read_is_counted_and_stops_nothing(database: Database, store: str) -> None:
    await run(store, "UPDATE passwords SET password_hash = 'no hash' WHERE account_id = 'a1'")

    async def wrapped(stored: Sequence[str]) -> Sequence[str | None]:
        return [None if one == "no hash" else WRAPPER.wrap(one) for one in stored]

    done = [one async for one in wrap_stored_hashes(database.unwrapped_hashes, wrapped, 1)]
    assert done[-1] == WrappingProgress(wrapped=2, unreadable=1)


def test_a_hash_does_not_print() -> None:
    assert "secret" not in repr(StoredHash(PersonId("p"), AccountId("a"), "secret"))
