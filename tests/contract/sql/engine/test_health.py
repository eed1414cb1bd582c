"""A database is well when it writes and reads back; reading alone says nothing."""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from idp.adapters.sql.database import Database, open_database
from idp.kernel.errors import TemporarilyUnavailableError
from tests.contract.sql.direct import rows, run


@pytest.fixture(autouse=True)
def unhurried() -> None:
    """Stores give up when they do in production."""


async def test_a_database_that_writes_tells_its_clock(database: Database) -> None:
    before, millisecond = datetime.now(UTC), timedelta(milliseconds=1)
    reported = await database.operations.write_and_read()
    assert before - millisecond <= reported <= datetime.now(UTC) + millisecond


async def test_looking_often_leaves_few_rows(database: Database, neighbour: Database, store: str) -> None:
    await asyncio.gather(*(one.operations.write_and_read() for one in (database, neighbour) for _ in range(20)))
    ((count,),) = await rows(store, "SELECT count(*) FROM health_marks")
    assert 1 <= int(str(count)) <= 2


async def test_a_postgresql_that_only_reads_is_not_well(own_postgres_store: str) -> None:
    database = await open_database(own_postgres_store)
    await database.operations.write_and_read()
    await database.close()
    name = own_postgres_store.rpartition("/")[2].partition("?")[0]
    await run(own_postgres_store, f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    database = await open_database(own_postgres_store)
    assert await database.versions()
    with pytest.raises(TemporarilyUnavailableError, match="ReadOnlySQLTransactionError"):
        await database.operations.write_and_read()
    await database.close()


async def test_a_sqlite_file_that_nobody_can_write_is_not_well(sqlite_store: str) -> None:
    database = await open_database(sqlite_store)
    await database.operations.write_and_read()
    holder = sqlite3.connect(sqlite_store.removeprefix("sqlite+aiosqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert await database.versions()
    with pytest.raises(TemporarilyUnavailableError):
        await database.operations.write_and_read()
    holder.execute("ROLLBACK")
    holder.close()
    await database.operations.write_and_read()
    await database.close()
