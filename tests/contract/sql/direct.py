"""Statements past the stores: what an operator or a stolen copy would see and do."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool


async def run(url: str, statement: str) -> None:
    """Execute one statement and commit it."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


async def empty(url: str, *tables: str) -> None:
    """Delete all rows of tables."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        for table in tables:
            await connection.execute(text(f"DELETE FROM {table}"))
    await engine.dispose()


async def rows(url: str, statement: str) -> Sequence[tuple[object, ...]]:
    """Return all rows of a select as plain tuples."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        found = [tuple(row) for row in await connection.execute(text(statement))]
    await engine.dispose()
    return found
