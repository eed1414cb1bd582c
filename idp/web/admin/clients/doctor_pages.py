"""The console's page of how a client is. Times come as the text that is shown."""

from typing import ClassVar, Literal

from msgspec import Struct

from clients.exceptions.dated import DatedMember
from clients.model import ClientId
from clients.secret_age import SecretCare
from idp.admin.clients.failures import FailurePlace
from idp.admin.clients.health import CheckCause, CheckKind, CheckState
from idp.web.admin.clients.refusal_words import RefusalWord
from idp.web.admin.shell_page import AdminFormPage

DoctorSaid = Literal["checked", "too_soon"]
# What is shown of a check: its state, or that there was none yet.
ShownState = CheckState | Literal["untried"]
# A member of the client's page that should be looked at; "" where none would help.
FieldName = Literal["", "jwks_uri", "backchannel_logout_uri", "redirect_uris", "scope", "secrets", "raw-heading"]


class CheckEntry(Struct, frozen=True, kw_only=True):
    """One check: what was tried, how it was found, and what to do."""

    kind: CheckKind
    address: str
    state: ShownState
    cause: CheckCause | None
    detail: str
    since_at: str
    worked_at: str
    checked_at: str
    due_at: str
    field: FieldName


class FailureEntry(Struct, frozen=True, kw_only=True):
    """One cause among the last failures. `error` is its row in the error catalogue, "" where it has none."""

    place: FailurePlace
    code: str
    error: str
    cause: CheckCause | None
    # Which rule of proving itself was broken.
    word: RefusalWord | None
    said: str
    shown: str
    # As a number, or "50+" where there are more than were read.
    count: str
    first_at: str
    last_at: str
    field: FieldName


DeadlineKind = Literal["certificate", "secret"] | DatedMember


class DeadlineEntry(Struct, frozen=True, kw_only=True):
    """What runs out: a certificate by its host, the last secret that works, or what the client has until a day."""

    kind: DeadlineKind
    name: str
    at: str
    days: int


class ClientDoctorPage(AdminFormPage, frozen=True, kw_only=True):
    """How a client is: its servers today, what failed lately, what runs out."""

    template: ClassVar[str] = "admin/clients/client_doctor.html"
    client_id: ClientId
    name: str
    active: bool
    watched: bool
    checks: tuple[CheckEntry, ...]
    deadlines: tuple[DeadlineEntry, ...]
    secret_care: SecretCare | None
    failures: tuple[FailureEntry, ...]
    # What anybody can have sent who knows the client's id.
    unproven: tuple[FailureEntry, ...]
    # When a logout notice arrived last; "" where none is known.
    notice_delivered_at: str
    may_check: bool
    said: DoctorSaid | None
