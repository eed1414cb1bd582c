"""Alembic's entry: opens the database, takes the lock of migrations, runs them in one transaction."""

import asyncio

from alembic import context
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from idp.adapters.sql.schema import metadata

# Any number that nothing else in the database locks.
_LOCK = 7_316_430_101
# Waiting for a table longer than this would make everybody else wait behind us.
_LOCK_TIMEOUT = "5s"
_STATEMENT_TIMEOUT = "10min"


def _migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # The lock first and the timeouts after it: the second process waits as long as the first one needs.
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{_STATEMENT_TIMEOUT}'")
    context.configure(connection=connection, target_metadata=metadata)
    context.run_migrations()


async def _run(url: str) -> None:
    engine = create_async_engine(url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _leave_transactions_to_us)
        event.listen(engine.sync_engine, "begin", _begin_immediate)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_migrate)
    finally:
        await engine.dispose()


def _leave_transactions_to_us(connection: object, _record: object) -> None:
    # sqlite3 would begin transactions by itself, and only before some statements.
    connection.isolation_level = None  # type: ignore[attr-defined]
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA busy_timeout = 60000")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    # The writer's lock from the start keeps a second process waiting here instead of failing half-way.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


asyncio.run(_run(context.config.attributes["url"]))
