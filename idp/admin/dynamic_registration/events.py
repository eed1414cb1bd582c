"""What the audit log is told of dynamic registration."""

from collections.abc import Mapping
from datetime import datetime

from clients.model import Client, ClientId
from idp.admin.dynamic_registration.model import InitialToken
from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.ids import EventId, new_id
from idp.officers.roles import NATIONAL
from idp.transparency.published import AGENCY, METADATA_DIGEST

# The detail that names the initial access token.
TOKEN = "initial_access_token"  # noqa: S105 (the name of a detail)


def registered_event(client: Client, token: InitialToken, origin: Origin, now: datetime, digest: str) -> RecordEvent:
    """Return the event of a client that registered itself: each use of an initial access token is one."""
    details = {
        AGENCY: client.agency or NATIONAL,
        "kind": client.kind or "",
        "stage": client.stage,
        TOKEN: token.id,
        METADATA_DIGEST: digest,
    }
    return _event(EventName.CLIENT_SELF_REGISTERED, client.client_id, origin, now, details)


def changed_event(client: Client, members: frozenset[str], origin: Origin, now: datetime, digest: str) -> RecordEvent:
    """Return the event of a client that changed itself; values may be addresses of people, so names alone."""
    details = {"members": " ".join(sorted(members)), METADATA_DIGEST: digest}
    return _event(EventName.CLIENT_SELF_CHANGED, client.client_id, origin, now, details)


def deleted_event(client: Client, origin: Origin, now: datetime, digest: str) -> RecordEvent:
    """Return the event of a client that deleted itself."""
    return _event(EventName.CLIENT_SELF_DELETED, client.client_id, origin, now, {METADATA_DIGEST: digest})


def refused_event(
    code: str, said: str, origin: Origin, now: datetime, *, token: InitialToken | None, client_id: ClientId | None
) -> RecordEvent:
    """Return the event of a refused request. A token that nobody knows is told of nobody, and sampled."""
    details = {"said": said, **({TOKEN: token.id, AGENCY: token.agency} if token is not None else {})}
    return RecordEvent(
        id=EventId(new_id()),
        name=EventName.REGISTRATION_REFUSED,
        at=now,
        origin=origin,
        client_id=client_id,
        reason=code,
        details=details,
    )


def _event(
    name: EventName, client_id: ClientId, origin: Origin, now: datetime, details: Mapping[str, str]
) -> RecordEvent:
    return RecordEvent(
        id=EventId(new_id()), name=name, at=now, origin=origin, client_id=client_id, details=dict(details)
    )
