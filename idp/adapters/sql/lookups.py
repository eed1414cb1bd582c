"""Hot reads: one select over the keys that are asked for, whether that is one key or a batch of them."""

from dataclasses import dataclass

from idp.adapters.sql.parameter_types import PARAMETER_TYPES
from idp.adapters.sql.statements import Statement, Value, statement

Key = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """A read by key that answers at most one row for each key.

    SQLite runs `single` with one key; PostgreSQL runs `batched` with a list for each part of the key, and each row
    begins with the place of its key in the lists, counted from 1.
    """

    single: Statement
    batched: str
    names: tuple[str, ...]


def lookup(names: tuple[str, ...], columns: str, joins: str) -> Lookup:
    """Build a lookup from the names of the key's parts, the columns to read and the joins to `asked`."""
    one = ", ".join(f":{name} AS {name}" for name in names)
    lists = ", ".join(f"${place}::{PARAMETER_TYPES[name]}[]" for place, name in enumerate(names, 1))
    return Lookup(
        single=statement(f"SELECT {columns} FROM (SELECT {one}) AS asked {joins}"),  # noqa: S608 (constants of ours)
        batched=f"SELECT asked.place, {columns} FROM unnest({lists}) "  # noqa: S608 (constants of ours)
        f"WITH ORDINALITY AS asked({', '.join(names)}, place) {joins}",
        names=names,
    )
