"""The audit event of a decision on tokens."""

from collections.abc import Mapping

from clients.model import Client
from idp.audit.model import MANDATE, EventName, RecordEvent
from idp.grants.model import Grant
from idp.kernel.ids import EventId, new_id
from idp.protocol.authorize.refused_requests import said_details
from idp.protocol.decider import Decider


def event(
    server: Decider, name: EventName, client: Client, grant: Grant | None = None, reason: str = "", said: str = ""
) -> RecordEvent:
    """Return the event of a token decision; `said` is what the client was told, or what it was not: its fault."""
    return RecordEvent(
        id=EventId(new_id()),
        name=name,
        at=server.now,
        origin=server.origin,
        person_id=grant.person_id if grant else None,
        client_id=client.client_id,
        session_id=grant.session_id if grant else None,
        reason=reason,
        details=_details(grant) | said_details(said),
    )


def note_released_number(server: Decider, client: Client, grant: Grant, personal: Mapping[str, object]) -> None:
    """Record that an ID token tells the personal number, in the same transaction as whatever it comes of."""
    if "national_id" in personal:
        server.record.effects.append(event(server, EventName.NATIONAL_ID_RELEASED, client, grant))


def _details(grant: Grant | None) -> dict[str, str]:
    if grant is None:
        return {}
    return {"grant": grant.id} | ({MANDATE: grant.mandate_id} if grant.mandate_id else {})
