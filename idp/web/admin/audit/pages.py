"""The console's pages of the audit log: search, export, one event, how the chain over it stands."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from msgspec import Struct

from clients.model import ClientId
from idp.kernel.ids import EventId, PersonId, SessionId
from idp.web.admin.shell_page import AdminFormPage, AdminPage

# What can be looked for, by the ids of the form's fields.
AuditField = Literal["name", "client_id", "actor", "account_id", "since", "until"]


class EventEntry(Struct, frozen=True, kw_only=True):
    """One event. Members that it lacks, or that are withheld, are empty; times come as the text that is shown."""

    id: EventId
    url: str
    at: str
    name: str
    reason: str
    client_id: ClientId
    # The code of the administrator who acted.
    actor_code: str


class ChainEntry(Struct, frozen=True, kw_only=True):
    """The newest checkpoint over the log."""

    number: int
    sealed_at: str
    events: int
    overdue: bool


class AuditLogPage(AdminFormPage, frozen=True, kw_only=True):
    """Fields of `AuditField` and `format`; buttons `action` = search or export."""

    template: ClassVar[str] = "admin/audit/audit_log.html"
    typed: Mapping[AuditField, str]
    # Fields whose entry says nothing that can be looked for.
    wrong: tuple[AuditField, ...]
    names: tuple[str, ...]
    events: tuple[EventEntry, ...]
    next_url: str | None
    may_export: bool
    may_find_people: bool
    # None where nothing is sealed, or what is newest is not ours.
    chain: ChainEntry | None


class AuditEventPage(AdminPage, frozen=True, kw_only=True):
    """One event with everything that this administrator may see of it."""

    template: ClassVar[str] = "admin/audit/audit_event.html"
    entry: EventEntry
    correlation_id: str
    person_id: PersonId
    session_id: SessionId
    address: str
    details: tuple[tuple[str, str], ...]
    # Persons, sessions and addresses are left out for this administrator.
    withheld: bool
    back_url: str
