"""Statements past the stores: what an operator or a stolen copy would see and do."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing

import asyncpg

from idp.adapters.sql.database import Database
from idp.kernel.errors import TemporarilyUnavailableError
from tests.support.patience import patient

_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"


async def run(url: str, statement: str) -> None:
    """Execute one statement and commit it."""
    await _run_all(url, [statement])


async def empty(url: str, *tables: str) -> None:
    """Delete all rows of tables."""
    await _run_all(url, [f"DELETE FROM {table}" for table in tables])


async def rows(url: str, statement: str) -> Sequence[tuple[object, ...]]:
    """Return all rows of a select as plain tuples."""
    if _is_sqlite(url):
        with closing(_file(url)) as connection:
            return [tuple(row) for row in connection.execute(statement)]
    async with _server(url) as connected:
        return [tuple(row) for row in await connected.fetch(statement)]


async def _run_all(url: str, statements: Sequence[str]) -> None:
    if _is_sqlite(url):
        with closing(_file(url)) as connection, connection:
            for statement in statements:
                connection.execute(statement)
        return
    async with _server(url) as connected, connected.transaction():
        for statement in statements:
            await connected.execute(statement)


def _is_sqlite(url: str) -> bool:
    return url.startswith("sqlite")


def _file(url: str) -> sqlite3.Connection:
    return sqlite3.connect(url.rpartition(":///")[2])


@asynccontextmanager
async def _server(url: str) -> AsyncIterator["asyncpg.Connection"]:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        yield connection
    finally:
        await connection.close()


async def until_waited_for(holder: "asyncpg.Connection") -> None:
    """Return as soon as another connection waits for a lock that this one holds."""
    async with asyncio.timeout(patient(10)):
        while not await holder.fetchval(_WAITING):
            # What a transaction was once told of others' activity is what it is told until its end.
            await holder.execute("SELECT pg_stat_clear_snapshot()")


async def writes(database: Database) -> bool:
    """Say whether the database has been migrated and takes writes."""
    try:
        await database.operations.write_and_read()
    except TemporarilyUnavailableError:
        return False
    return True
