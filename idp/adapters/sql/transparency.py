"""The public transparency log, and the events of the audit log that it is made of."""

from collections.abc import Mapping, Sequence

import orjson

from idp.adapters.sql.audit import tables as tables_audit
from idp.adapters.sql.audit.log import EVENT_COLUMNS, event_of
from idp.adapters.sql.engine.bulk import BulkRows
from idp.adapters.sql.engine.instants import from_micros, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, Row, Step, insert_into, statement
from idp.audit.entries import Entry, digest_of
from idp.audit.merkle import Subtree
from idp.audit.model import RecordEvent
from idp.kernel.ids import EventId
from idp.transparency.errors import LogDamagedError
from idp.transparency.model import LogEntry, Position, StoredHead, TreeHead
from idp.transparency.ports import FoundEvent
from idp.transparency.published import published_names

_NAMES = orjson.dumps(sorted(name.value for name in published_names())).decode()


def _listed(name: str, kind: str = "text") -> tuple[str, str]:
    """Return a select of the values of a JSON list, for SQLite and for PostgreSQL."""
    return (
        f"(SELECT value FROM json_each(:{name}))",  # noqa: S608 (a name of ours)
        f"(SELECT CAST(value AS {kind}) FROM json_array_elements_text(CAST(:{name} AS json)))",  # noqa: S608 (likewise)
    )


_BETWEEN_TEXT = f"""
    SELECT {EVENT_COLUMNS} FROM audit_events WHERE event_id > :after_id AND event_id <= :to_id AND name IN {{names}}
    ORDER BY event_id
"""  # noqa: S608 (constants of ours)
_ONE_TEXT = f"SELECT {EVENT_COLUMNS} FROM audit_events WHERE event_id = :event_id AND name IN {{names}}"  # noqa: S608
_OURS, _THEIRS = _listed("names")
_BETWEEN = statement(_BETWEEN_TEXT.format(names=_OURS), postgres=_BETWEEN_TEXT.format(names=_THEIRS))
_ONE = statement(_ONE_TEXT.format(names=_OURS), postgres=_ONE_TEXT.format(names=_THEIRS))

_POSITION = statement("SELECT entries, read_to FROM transparency_position WHERE log = 1")
_MOVE = statement("""
    UPDATE transparency_position SET entries = :entries, read_to = :read_to
    WHERE log = 1 AND entries = :expected_entries AND read_to = :expected_read_to RETURNING 1
""")
_KNOWN_TEXT = "SELECT event_key FROM transparency_entries WHERE event_key IN {keys}"
_OUR_KEYS, _THEIR_KEYS = _listed("keys")
_KNOWN = statement(_KNOWN_TEXT.format(keys=_OUR_KEYS), postgres=_KNOWN_TEXT.format(keys=_THEIR_KEYS))
_NODES_TEXT = "SELECT place, node FROM transparency_nodes WHERE place IN {places}"
_OUR_PLACES, _THEIR_PLACES = _listed("places", "bigint")
_NODES = statement(_NODES_TEXT.format(places=_OUR_PLACES), postgres=_NODES_TEXT.format(places=_THEIR_PLACES))
_LEAVES = statement("""
    SELECT entry_index, leaf FROM transparency_entries WHERE entry_index >= :start AND entry_index < :stop
    ORDER BY entry_index
""")
_HEADS = statement("SELECT number, entries, root, at, signed FROM transparency_heads ORDER BY number DESC LIMIT :limit")
_ADD_HEAD = insert_into(tables_audit.transparency_heads, "ON CONFLICT DO NOTHING RETURNING 1")


class SqlPublishedEvents:
    """Implements `idp.transparency.ports.PublishedEvents`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def between(self, after_id: str, to_id: str) -> Sequence[FoundEvent]:
        """Return those with after_id < id <= to_id, in the order of ids."""
        rows = await self._engine.read(_BETWEEN, {"after_id": after_id, "to_id": to_id, "names": _NAMES})
        return [_found(row) for row in rows]

    async def one(self, event_id: EventId) -> FoundEvent | None:
        """Return one."""
        rows = await self._engine.read(_ONE, {"event_id": event_id, "names": _NAMES})
        return _found(rows[0]) if rows else None


class SqlTransparencyLog:
    """Implements `idp.transparency.ports.TransparencyLog`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def position(self) -> Position:
        """Return how far it came."""
        rows = await self._engine.read(_POSITION, {})
        if not rows:
            raise LogDamagedError("the position of the log is gone")
        return Position(_number(rows[0][0]), _number(rows[0][1]))

    async def known(self, keys: Sequence[str]) -> frozenset[str]:
        """Return which of these keys entries have."""
        rows = await self._engine.read(_KNOWN, {"keys": orjson.dumps(keys).decode()})
        return frozenset(str(row[0]) for row in rows)

    async def hashes(self, subtrees: Sequence[Subtree]) -> Mapping[Subtree, bytes]:
        """Return the hashes of subtrees, as far as they are there."""
        wanted = {subtree.place: subtree for subtree in subtrees}
        if not wanted:
            return {}
        rows = await self._engine.read(_NODES, {"places": orjson.dumps(list(wanted)).decode()})
        return {wanted[_number(row[0])]: row[1] for row in rows if isinstance(row[1], bytes)}

    async def append(
        self, before: Position, after: Position, entries: Sequence[LogEntry], nodes: Mapping[Subtree, bytes]
    ) -> bool:
        """Append entries from index `before.entries` on; False, with nothing written, if the log stands elsewhere."""
        expected = {"expected_entries": before.entries, "expected_read_to": before.read_to}
        claim = Step(_MOVE, {"entries": after.entries, "read_to": after.read_to, **expected}, claim=True)
        if not entries:
            return await self._engine.apply([claim]) is not None
        added = [
            (index, entry.key, to_micros(entry.at), entry.leaf) for index, entry in enumerate(entries, before.entries)
        ]
        grown = [(subtree.place, node) for subtree, node in nodes.items()]
        rows = (
            BulkRows("transparency_entries", ("entry_index", "event_key", "at", "leaf"), added),
            BulkRows("transparency_nodes", ("place", "node"), grown),
        )
        return await self._engine.append(claim, rows)

    async def leaves(self, start: int, end: int) -> Sequence[tuple[int, bytes]]:
        """Return the leaves with start <= index < end with their indices, in order."""
        rows = await self._engine.read(_LEAVES, {"start": start, "stop": end})
        return [(_number(row[0]), row[1] if isinstance(row[1], bytes) else b"") for row in rows]

    async def heads(self, limit: int) -> Sequence[StoredHead]:
        """Return the newest signed heads, newest first."""
        return [_head(row) for row in await self._engine.read(_HEADS, {"limit": limit})]

    async def add_head(self, head: StoredHead) -> bool:
        """Append a signed head; False if one with this number is there."""
        reported = head.head
        values: Parameters = {
            "number": head.number,
            "entries": reported.size,
            "root": reported.root,
            "at": to_micros(reported.at),
            "signed": head.signed,
        }
        return await self._engine.apply([Step(_ADD_HEAD, values, claim=True)]) is not None


def _found(row: Row) -> FoundEvent:
    return FoundEvent(Entry(EventId(str(row[0])), digest_of(row[1:])), _read(row))


def _read(row: Row) -> RecordEvent | None:
    try:
        return event_of(row)
    # Whoever edits a row may write what is no event: its digest tells of it.
    except (ValueError, TypeError, OverflowError):
        return None


def _head(row: Row) -> StoredHead:
    number, entries, root, at, signed = row
    head = TreeHead(_number(entries), str(root), from_micros(_number(at)))
    return StoredHead(_number(number), head, str(signed))


def _number(value: object) -> int:
    return int(str(value))
