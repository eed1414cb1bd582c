"""Signing keys on SQL, their private halves sealed before they come here."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from idp.adapters.sql.engine.binder import Binder
from idp.adapters.sql.engine.instants import from_micros, from_micros_or_none
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Step, insert_into, statement
from idp.adapters.sql.signing_keys import tables as tables_keys
from keys.model import Algorithm, SigningKey
from keys.ports import StoredKeys


class _KeyRow(NamedTuple):
    """The columns of `_LOAD`, in its order; all but the version are None when there are no keys."""

    version: int
    kid: str | None
    algorithm: Algorithm
    sealed_private: bytes
    public_jwk: str
    created_at: int
    activates_at: int
    retires_at: int | None
    expires_at: int | None


# Keys and version in one statement belong to one instant.
_LOAD = statement("""
    SELECT v.version, k.kid, k.algorithm, k.sealed_private, k.public_jwk, k.created_at, k.activates_at, k.retires_at,
           k.expires_at
    FROM change_counters v LEFT JOIN signing_keys k ON TRUE
    WHERE v.topic = 'keys' ORDER BY k.created_at, k.kid
""")

CLAIM_VERSION = statement("""
    UPDATE change_counters SET version = version + 1 WHERE topic = 'keys' AND version = :expected_version
    RETURNING 1
""")
INSERT = insert_into(tables_keys.signing_keys)
CHANGE = statement("""
    UPDATE signing_keys
    SET algorithm = :algorithm, sealed_private = :sealed_private, public_jwk = :public_jwk, created_at = :created_at,
        activates_at = :activates_at, retires_at = :retires_at, expires_at = :expires_at
    WHERE kid = :kid
""")


class SqlKeys:
    """Implements `keys.ports.KeyStore`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def load(self) -> StoredKeys:
        """Return all keys and the version they belong to."""
        rows = [_KeyRow._make(row) for row in await self._engine.read(_LOAD, {})]
        return StoredKeys(version=rows[0].version, keys=[_key(row, row.kid) for row in rows if row.kid is not None])

    async def apply(self, added: Sequence[SigningKey], changed: Sequence[SigningKey], *, expected_version: int) -> bool:
        """Insert `added` and overwrite `changed`, unless the version is no longer the expected one."""
        steps = [Step(CLAIM_VERSION, {"expected_version": expected_version}, claim=True)]
        steps += [Step(INSERT, _KEY.parameters(key)) for key in added]
        steps += [Step(CHANGE, _KEY.parameters(key)) for key in changed]
        return await self._engine.apply(steps) is not None


def _key(row: _KeyRow, kid: str) -> SigningKey:
    return SigningKey(
        kid=kid,
        algorithm=row.algorithm,
        sealed_private=row.sealed_private,
        public_jwk=msgspec.json.decode(row.public_jwk, type=dict[str, str]),
        created_at=from_micros(row.created_at),
        activates_at=from_micros(row.activates_at),
        retires_at=from_micros_or_none(row.retires_at),
        expires_at=from_micros_or_none(row.expires_at),
    )


def jwk_text(key: SigningKey) -> str:
    """Return the public key as it is kept."""
    return msgspec.json.encode(dict(key.public_jwk)).decode()


_KEY = Binder(SigningKey, (INSERT,), by_hand={"public_jwk": jwk_text})
