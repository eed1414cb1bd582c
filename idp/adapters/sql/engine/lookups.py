"""Hot reads: one select over the keys that are asked for, whether that is one key or a batch of them."""

from msgspec import Struct

from idp.adapters.sql.engine.parameter_types import PARAMETER_TYPES
from idp.adapters.sql.engine.statements import Statement, Value, statement

Key = tuple[Value, ...]


class Lookup(Struct, frozen=True):
    """A read by key that answers at most one row for each key.

    SQLite runs `single` with one key; PostgreSQL runs `batched` with a list for each part of the key, and each row
    begins with the place of its key in the lists, counted from 1.
    """

    single: Statement
    batched: str
    names: tuple[str, ...]


def lookup(names: tuple[str, ...], columns: str, *, first: tuple[str, str, str], joins: str = "") -> Lookup:
    """Build a lookup from the names of the key's parts, the columns to read and the tables to read them from.

    `first` is the table that is found by `asked`, its alias and the condition; `joins` follow from there.
    """
    table, alias, found_by = first
    one = ", ".join(f":{name} AS {name}" for name in names)
    lists = ", ".join(f"${place}::{PARAMETER_TYPES[name]}[]" for place, name in enumerate(names, 1))
    # OFFSET 0 keeps PostgreSQL from turning the join round: it must probe for each key, never read the whole table,
    # and it plans while the table may still be empty.
    probe = f"CROSS JOIN LATERAL (SELECT * FROM {table} {alias} WHERE {found_by} OFFSET 0) AS {alias}"  # noqa: S608
    return Lookup(
        single=statement(
            f"SELECT {columns} FROM (SELECT {one}) AS asked "  # noqa: S608 (constants of ours, here as above)
            f"JOIN {table} {alias} ON {found_by} {joins}"
        ),
        batched=f"SELECT asked.place, {columns} FROM unnest({lists}) "  # noqa: S608 (likewise)
        f"WITH ORDINALITY AS asked({', '.join(names)}, place) {probe} {joins}",
        names=names,
    )
