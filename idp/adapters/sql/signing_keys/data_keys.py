"""Wrapped data keys on SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from idp.adapters.sql.engine.instants import from_micros, from_micros_or_none, to_micros, to_micros_or_none
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, Step, statement
from idp.kernel.data_keys import Rewrapped, WrappedKey


class _KeyRow(NamedTuple):
    """The columns of `_LOAD`, in its order."""

    key_id: str
    wrapped: bytes
    created_at: int
    seals_since: int | None
    retired_at: int | None


_LOAD = statement("SELECT key_id, wrapped, created_at, seals_since, retired_at FROM data_keys ORDER BY position")

_ADD_FIRST = statement("""
    INSERT INTO data_keys (position, key_id, wrapped, created_at, seals_since)
    SELECT 1, :key_id, :wrapped, :created_at, :seals_since WHERE NOT EXISTS (SELECT 1 FROM data_keys)
    ON CONFLICT DO NOTHING
    RETURNING 1
""")
# Two that both know as many meet at the position, which is the primary key.
_ADD_NEXT = statement("""
    INSERT INTO data_keys (position, key_id, wrapped, created_at)
    SELECT :position, :key_id, :wrapped, :created_at
    WHERE (SELECT COUNT(*) FROM data_keys) = :position - 1
    ON CONFLICT DO NOTHING
    RETURNING 1
""")
_LET_SEAL = statement("UPDATE data_keys SET seals_since = :at WHERE key_id = :key_id AND seals_since IS NULL")
_RETIRE = statement("""
    UPDATE data_keys SET retired_at = :at, wrapped = :wrapped
    WHERE key_id = :key_id AND retired_at IS NULL AND wrapped = :before_wrapped
    RETURNING 1
""")
_REWRAP = statement(
    "UPDATE data_keys SET wrapped = :wrapped WHERE key_id = :key_id AND wrapped = :before_wrapped RETURNING 1"
)


class SqlDataKeys:
    """Implements `idp.kernel.data_keys.DataKeyStore`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def load(self) -> Sequence[WrappedKey]:
        """Return all data keys, oldest first."""
        rows = [_KeyRow._make(row) for row in await self._engine.read(_LOAD, {})]
        return [
            WrappedKey(
                row.key_id,
                bytes(row.wrapped),
                from_micros(row.created_at),
                from_micros_or_none(row.seals_since),
                from_micros_or_none(row.retired_at),
            )
            for row in rows
        ]

    async def add_first(self, key: WrappedKey) -> bool:
        """Store the very first key; answer False when another process was quicker."""
        values: Parameters = {**_columns(key), "seals_since": to_micros_or_none(key.seals_since)}
        return await self._engine.apply([Step(_ADD_FIRST, values, claim=True)]) is not None

    async def add_next(self, key: WrappedKey, known: int) -> bool:
        """Store one more than the known ones; answer False when another process was quicker."""
        values: Parameters = {**_columns(key), "position": known + 1}
        return await self._engine.apply([Step(_ADD_NEXT, values, claim=True)]) is not None

    async def let_seal(self, key_id: str, at: datetime) -> None:
        """Keep from when a key seals, unless it does so already."""
        await self._engine.apply([Step(_LET_SEAL, {"key_id": key_id, "at": to_micros(at)})])

    async def retire(self, key: Rewrapped, at: datetime) -> bool:
        """Keep from when nothing opens under a key, and the wrapping that says so; False when it is no longer so."""
        step = Step(_RETIRE, {**_exchange(key), "at": to_micros(at)}, claim=True)
        return await self._engine.apply([step]) is not None

    async def rewrap(self, keys: Sequence[Rewrapped]) -> bool:
        """Exchange the wrappings, all or none."""
        steps = [Step(_REWRAP, _exchange(one), claim=True) for one in keys]
        return await self._engine.apply(steps) is not None


def _exchange(key: Rewrapped) -> dict[str, str | bytes | int | bool | None]:
    return {"key_id": key.key_id, "before_wrapped": key.before, "wrapped": key.after}


def _columns(key: WrappedKey) -> dict[str, str | bytes | int | bool | None]:
    return {"key_id": key.id, "wrapped": key.wrapped, "created_at": to_micros(key.created_at)}
