"""The audit events of recovery."""

from datetime import datetime

from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.ids import EventId, PersonId, new_id


def recovery_event(
    name: EventName, person_id: PersonId, origin: Origin, now: datetime, reason: str = "", **details: str
) -> RecordEvent:
    """Return an event of one person's recovery; the person may be nobody."""
    return RecordEvent(
        id=EventId(new_id()), name=name, at=now, origin=origin, person_id=person_id, reason=reason, details=details
    )
