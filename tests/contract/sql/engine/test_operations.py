"""What an operator asks of the database: its revision and its clock."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from idp.adapters.sql.database import Database, open_database
from migrations.runner import head
from tests.contract.sql.direct import run


async def test_the_revision_is_that_of_the_last_migration(database: Database) -> None:
    assert await database.operations.revision() == head()


async def test_a_database_that_was_never_migrated_has_no_revision(own_store: str) -> None:
    await run(own_store, "DROP TABLE alembic_version")
    database = await open_database(own_store)
    try:
        assert await database.operations.revision() is None
    finally:
        await database.close()


async def test_a_version_table_without_a_row_is_no_revision(store: str) -> None:
    await run(store, "DELETE FROM alembic_version")
    database = await open_database(store)
    try:
        assert await database.operations.revision() is None
    finally:
        await database.close()


async def test_an_empty_file_has_no_revision(tmp_path: Path) -> None:
    empty = tmp_path / "empty.db"
    empty.touch()
    database = await open_database(f"sqlite+aiosqlite:///{empty}")
    try:
        assert await database.operations.revision() is None
    finally:
        await database.close()


async def test_the_clock_is_the_databases_own_in_utc(database: Database) -> None:
    before = datetime.now(UTC)
    reported = await database.operations.now()
    after = datetime.now(UTC)
    millisecond = timedelta(milliseconds=1)
    assert before - millisecond <= reported <= after + millisecond


async def test_the_database_says_how_much_room_it_takes(database: Database) -> None:
    empty = await database.operations.size()
    assert empty > 100_000
