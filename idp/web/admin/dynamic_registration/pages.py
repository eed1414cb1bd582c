"""The pages of initial access tokens and of publishers of software. Times come as the text that is shown."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

from msgspec import Struct

from clients.model import ClientId, ClientKind, GrantType, SecurityProfile
from idp.admin.dynamic_registration.model import InitialTokenId
from idp.web.admin.pages import FieldProblem
from idp.web.admin.shell_page import AdminFormPage, AdminPage

# Whether a token can still register anything, and why not.
TokenState = Literal["usable", "used_up", "over", "revoked"]
PublisherDone = Literal["trusted", "distrusted"]


class TokenEntry(Struct, frozen=True, kw_only=True):
    """A token in the list."""

    id: InitialTokenId
    label: str
    agency: str
    state: TokenState
    uses_left: int
    uses: int
    expires_at: str
    created_by: str


class InitialTokenListPage(AdminPage, frozen=True, kw_only=True):
    """The tokens of one's own agencies, oldest first."""

    template: ClassVar[str] = "admin/dynamic_registration/initial_tokens.html"
    tokens: tuple[TokenEntry, ...]
    next_url: str | None
    first_url: str | None
    may_issue: bool


class NewInitialTokenPage(AdminFormPage, frozen=True, kw_only=True):
    """The form of a new token; `typed` has what stands in it by the name of the field."""

    template: ClassVar[str] = "admin/dynamic_registration/initial_token_new.html"
    typed: Mapping[str, str]
    grants: tuple[GrantType, ...]
    chosen: frozenset[str]
    profiles: tuple[SecurityProfile, ...]
    kinds: tuple[ClientKind, ...]
    problems: tuple[FieldProblem, ...]

    def wrong(self, field: str) -> Sequence[FieldProblem]:
        """Return what is wrong with a field, or with one value in it."""
        return [one for one in self.problems if one.field == field or one.field.startswith(f"{field}[")]


class InitialTokenSecretPage(AdminPage, frozen=True, kw_only=True):
    """A token, shown this once, and where its software registers."""

    template: ClassVar[str] = "admin/dynamic_registration/initial_token_secret.html"
    id: InitialTokenId
    label: str
    secret: str
    endpoint: str


class CameEntry(Struct, frozen=True, kw_only=True):
    """A client that came by a token."""

    client_id: ClientId
    registered_at: str


class InitialTokenPage(AdminFormPage, frozen=True, kw_only=True):
    """One token: who made it for what, what came of it, and the button that ends it."""

    template: ClassVar[str] = "admin/dynamic_registration/initial_token.html"
    entry: TokenEntry
    created_at: str
    revoked_at: str
    hosts: tuple[str, ...]
    scope: tuple[str, ...]
    grants: tuple[GrantType, ...]
    profile: SecurityProfile
    kind: ClientKind
    statement_required: bool
    came: tuple[CameEntry, ...]
    # Registrations that were deleted since.
    gone: int
    may_revoke: bool
    just_revoked: bool


class PublisherEntry(Struct, frozen=True, kw_only=True):
    """A publisher that an agency trusts; "" for the country's."""

    issuer: str
    agency: str
    key_ids: tuple[str, ...]
    added_at: str
    may_distrust: bool


class PublishersPage(AdminFormPage, frozen=True, kw_only=True):
    """Whose software statements one's own agencies trust, and the form for another one."""

    template: ClassVar[str] = "admin/dynamic_registration/publishers.html"
    publishers: tuple[PublisherEntry, ...]
    typed: Mapping[str, str]
    problems: tuple[FieldProblem, ...]
    may_trust: bool
    done: PublisherDone | None

    def wrong(self, field: str) -> Sequence[FieldProblem]:
        """Return what is wrong with a field."""
        return [one for one in self.problems if one.field == field or one.field.startswith(f"{field}[")]
