"""The console's pages of clients and of changes under two pairs of eyes. Times come as the text that is shown."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Literal
from urllib.parse import quote

from msgspec import Struct

from clients.model import ClientId, ClientKind, SecurityProfile, Stage
from clients.secret_age import SecretCare
from idp.admin.changes.model import ChangeKind, ChangeState, ObjectKind
from idp.admin.clients.health import CheckCause
from idp.admin.permissions import Permission
from idp.kernel.ids import ChangeId
from idp.web.admin.clients.guided import Kind, Section
from idp.web.admin.pages import FieldProblem
from idp.web.admin.paths import HOME, KEYS
from idp.web.admin.shell_page import AdminFormPage, AdminPage

CHANGE_WORDS: Mapping[tuple[ObjectKind, ChangeKind], str] = MappingProxyType(
    {
        (ObjectKind.SETTING, ChangeKind.UPDATE): "setting",
        (ObjectKind.SETTING, ChangeKind.STOP): "setting_stopped",
        (ObjectKind.SIGNING_KEY, ChangeKind.ROTATE): "rotate",
        (ObjectKind.SIGNING_KEY, ChangeKind.REVOKE): "revoke",
        (ObjectKind.SIGNING_KEY, ChangeKind.STOP): "revoked_at_once",
        (ObjectKind.AGENCY, ChangeKind.MOVE): "agency_move",
    }
)
ClientDone = Literal["registered", "saved", "proposed", "stopped", "asked"]
ChangeDone = Literal["approved", "refused", "withdrawn", "undone", "reviewed"]


class GuidedOption(Struct, frozen=True, kw_only=True):
    """One value that may be chosen."""

    id: str
    value: str
    chosen: bool


class GuidedField(Struct, frozen=True, kw_only=True):
    """One field of the guided form, with what is wrong with it."""

    member: str
    # The id of its element: a member's name may hold what an id may not.
    id: str
    kind: Kind
    value: str
    options: tuple[GuidedOption, ...]
    # Of a flag.
    chosen: bool
    problems: tuple[FieldProblem, ...]


class GuidedSection(Struct, frozen=True, kw_only=True):
    """A part of the guided form; all but the first are folded unless something in them is wrong."""

    name: Section
    fields: tuple[GuidedField, ...]
    open: bool


class ClientEntry(Struct, frozen=True, kw_only=True):
    """A client in the list."""

    client_id: ClientId
    name: str
    agency: str
    stage: Stage
    active: bool
    # A server of it fails.
    fails: bool


class ClientListPage(AdminPage, frozen=True, kw_only=True):
    """The clients of one's own agencies that what was typed finds; `next_url` leads to those that follow."""

    template: ClassVar[str] = "admin/clients/clients.html"
    clients: tuple[ClientEntry, ...]
    typed: str
    next_url: str | None
    first_url: str | None
    # The kinds that one may register, where one may at all.
    kinds: tuple[ClientKind, ...]


class RegisterClientPage(AdminFormPage, frozen=True, kw_only=True):
    """A new client, from the template of its kind."""

    template: ClassVar[str] = "admin/clients/client_new.html"
    kind: ClientKind
    sections: tuple[GuidedSection, ...]
    # What is wrong beside the fields that are asked for.
    problems: tuple[FieldProblem, ...]

    @property
    def fields(self) -> tuple[GuidedField, ...]:
        """Return the fields of every part."""
        return tuple(field for section in self.sections for field in section.fields)


class SecretEntry(Struct, frozen=True, kw_only=True):
    """One secret that works: since when, and until when; "" where it has no end."""

    created_at: str
    expires_at: str


class ChangeEntry(Struct, frozen=True, kw_only=True):
    """A change in a list."""

    id: ChangeId
    object_kind: ObjectKind
    object_id: str
    kind: ChangeKind
    state: ChangeState
    proposed_by: str
    proposed_at: str
    wants_review: bool

    @property
    def shown_as(self) -> str:
        """Return which text says what it is: a client's by its kind, what else there is by its own words."""
        return CHANGE_WORDS.get((self.object_kind, self.kind), self.kind)

    @property
    def object_url(self) -> str:
        """Return the address of what it is about."""
        if self.object_kind is ObjectKind.SIGNING_KEY:
            return KEYS
        folder = "agencies" if self.object_kind is ObjectKind.AGENCY else f"{self.object_kind}s"
        return f"{HOME}/{folder}/{quote(self.object_id, safe='')}"


class KeySetWarning(Struct, frozen=True, kw_only=True):
    """What is wrong with the key set that was just saved."""

    cause: CheckCause
    detail: str


class ClientPage(AdminFormPage, frozen=True, kw_only=True):
    """One client: what it is, the guided form beside the raw metadata, its secrets, its changes, the stop."""

    template: ClassVar[str] = "admin/clients/client.html"
    client_id: ClientId
    name: str
    agency: str
    kind: ClientKind | None
    stage: Stage
    active: bool
    profile: SecurityProfile
    # It is registered for a certification suite, which may do what no portal may.
    certification: bool
    sections: tuple[GuidedSection, ...]
    raw: str
    problems: tuple[FieldProblem, ...]
    secrets: tuple[SecretEntry, ...]
    uses_secret: bool
    secret_care: SecretCare | None
    changes: tuple[ChangeEntry, ...]
    # What saving what stands in the form would take, where it was just checked.
    needs: Permission | None
    may_change: bool
    may_rotate: bool
    may_stop: bool
    done: ClientDone | None
    key_set: KeySetWarning | None

    @property
    def fields(self) -> tuple[GuidedField, ...]:
        """Return the fields of every part."""
        return tuple(field for section in self.sections for field in section.fields)


class ClientSecretPage(AdminPage, frozen=True, kw_only=True):
    """A secret, shown this once."""

    template: ClassVar[str] = "admin/clients/client_secret.html"
    client_id: ClientId
    secret: str
    earlier_end_at: str


class ChangeListPage(AdminPage, frozen=True, kw_only=True):
    """What waits for a decision or a review."""

    template: ClassVar[str] = "admin/changes/changes.html"
    changes: tuple[ChangeEntry, ...]
    next_url: str | None


class DifferenceEntry(Struct, frozen=True, kw_only=True):
    """What one member loses and gains."""

    member: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


class AskedScope(Struct, frozen=True, kw_only=True):
    """A scope that the change asks for, with its legal basis; approved by itself."""

    number: int
    scope: str
    basis: str


class ChangePage(AdminFormPage, frozen=True, kw_only=True):
    """One change: before and after, why, and what the visitor may do about it."""

    template: ClassVar[str] = "admin/changes/change.html"
    entry: ChangeEntry
    reason: str
    needs: Permission
    # Whose approver decides, where it is another agency's word; "" elsewhere.
    asked_agency: str
    # The picture that people will see.
    logo_url: str | None
    expires_at: str
    differences: tuple[DifferenceEntry, ...]
    scopes: tuple[AskedScope, ...]
    decided_by: str
    decided_at: str
    decision_reason: str
    undo_until: str
    undone_by: str
    review_by: str
    reviewed_by: str
    may_decide: bool
    may_withdraw: bool
    may_undo: bool
    may_review: bool
    problems: tuple[FieldProblem, ...]
    done: ChangeDone | None
