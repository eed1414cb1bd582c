"""Reads who made whom an administrator, and whose accounts are one person's."""

from datetime import datetime

from idp.adapters.sql.engine.instants import to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, statement

# What the host's commands did names no account, and so leads nowhere. A role that was revoked was given all the same.
_TIED = statement("""
    WITH RECURSIVE made (account_id, maker) AS (
        SELECT o.account_id, o.issued_by FROM officers o WHERE o.created_at > :since
        UNION SELECT o.account_id, o.renewed_by FROM officers o WHERE o.renewed_at > :since
        UNION SELECT r.account_id, r.given_by FROM admin_roles r WHERE r.given_at > :since
    ), behind (of_account, account_id) AS (
        SELECT CAST(o.account_id AS text), CAST(o.account_id AS text) FROM officers o
        WHERE o.account_id IN (:account_id, :to_account_id)
        UNION
        SELECT b.of_account, CAST(m.maker AS text) FROM behind b
        JOIN made m ON m.account_id = b.account_id
        JOIN officers o ON o.account_id = m.maker
    )
    SELECT 1 FROM behind one JOIN behind other ON other.account_id = one.account_id
    WHERE one.of_account = :account_id AND other.of_account = :to_account_id
    LIMIT 1
""")

_ONE_PERSON = statement("""
    SELECT 1 FROM officers one JOIN officers other ON other.person_number_index = one.person_number_index
    WHERE one.account_id = :account_id AND other.account_id = :to_account_id
""")
# Who may decide, now or later, and whose number nobody knows. What the host's commands did is no account's.
_NAMELESS_OF = statement("""
    SELECT 1 FROM officers WHERE account_id IN (:account_id, :to_account_id) AND person_number_index IS NULL
""")
_NAMELESS = statement("""
    SELECT COUNT(*) FROM officers
    WHERE person_number_index IS NULL AND withdrawn_at IS NULL AND enrolment_hash IS NULL AND asked_at IS NULL
""")


class SqlTies:
    """Implements `idp.admin.changes.independence.TieReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def tied(self, one: str, other: str, since: datetime) -> bool:
        """Say whether one person can be behind both accounts."""
        asked: Parameters = {"account_id": one, "to_account_id": other, "since": to_micros(since)}
        pair: Parameters = {"account_id": one, "to_account_id": other}
        return bool(await self._engine.read(_TIED, asked) or await self._engine.read(_ONE_PERSON, pair))

    async def any_nameless(self, one: str, other: str) -> bool:
        """Say whether one of two accounts carries no number."""
        return bool(await self._engine.read(_NAMELESS_OF, {"account_id": one, "to_account_id": other}))

    async def nameless(self) -> int:
        """Return how many accounts that were set up and not withdrawn carry no number."""
        return int(str((await self._engine.read(_NAMELESS, {}))[0][0]))
