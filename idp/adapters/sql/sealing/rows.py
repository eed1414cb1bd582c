"""Sealed values that are to be sealed anew, on SQL. Names of tables and columns come from the inventory alone."""

from collections.abc import Sequence
from functools import cache

from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Statement, Step, Value, statement
from idp.sealing.ports import KeyValue, SealedColumn, StaleRow


class SqlSealedRows:
    """Implements `idp.sealing.ports.SealedRowStore`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def stale(
        self, column: SealedColumn, after: tuple[KeyValue, ...], prefix: bytes, limit: int
    ) -> Sequence[StaleRow]:
        """Return rows whose value does not begin with the prefix, in the order of the key."""
        asked: dict[str, Value] = {"newest_prefix": prefix, "prefix_bytes": len(prefix), "limit": limit}
        asked |= dict(zip(column.keys, after, strict=True)) if after else {}
        names, found = (*column.keys, *column.besides), []
        for *named, sealed in await self._engine.read(_stale(column, follows=bool(after)), asked):
            key = tuple(_key_value(value) for value in named[: len(column.keys)])
            found.append(StaleRow(key, dict(zip(names, named, strict=True)), _bytes(sealed)))
        return found

    async def exchange(self, column: SealedColumn, row: StaleRow, sealed: bytes) -> bool:
        """Exchange one by itself: a request that writes one of them waits for one row, not for a batch."""
        key: dict[str, Value] = dict(zip(column.keys, row.key, strict=True))
        step = Step(_exchange(column), {**key, "sealed_before": row.sealed, "sealed_after": sealed}, claim=True)
        return await self._engine.apply([step]) is not None


@cache
def _stale(column: SealedColumn, *, follows: bool) -> Statement:
    keys, name = ", ".join(column.keys), column.column
    conditions = [f"{name} IS NOT NULL", f"substr({name}, 1, :prefix_bytes) <> :newest_prefix", f"length({name}) > 0"]
    if column.kinds:
        conditions.append(f"kind IN ({', '.join(repr(kind) for kind in column.kinds)})")
    if follows:
        conditions.append(f"({keys}) > ({', '.join(f':{key}' for key in column.keys)})")
    selected = ", ".join((*column.keys, *column.besides, name))
    return statement(
        f"SELECT {selected} FROM {column.table} WHERE {' AND '.join(conditions)} ORDER BY {keys} LIMIT :limit"  # noqa: S608
    )


@cache
def _exchange(column: SealedColumn) -> Statement:
    key = " AND ".join(f"{name} = :{name}" for name in column.keys)
    return statement(
        f"UPDATE {column.table} SET {column.column} = :sealed_after "  # noqa: S608
        f"WHERE {key} AND {column.column} = :sealed_before RETURNING 1"
    )


def _key_value(value: object) -> KeyValue:
    if isinstance(value, str | int):
        return value
    return _bytes(value)


def _bytes(value: object) -> bytes:
    if not isinstance(value, bytes | memoryview):
        raise TypeError("the database returned no bytes")
    return bytes(value)
