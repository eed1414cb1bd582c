"""What an operator asks of the database itself: its schema, its clock, who is signed in."""

from datetime import datetime

from idp.adapters.sql.engine import Engine
from idp.adapters.sql.instants import from_micros, to_micros
from idp.adapters.sql.statements import Parameters, Statement, statement

_TABLES = statement(
    "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'",
    postgres="SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'alembic_version'",
)
_REVISION = statement("SELECT version_num FROM alembic_version")
_NOW = statement(
    "SELECT CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000",
    postgres="SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS bigint)",
)
_LIVE_SESSIONS = statement("""
    SELECT count(*) FROM sessions
    WHERE person_id = :person_id AND account_id = :account_id AND ended_at IS NULL AND expires_at > :now
""")

# By either identifier. Only the first has an index: an account id alone is looked for in the whole table.
_ACCOUNTS = statement("""
    SELECT person_id, account_id FROM accounts WHERE person_id = :person_id
    UNION
    SELECT person_id, account_id FROM accounts WHERE account_id = :account_id
    ORDER BY account_id
""")


class SqlOperations:
    """Answers operators; nothing on the way of a request uses it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def revision(self) -> str | None:
        """Return the schema's revision, or None for a database that was never migrated."""
        if not await self._number(_TABLES, {}):
            return None
        rows = await self._engine.read(_REVISION, {})
        return str(rows[0][0]) if rows else None

    async def now(self) -> datetime:
        """Return the time by the database's own clock, exact to a millisecond."""
        return from_micros(await self._number(_NOW, {}))

    async def live_sessions(self, person_id: str, account_id: str, now: datetime) -> int:
        """Return in how many browsers an account is signed in."""
        return await self._number(
            _LIVE_SESSIONS, {"person_id": person_id, "account_id": account_id, "now": to_micros(now)}
        )

    async def accounts_of(self, identifier: str) -> list[tuple[str, str]]:
        """Return (person id, account id) of the accounts that an id of a person or of an account names."""
        rows = await self._engine.read(_ACCOUNTS, {"person_id": identifier, "account_id": identifier})
        return [(str(person_id), str(account_id)) for person_id, account_id in rows]

    async def _number(self, asked: Statement, parameters: Parameters) -> int:
        rows = await self._engine.read(asked, parameters)
        return int(str(rows[0][0]))
