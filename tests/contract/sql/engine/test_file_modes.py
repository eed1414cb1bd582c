"""A file of SQLite holds what the master key does not seal: only its owner may read it, however it came to be."""

import asyncio
from pathlib import Path

from idp.adapters.sql.database import open_database
from migrations.runner import upgrade
from tests.contract.sql.direct import rows
from tests.support.running.sql_stores import opening


def modes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


async def used(path: Path) -> dict[str, int]:
    """Return the modes of the file and its companions while it is written to."""
    database = await open_database(f"sqlite+aiosqlite:///{path}")
    assert await database.ledger.commit(opening())
    found = modes(path.parent)
    await database.close()
    return found


async def test_a_file_that_we_make_is_its_owners_alone(tmp_path: Path) -> None:
    await asyncio.to_thread(upgrade, f"sqlite+aiosqlite:///{tmp_path}/idp.db")
    assert modes(tmp_path) == {"idp.db": 0o600}
    assert await used(tmp_path / "idp.db") == {"idp.db": 0o600, "idp.db-wal": 0o600, "idp.db-shm": 0o600}


async def test_one_that_others_may_read_is_closed_when_it_is_opened_and_keeps_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "idp.db"
    await asyncio.to_thread(upgrade, f"sqlite+aiosqlite:///{path}")
    path.chmod(0o644)
    assert set((await used(path)).values()) == {0o600}
    assert await rows(f"sqlite+aiosqlite:///{path}", "SELECT count(*) FROM accounts") == [(1,)]


async def test_one_that_others_may_read_is_closed_by_a_migration_too(tmp_path: Path) -> None:
    path = tmp_path / "idp.db"
    await asyncio.to_thread(upgrade, f"sqlite+aiosqlite:///{path}")
    path.chmod(0o664)
    await asyncio.to_thread(upgrade, f"sqlite+aiosqlite:///{path}")
    assert modes(tmp_path) == {"idp.db": 0o600}
