"""SQL text written once with `:named` parameters, readable by both drivers."""

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from sqlalchemy import Table, insert
from sqlalchemy.engine.default import DefaultDialect

from idp.adapters.sql.engine.parameter_types import PARAMETER_TYPES

Value = str | int | bytes | bool | None
Parameters = Mapping[str, Value]
Row = Sequence[object]

# What follows a letter is no parameter: names of events have colons.
_PARAMETER = re.compile(r"(?<!\w):([a-z_]+)")
_DIALECT = DefaultDialect(paramstyle="named")


class Statement(Struct, frozen=True):
    """One statement for both drivers: `named` is what sqlite3 takes, `numbered` with `names` what asyncpg takes."""

    named: str
    numbered: str
    names: tuple[str, ...]

    def arguments(self, parameters: Parameters) -> list[Value]:
        """Return the values of `$1`, `$2`, … in order."""
        return [parameters[name] for name in self.names]


class Step(Struct, frozen=True):
    """A statement to run with its values. A claim that returns no row undoes the whole transaction."""

    statement: Statement
    parameters: Parameters
    claim: bool = False


def statement(sql: str, *, postgres: str | None = None) -> Statement:
    """Compile SQL with `:named` parameters; `postgres` is given where the two languages differ."""
    postgres_sql = sql if postgres is None else postgres
    names = tuple(dict.fromkeys(_PARAMETER.findall(postgres_sql)))
    numbered = _PARAMETER.sub(lambda match: f"${names.index(match[1]) + 1}::{PARAMETER_TYPES[match[1]]}", postgres_sql)
    return Statement(named=sql, numbered=numbered, names=names)


def bound_by(statements: Iterable[Statement]) -> tuple[str, ...]:
    """Return the parameters that any of the statements binds, in either language."""
    return tuple(dict.fromkeys(name for one in statements for name in (*one.names, *_PARAMETER.findall(one.named))))


def insert_into(table: Table, ending: str = "", *, leaving_out: frozenset[str] = frozenset()) -> Statement:
    """Return the insert of one row whose parameters are named like the columns, then `ending` (ON CONFLICT …)."""
    names = [column.name for column in table.columns if column.name not in leaving_out]
    compiled = insert(table).compile(dialect=_DIALECT, column_keys=names)
    return statement(f"{compiled} {ending}".rstrip())
