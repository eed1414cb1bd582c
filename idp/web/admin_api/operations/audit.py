"""GET /audit/...: search, one event, export, and the newest checkpoint."""

from datetime import datetime
from typing import Annotated

import msgspec

from clients.model import ClientId
from idp.admin.audit.export import MEDIA_TYPES, ExportFormat, export_lines
from idp.admin.audit.search import AuditQuestion, LoggedEvent
from idp.admin.permissions import Permission
from idp.audit.model import EventName
from idp.kernel.ids import AccountId, EventId, PersonId, SessionId
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.admin_api.operation import Call, Nothing, Operation, Reply, Streamed, operation
from idp.web.admin_api.paging import Cursor, Limit, cursor_of, position_of
from idp.web.admin_api.problems import Code

_LENGTH = msgspec.Meta(min_length=1, max_length=128)
Identifier = Annotated[str, _LENGTH]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class EventFilter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is looked for; all of it must be true. `account_id` takes the right to find people, and is told them."""

    name: EventName | None = None
    client_id: Annotated[ClientId, _LENGTH] | None = None
    actor: Identifier | None = None
    account_id: Annotated[AccountId, _LENGTH] | None = None
    since: Moment | None = None
    until: Moment | None = None


class EventsQuery(EventFilter, frozen=True, forbid_unknown_fields=True):
    """What is looked for, and which page of it."""

    limit: Limit = 50
    after: Cursor = ""


class ExportQuery(EventFilter, frozen=True, forbid_unknown_fields=True):
    """What is exported, and as what."""

    format: ExportFormat = ExportFormat.CSV


class Event(msgspec.Struct, frozen=True):
    """One event. Persons, sessions and addresses are null for whoever may not find people."""

    id: EventId
    name: str
    at: datetime
    reason: str
    client_id: ClientId | None
    person_id: PersonId | None
    session_id: SessionId | None
    correlation_id: str
    address: str | None
    port: int | None
    details: dict[str, str]


class EventPage(msgspec.Struct, frozen=True):
    """Events, newest first. A page may be short, or empty, before the end: only where `next` is null is it."""

    items: list[Event]
    next: str | None


class LatestCheckpoint(msgspec.Struct, frozen=True):
    """The newest checkpoint: `signed` is to be kept elsewhere; `overdue` says that nobody seals the log."""

    number: int
    sealed_at: datetime
    events: int
    last_event_id: str
    root: str
    signed: str
    overdue: bool


async def search_events(parts: AdminApiDependencies, call: Call[EventsQuery, Nothing]) -> Reply:
    """Return a page of events."""
    position = position_of(call.query.after)
    before = position[0] if position else ""
    found = await parts.audit.log.page(call.actor, _question(call.query), before, call.query.limit)
    following = cursor_of(found.before_id) if found.before_id is not None else None
    return Reply(EventPage([_event(event) for event in found.events], following))


async def show_event(parts: AdminApiDependencies, call: Call[Nothing, Nothing]) -> Reply:
    """Return one event."""
    return Reply(_event(await parts.audit.log.one(call.actor, EventId(call.path["event_id"]))))


async def export_events(parts: AdminApiDependencies, call: Call[ExportQuery, Nothing]) -> Reply:
    """Return the events as a file."""
    kind = call.query.format
    pieces = await export_lines(parts.audit.log, call.actor, _question(call.query), kind)
    return Reply(Streamed(MEDIA_TYPES[kind], f"audit-events.{kind}", pieces))


async def latest_checkpoint(parts: AdminApiDependencies, call: Call[Nothing, Nothing]) -> Reply:
    """Return the newest checkpoint."""
    state = await parts.audit.chain.latest(call.actor)
    checkpoint = state.checkpoint
    return Reply(
        LatestCheckpoint(
            number=checkpoint.number,
            sealed_at=checkpoint.sealed_at,
            events=checkpoint.total,
            last_event_id=checkpoint.to_id,
            root=checkpoint.root,
            signed=state.signed,
            overdue=state.overdue,
        )
    )


def _question(asked: EventFilter) -> AuditQuestion:
    return AuditQuestion(asked.name, asked.client_id, asked.actor, asked.account_id, asked.since, asked.until)


def _event(event: LoggedEvent) -> Event:
    return Event(
        id=event.id,
        name=event.name,
        at=event.at,
        reason=event.reason,
        client_id=event.client_id,
        person_id=event.person_id,
        session_id=event.session_id,
        correlation_id=event.correlation_id,
        address=event.address or None,
        port=event.port or None,
        details=dict(event.details),
    )


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "GET",
        "/audit/events",
        "search_events",
        search_events,
        summary="Events of the audit log, newest first, as far as one's roles reach.",
        permission=Permission.AUDIT_READ,
        scope="admin:read",
        query=EventsQuery,
        body=Nothing,
        answer=EventPage,
        codes=(Code.NOT_FOUND,),
    ),
    operation(
        "GET",
        "/audit/events/{event_id}",
        "show_event",
        show_event,
        summary="One event.",
        permission=Permission.AUDIT_READ,
        scope="admin:read",
        query=Nothing,
        body=Nothing,
        answer=Event,
        codes=(Code.NOT_FOUND,),
    ),
    operation(
        "GET",
        "/audit/export",
        "export_events",
        export_events,
        summary="Events as CSV or JSON lines, newest first; the export is an event itself.",
        permission=Permission.AUDIT_EXPORT,
        scope="admin:read",
        query=ExportQuery,
        body=Nothing,
        answer=("text/csv", "application/x-ndjson"),
        codes=(Code.NOT_FOUND,),
    ),
    operation(
        "GET",
        "/audit/checkpoints/latest",
        "latest_checkpoint",
        latest_checkpoint,
        summary="The newest signed checkpoint over the audit log.",
        permission=Permission.AUDIT_READ,
        scope="admin:read",
        query=Nothing,
        body=Nothing,
        answer=LatestCheckpoint,
        codes=(Code.NOT_FOUND,),
    ),
)
