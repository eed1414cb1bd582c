"""What an operator asks of the database itself: its schema, its clock, who is signed in."""

from datetime import UTC, datetime
from secrets import randbelow
from typing import NamedTuple

from msgspec import Struct

from idp.adapters.sql.engine.instants import from_micros, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, Statement, Step, statement
from idp.kernel.errors import TemporarilyUnavailableError
from idp.kernel.ids import AccountId, PersonId

_TABLES = statement(
    "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'",
    postgres="SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'alembic_version'",
)
_REVISION = statement("SELECT version_num FROM alembic_version")
_NOW = statement(
    "SELECT CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000",
    postgres="SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS bigint)",
)
_WRITE_MARK = statement("""
    INSERT INTO health_marks (mark, written_at) VALUES (:mark, :written_at)
    ON CONFLICT (mark) DO UPDATE SET written_at = excluded.written_at RETURNING written_at
""")
# Processes seldom share a row, and looking for years leaves no more rows than these.
_MARKS = 256
_SIZE = statement(
    "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    postgres="SELECT pg_database_size(current_database())",
)
_LIVE_SESSIONS = statement("""
    SELECT count(*) FROM sessions
    WHERE person_id = :person_id AND account_id = :account_id AND ended_at IS NULL AND expires_at > :now
""")

# By either identifier; both have an index.
_ACCOUNTS = statement("""
    SELECT person_id, account_id FROM accounts WHERE person_id = :person_id
    UNION
    SELECT person_id, account_id FROM accounts WHERE account_id = :account_id
    ORDER BY account_id
""")
# Their rows of passwords and contacts are erased; the number's own row has an end.
_CLOSED = """
    SELECT a.person_id, a.account_id, a.proof, a.created_at, i.sealed FROM accounts a
    JOIN identifiers i ON i.person_id = a.person_id AND i.account_id = a.account_id
    WHERE a.status = 'closed' AND {which} ORDER BY i.valid_to DESC LIMIT 1
"""
_CLOSED_BY_ID = statement(_CLOSED.format(which="a.person_id = :person_id AND a.account_id = :account_id"))
_CLOSED_BY_NUMBER = statement(_CLOSED.format(which="i.blind_index = :blind_index"))


class _ClosedRow(NamedTuple):
    """The columns of `_CLOSED`, in their order."""

    person_id: PersonId
    account_id: AccountId
    proof: str
    created_at: int
    sealed: bytes


class ClosedAccount(Struct, frozen=True):
    """What is left of an account that its owner closed; the number is sealed."""

    person_id: PersonId
    account_id: AccountId
    proof: str
    created_at: datetime
    number_sealed: bytes


class SqlOperations:
    """Answers operators; nothing on the way of a request uses it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._mark = randbelow(_MARKS)

    async def revision(self) -> str | None:
        """Return the schema's revision, or None for a database that was never migrated."""
        if not await self._number(_TABLES, {}):
            return None
        rows = await self._engine.read(_REVISION, {})
        return str(rows[0][0]) if rows else None

    async def now(self) -> datetime:
        """Return the time by the database's own clock, exact to a millisecond."""
        return from_micros(await self._number(_NOW, {}))

    async def write_and_read(self) -> datetime:
        """Write and commit a mark and return the time by the database's clock, read in the same transaction.

        Raises TemporarilyUnavailableError from a database that only reads, is full, or does not answer.
        """
        now = {"mark": self._mark, "written_at": to_micros(datetime.now(UTC))}
        rows = await self._engine.apply([Step(_WRITE_MARK, now, claim=True), Step(_NOW, {})])
        if not rows:
            raise TemporarilyUnavailableError("the database took a mark and did not return it")
        return from_micros(int(str(rows[0][0])))

    async def size(self) -> int:
        """Return how many bytes the database takes on disk."""
        return await self._number(_SIZE, {})

    async def live_sessions(self, person_id: PersonId, account_id: AccountId, now: datetime) -> int:
        """Return in how many browsers an account is signed in."""
        return await self._number(
            _LIVE_SESSIONS, {"person_id": person_id, "account_id": account_id, "now": to_micros(now)}
        )

    async def accounts_of(self, identifier: str) -> list[tuple[PersonId, AccountId]]:
        """Return (person id, account id) of the accounts that an id of a person or of an account names."""
        rows = await self._engine.read(_ACCOUNTS, {"person_id": identifier, "account_id": identifier})
        return [(PersonId(str(person_id)), AccountId(str(account_id))) for person_id, account_id in rows]

    async def closed_by_id(self, person_id: PersonId, account_id: AccountId) -> ClosedAccount | None:
        """Return one account if it is closed."""
        return await self._closed(_CLOSED_BY_ID, {"person_id": person_id, "account_id": account_id})

    async def closed_by_number(self, number_index: bytes) -> ClosedAccount | None:
        """Return the closed account that a number led to, the one closed last."""
        return await self._closed(_CLOSED_BY_NUMBER, {"blind_index": number_index})

    async def _closed(self, asked: Statement, parameters: Parameters) -> ClosedAccount | None:
        rows = await self._engine.read(asked, parameters)
        if not rows:
            return None
        row = _ClosedRow._make(rows[0])
        return ClosedAccount(row.person_id, row.account_id, row.proof, from_micros(row.created_at), bytes(row.sealed))

    async def _number(self, asked: Statement, parameters: Parameters) -> int:
        rows = await self._engine.read(asked, parameters)
        return int(str(rows[0][0]))
