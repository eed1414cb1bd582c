"""Imported hashes that stand as they came, on SQL."""

from collections.abc import Sequence

from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, Step, statement
from idp.factors.password.hash_ports import StoredHash
from idp.kernel.ids import AccountId, PersonId

# In the words of the index `ix_passwords_unwrapped`, or it is not used.
_UNWRAPPED = "password_hash NOT LIKE '$pepper1$%' AND password_hash NOT LIKE '$argon2%' AND password_hash <> '-'"
_AFTER = statement(f"""
    SELECT person_id, account_id, password_hash FROM passwords
    WHERE {_UNWRAPPED} AND (person_id, account_id) > (:person_id, :account_id)
    ORDER BY person_id, account_id LIMIT :limit
""")  # noqa: S608 (a constant)
_EXCHANGE = statement("""
    UPDATE passwords SET password_hash = :password_hash
    WHERE person_id = :person_id AND account_id = :account_id AND password_hash = :before
    RETURNING 1
""")


class SqlUnwrappedHashes:
    """Implements `idp.factors.password.hash_ports.UnwrappedHashStore`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def after(self, person_id: PersonId, account_id: AccountId, limit: int) -> Sequence[StoredHash]:
        """Return up to `limit` that follow an account."""
        asked: Parameters = {"person_id": person_id, "account_id": account_id, "limit": limit}
        rows = await self._engine.read(_AFTER, asked)
        return [StoredHash(PersonId(str(row[0])), AccountId(str(row[1])), *map(str, row[2:])) for row in rows]

    async def exchange(self, stored: Sequence[StoredHash], wrapped: Sequence[str]) -> int:
        """Exchange each by itself: a sign-in that renews one of them waits for one row, not for a batch."""
        exchanged = 0
        for one, made in zip(stored, wrapped, strict=True):
            key = {"person_id": one.person_id, "account_id": one.account_id}
            step = Step(_EXCHANGE, {**key, "before": one.hash, "password_hash": made}, claim=True)
            exchanged += await self._engine.apply([step]) is not None
        return exchanged

    async def some_are_left(self) -> bool:
        """Look for one by the index."""
        return bool(await self.after(PersonId(""), AccountId(""), 1))
