"""The audit log as the sealer reads it, and the chain of checkpoints over it."""

from collections.abc import Sequence

from idp.adapters.sql.audit import tables as tables_audit
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, Row, Step, insert_into, statement
from idp.audit.checkpoints import Link
from idp.audit.entries import SEALED_COLUMNS, Entry, digest_of
from idp.kernel.ids import EventId

_COLUMNS = f"event_id, {', '.join(SEALED_COLUMNS)}"
_PAGE = statement(f"""
    SELECT {_COLUMNS} FROM audit_events WHERE event_id > :after_id AND event_id <= :to_id
    ORDER BY event_id LIMIT :limit
""")  # noqa: S608 (constants of ours)
_COUNT = statement("SELECT count(*) FROM audit_events WHERE event_id > :after_id AND event_id <= :to_id")
_COUNT_AFTER = statement("""
    SELECT count(*) FROM (SELECT 1 FROM audit_events WHERE event_id > :after_id LIMIT :limit) AS found
""")
_ENTRY = statement(f"SELECT {_COLUMNS} FROM audit_events WHERE event_id = :event_id")  # noqa: S608 (likewise)

_NEWEST_FIRST = statement("""
    SELECT number, signed FROM audit_checkpoints WHERE number < :below ORDER BY number DESC LIMIT :limit
""")
_IN_ORDER = statement("""
    SELECT number, signed FROM audit_checkpoints WHERE number > :above ORDER BY number LIMIT :limit
""")
_LATE_IN_ORDER = statement("""
    SELECT number, signed FROM audit_checkpoints WHERE number > :above AND late > 0 ORDER BY number LIMIT :limit
""")
_LISTING = statement("SELECT listing FROM audit_checkpoints WHERE number = :number")
_ADD = insert_into(tables_audit.audit_checkpoints, "ON CONFLICT DO NOTHING RETURNING 1")


class SqlSealedLog:
    """Implements `idp.audit.ports.SealedLog`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def page(self, after_id: str, to_id: str, limit: int) -> Sequence[Entry]:
        """Return up to `limit` events with after_id < id <= to_id, in the order of ids."""
        rows = await self._engine.read(_PAGE, {"after_id": after_id, "to_id": to_id, "limit": limit})
        return [_entry(row) for row in rows]

    async def count(self, after_id: str, to_id: str) -> int:
        """Return how many events lie between."""
        ((found,),) = await self._engine.read(_COUNT, {"after_id": after_id, "to_id": to_id})
        return int(str(found))

    async def count_after(self, after_id: str, limit: int) -> int:
        """Return how many events follow an id, `limit` at most."""
        ((found,),) = await self._engine.read(_COUNT_AFTER, {"after_id": after_id, "limit": limit})
        return int(str(found))

    async def entry(self, event_id: EventId) -> Entry | None:
        """Return one event."""
        rows = await self._engine.read(_ENTRY, {"event_id": event_id})
        return _entry(rows[0]) if rows else None


class SqlCheckpoints:
    """Implements `idp.audit.ports.Checkpoints`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def newest_first(self, below: int, limit: int) -> Sequence[Link]:
        """Return up to `limit` links with lower numbers than `below`, highest first."""
        return [_link(row) for row in await self._engine.read(_NEWEST_FIRST, {"below": below, "limit": limit})]

    async def in_order(self, after: int, limit: int, *, late_only: bool = False) -> Sequence[Link]:
        """Return up to `limit` links with higher numbers than `after`, lowest first."""
        wanted = _LATE_IN_ORDER if late_only else _IN_ORDER
        return [_link(row) for row in await self._engine.read(wanted, {"above": after, "limit": limit})]

    async def listing(self, number: int) -> bytes:
        """Return the list of a checkpoint's events; empty if there is no such checkpoint."""
        rows = await self._engine.read(_LISTING, {"number": number})
        found = rows[0][0] if rows else b""
        return found if isinstance(found, bytes) else b""

    async def add(self, link: Link, listing: bytes, late: int) -> bool:
        """Append a checkpoint; False if one with this number is there."""
        values: Parameters = {"number": link.number, "signed": link.signed, "listing": listing, "late": late}
        return await self._engine.apply([Step(_ADD, values, claim=True)]) is not None


def _entry(row: Row) -> Entry:
    return Entry(EventId(str(row[0])), digest_of(row[1:]))


def _link(row: Row) -> Link:
    return Link(int(str(row[0])), str(row[1]))
