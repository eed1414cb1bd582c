"""Wrapped data keys on SQL."""

from collections.abc import Sequence
from typing import NamedTuple

from idp.adapters.sql.engine import Engine
from idp.adapters.sql.instants import from_micros, to_micros
from idp.adapters.sql.statements import Parameters, Step, statement
from idp.kernel.data_keys import WrappedKey


class _KeyRow(NamedTuple):
    """The columns of `_LOAD`, in its order."""

    key_id: str
    wrapped: bytes
    created_at: int


_LOAD = statement("SELECT key_id, wrapped, created_at FROM data_keys ORDER BY position")

_ADD_FIRST = statement("""
    INSERT INTO data_keys (position, key_id, wrapped, created_at)
    SELECT 1, :key_id, :wrapped, :created_at WHERE NOT EXISTS (SELECT 1 FROM data_keys)
    ON CONFLICT DO NOTHING
    RETURNING 1
""")


class SqlDataKeys:
    """Implements `idp.kernel.data_keys.DataKeyStore`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def load(self) -> Sequence[WrappedKey]:
        """Return all data keys, oldest first."""
        rows = [_KeyRow._make(row) for row in await self._engine.read(_LOAD, {})]
        return [WrappedKey(row.key_id, row.wrapped, from_micros(row.created_at)) for row in rows]

    async def add_first(self, key: WrappedKey) -> bool:
        """Store the very first key; answer False when another process was quicker."""
        values: Parameters = {"key_id": key.id, "wrapped": key.wrapped, "created_at": to_micros(key.created_at)}
        return await self._engine.apply([Step(_ADD_FIRST, values, claim=True)]) is not None
