"""Reads the audit log in the order of its identifiers, which is the order of time."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from clients.model import ClientId
from idp.adapters.sql.engine.instants import from_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Row, statement
from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.ids import EventId, PersonId, SessionId


class EventRow(NamedTuple):
    """The columns of `EVENT_COLUMNS`, in their order."""

    event_id: EventId
    name: str
    at: int
    correlation_id: str
    address: str
    port: int
    person_id: PersonId | None
    client_id: ClientId | None
    session_id: SessionId | None
    reason: str
    details: str


EVENT_COLUMNS = """
    event_id, name, at, correlation_id, address, port, person_id, client_id, session_id, reason, details
"""
_AFTER = statement(f"""
    SELECT {EVENT_COLUMNS} FROM audit_events WHERE event_id > :after_id ORDER BY event_id LIMIT :limit
""")  # noqa: S608 (constants of ours)


async def read_events(engine: Engine, after_id: str, limit: int) -> Sequence[RecordEvent]:
    """Return up to `limit` events whose id follows `after_id` ("" for the beginning)."""
    return [event_of(row) for row in await engine.read(_AFTER, {"after_id": after_id, "limit": limit})]


def event_of(found: Row) -> RecordEvent:
    """Return the event of a row of `EVENT_COLUMNS`."""
    row = EventRow._make(found)
    return RecordEvent(
        id=row.event_id,
        name=EventName(row.name),
        at=from_micros(row.at),
        origin=Origin(row.correlation_id, row.address, row.port),
        person_id=row.person_id,
        client_id=row.client_id,
        session_id=row.session_id,
        reason=row.reason,
        details=msgspec.json.decode(row.details, type=dict[str, str]),
    )
