"""SQLite busy, missing or read past: what the embedded store does when the file will not."""

import sqlite3
from pathlib import Path

import pytest

from idp.adapters.sql.database import open_database
from idp.kernel.errors import TemporarilyUnavailableError
from tests.support.running.sql_stores import NOW, event, granted, rotation, signed_in


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite+aiosqlite:///"))


@pytest.fixture(autouse=True)
def unhurried() -> None:
    """Stores give up when they do in production."""


async def test_a_file_that_another_process_holds_is_given_up_in_time_and_used_later(sqlite_store: str) -> None:
    database = await open_database(sqlite_store)
    _, family = await granted(database, await signed_in(database))
    holder = sqlite3.connect(file_of(sqlite_store), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(TemporarilyUnavailableError) as raised:
        await database.ledger.commit(rotation(family, "head 1"), event())
    assert isinstance(raised.value.__cause__, sqlite3.OperationalError)
    # Readers do not wait for a writer.
    state = await database.grants.state(family.grant_id, "", NOW)
    assert state is not None
    assert state.family == family
    holder.execute("ROLLBACK")
    holder.close()
    assert await database.ledger.commit(rotation(family, "head 1"), event())
    await database.close()


async def test_a_file_that_does_not_exist_is_not_made(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(TemporarilyUnavailableError):
            await open_database(f"sqlite+aiosqlite:///{tmp_path}/mistyped.db")


@pytest.mark.parametrize("url", ["sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:", "mysql://localhost/idp"])
async def test_an_address_of_no_shared_database_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="a file of SQLite or a database of PostgreSQL"):
        await open_database(url)


async def test_a_closed_database_refuses_instead_of_waiting(sqlite_store: str) -> None:
    database = await open_database(sqlite_store)
    await database.close()
    with pytest.raises(TemporarilyUnavailableError):
        await database.ledger.commit(event())
