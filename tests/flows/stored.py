"""What the SQL store really holds, asked past the provider."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from idp.adapters.sql.database import Database, open_database


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator[Database]:
    """Open the store of either kind beside the provider."""
    database = await open_database(url)
    try:
        yield database
    finally:
        await database.close()


async def fetch(url: str, statement: str, *arguments: object) -> list[tuple[object, ...]]:
    """Return the rows of a select on PostgreSQL."""
    connection = await asyncpg.connect(url.replace("postgresql+asyncpg", "postgresql"))
    try:
        return [tuple(row) for row in await connection.fetch(statement, *arguments)]
    finally:
        await connection.close()


async def counts(url: str) -> dict[str, int]:
    """Return what must agree when every commit stands whole or not at all (N8).

    `grants` with `families` and `redeemed`; `generations`, the sum over all families, with `rotated`.
    """
    ((grants, families, generations, redeemed, rotated),) = await fetch(
        url,
        """SELECT (SELECT count(*) FROM grants), (SELECT count(*) FROM refresh_families),
                  (SELECT coalesce(sum(generation), 0) FROM refresh_families),
                  (SELECT count(*) FROM audit_events WHERE name = 'client:code:redeemed'),
                  (SELECT count(*) FROM audit_events WHERE name = 'client:refresh:rotated')""",
    )
    numbers = (grants, families, generations, redeemed, rotated)
    names = ("grants", "families", "generations", "redeemed", "rotated")
    return {name: int(str(value)) for name, value in zip(names, numbers, strict=True)}


async def check_whole(url: str) -> None:
    """Every grant has its family and its event, every rotation its event."""
    found = await counts(url)
    assert found["grants"] == found["families"] == found["redeemed"], found
    assert found["generations"] == found["rotated"], found
