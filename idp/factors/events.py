"""The audit events of second factors, and who is told of them."""

from datetime import datetime

from idp.account.model import Account
from idp.account.notices.service import Reachable
from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.ids import EventId, SessionId, new_id
from idp.sessions.model import SessionView


def factor_event(
    name: EventName, account: Account, factor: str, origin: Origin, now: datetime, session_id: SessionId = SessionId("")
) -> RecordEvent:
    """Return the event that something happened to a factor of an account; `session_id` is empty before there is one."""
    return RecordEvent(
        id=EventId(new_id()),
        name=name,
        at=now,
        origin=origin,
        person_id=account.person_id,
        session_id=session_id or None,
        details={"factor": factor},
    )


def owner_of(view: SessionView) -> Reachable:
    """Return the person of a session with the contacts they are told at."""
    return Reachable.of(view)
