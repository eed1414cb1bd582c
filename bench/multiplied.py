"""A store of millions of accounts made from a smaller one inside PostgreSQL: each row again, under keys of its own."""

from collections.abc import Sequence

import asyncpg

# What an import fills; every key of these tables is made of the columns that `_value` changes.
_TABLES = ("persons", "accounts", "identifiers", "contacts", "passwords", "tech_ids")
_CONSTRAINTS = """
    SELECT c.conname AS name, pg_get_constraintdef(c.oid) AS definition FROM pg_constraint c
    WHERE c.conrelid = $1::regclass AND c.contype IN ('p', 'u')
"""
_INDEXES = """
    SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition FROM pg_index i
    WHERE i.indrelid = $1::regclass AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""
_COLUMNS = "SELECT column_name FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position"
# Ids begin with a digit of their time; this one is far in the future, so the copies are apart and in their order.
_LETTERS = "123456789abcdefghijklmnopqrstuv"
MOST_TIMES = len(_LETTERS) + 1


async def multiply(url: str, times: int) -> None:
    """Make every account of the database at `url` `times` as many; those that were there stay as they are.

    Copies have the sizes of the originals, ids of their own in the order of time, and random blind indexes.
    """
    connection = await asyncpg.connect(url.replace("+asyncpg", ""), command_timeout=None)
    try:
        await connection.execute("SET maintenance_work_mem = '1GB'")
        for table in _TABLES:
            await _multiply_table(connection, table, _LETTERS[: times - 1])
    finally:
        await connection.close()


async def _multiply_table(connection: asyncpg.Connection, table: str, letters: str) -> None:
    constraints = await connection.fetch(_CONSTRAINTS, table)
    indexes = await connection.fetch(_INDEXES, table)
    columns = [row["column_name"] for row in await connection.fetch(_COLUMNS, table)]
    # An index is built of many rows at once in a fraction of the time that they take one by one.
    for row in constraints:
        await connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {row['name']}")
    for row in indexes:
        await connection.execute(f"DROP INDEX {row['name']}")
    for letter in letters:
        await connection.execute(_copies(table, columns, letter))
    for row in constraints:
        await connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {row['name']} {row['definition']}")
    for row in indexes:
        await connection.execute(row["definition"])


def _copies(table: str, columns: Sequence[str], letter: str) -> str:
    values = ", ".join(_value(column, letter) for column in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE person_id < '1'"


def _value(column: str, letter: str) -> str:
    if column in {"person_id", "account_id"}:
        return f"'{letter}' || substr({column}, 2)"
    if column == "blind_index":
        return f"sha256({column} || '{letter}'::bytea)"
    return column
