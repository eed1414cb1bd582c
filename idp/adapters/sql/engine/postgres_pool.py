"""A bounded pool of PostgreSQL connections, set up for statements that find every row by its key."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Protocol

import asyncpg
from sqlalchemy import URL

from idp.adapters.sql.engine.postgres_errors import CONNECTION_GONE, answering
from idp.adapters.sql.engine.statements import Row

STATEMENT_TIMEOUT = timedelta(seconds=2.5)
CHECKOUT_TIMEOUT = timedelta(seconds=2)
CONNECT_TIMEOUT = timedelta(seconds=5)
# The server cancels first; this is for a server that no longer speaks.
ANSWER_TIMEOUT = STATEMENT_TIMEOUT + timedelta(seconds=1)

SETTINGS = {
    "application_name": "idp",
    "statement_timeout": str(int(STATEMENT_TIMEOUT.total_seconds() * 1000)),
    "idle_in_transaction_session_timeout": "10000",
    # Each text is planned once for each connection, and perhaps while the tables are still empty. Every statement
    # here finds its rows by key, so nested loops over indexes, in the order of writing, are right at any size, and
    # are made the only choice.
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "join_collapse_limit": "1",
    "random_page_cost": "1.1",
    "jit": "off",
}


class Connection(Protocol):
    """What is used of asyncpg's connection."""

    async def fetch(self, query: str, *arguments: object) -> list[Row]:
        """Send one statement and return its rows."""

    async def copy_records_to_table(self, table_name: str, *, records: Sequence[Row], columns: Sequence[str]) -> str:
        """Send rows by COPY."""

    def transaction(self) -> AbstractAsyncContextManager[None]:
        """Begin a transaction that ends with the block."""


class PostgresPool:
    """Lends connections; errors that mean "not now" leave it as `TemporarilyUnavailableError`."""

    def __init__(self, pool: "asyncpg.Pool") -> None:
        self._pool = pool

    @classmethod
    async def open(cls, address: URL, size: int) -> "PostgresPool":
        """Connect once, so that a wrong address shows at the start."""
        with answering():
            pool = await asyncpg.create_pool(
                address.set(drivername="postgresql").render_as_string(hide_password=False),
                min_size=1,
                max_size=size,
                timeout=CONNECT_TIMEOUT.total_seconds(),
                command_timeout=ANSWER_TIMEOUT.total_seconds(),
                max_cached_statement_lifetime=0,
                server_settings=SETTINGS,
                reset=_reset,
            )
        return cls(pool)

    async def fetch(self, text: str, arguments: Sequence[object]) -> list[Row]:
        """Run one statement, a transaction by itself."""
        with answering():
            async with self._lent() as connection:
                return await connection.fetch(text, *arguments)

    async def read(self, text: str, arguments: Sequence[object]) -> list[Row]:
        """Run a select, once more if its connection turns out to be dead, as all are when the server restarted."""
        with answering():
            try:
                async with self._lent() as connection:
                    return await connection.fetch(text, *arguments)
            except CONNECTION_GONE:
                return await self.fetch(text, arguments)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """Lend a connection in a transaction that commits at the end, or is undone by an exception."""
        with answering():
            async with self._lent() as connection, connection.transaction():
                yield connection

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.close()

    @asynccontextmanager
    async def _lent(self) -> AsyncIterator[Connection]:
        async with self._pool.acquire(timeout=CHECKOUT_TIMEOUT.total_seconds()) as connection:
            try:
                yield connection
            except CONNECTION_GONE:
                # The driver may not have noticed yet, and would lend it again.
                connection.terminate()
                raise


async def _reset(connection: "asyncpg.Connection") -> None:
    # Nothing of ours changes a connection's settings, so the driver's reset (a round trip) has nothing to undo.
    if connection.is_in_transaction():
        await connection.execute("ROLLBACK")
