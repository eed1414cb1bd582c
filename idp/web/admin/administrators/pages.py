"""The console's pages about administrators. Times come as the text that is shown."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from msgspec import Struct

from idp.admin.administrators.posts import Rule
from idp.admin.administrators.rules import WithdrawalReason
from idp.kernel.ids import RoleGrantId
from idp.officers.roles import Role
from idp.web.admin.shell_page import AdminFormPage, AdminPage

AccountState = Literal["active", "waits", "not_set_up", "not_begun", "over", "withdrawn"]
# The last: it would stand, but its account may not be used any more.
GrantState = Literal["stands", "not_begun", "over", "revoked", "account_ended"]
AdministratorDone = Literal["granted", "revoked", "extended", "withdrawn", "asked", "confirmed"]


class FormProblem(Struct, frozen=True, kw_only=True):
    """A rule that one field breaks; `field` is the element's id, and its name in the form."""

    field: str
    rule: Rule


class GrantEntry(Struct, frozen=True, kw_only=True):
    """A role: for which agency ("" for the country), from when to when, and by whom."""

    id: RoleGrantId
    role: Role
    agency: str
    starts_at: str
    ends_at: str
    # An account id, or "operator".
    given_by: str
    state: GrantState
    revoked_at: str
    revocable: bool
    # Its right to approve waits for a second administrator.
    unconfirmed: bool


class AdministratorEntry(Struct, frozen=True, kw_only=True):
    """One line of the list."""

    url: str
    full_name: str
    officer_code: str
    agency: str
    state: AccountState
    ends_at: str
    grants: tuple[GrantEntry, ...]
    # The account carries its person's number.
    numbered: bool


class AdministratorsPage(AdminPage, frozen=True, kw_only=True):
    """Administrators of one's agencies, a page at a time."""

    template: ClassVar[str] = "admin/administrators/administrators.html"
    entries: tuple[AdministratorEntry, ...]
    next_url: str | None
    first_url: str | None
    # None for whoever may look only.
    new_url: str | None


class AdministratorPage(AdminFormPage, frozen=True, kw_only=True):
    """One administrator; buttons `action` = grant, revoke:ID, confirm:DIGEST, extend, renew, withdraw."""

    template: ClassVar[str] = "admin/administrators/administrator.html"
    full_name: str
    sign_in_name: str
    officer_code: str
    agency: str
    post: str
    state: AccountState
    starts_at: str
    ends_at: str
    grants: tuple[GrantEntry, ...]
    own: bool
    may_end: bool
    # What waits for a second administrator: where the code will go, who wants it ("" for none), and what names it all.
    contact: str
    asked_by: str
    digest: str
    givable: tuple[Role, ...]
    reasons: tuple[WithdrawalReason, ...]
    # What was typed, by the name of the field.
    typed: Mapping[str, str]
    problems: tuple[FormProblem, ...]
    done: AdministratorDone | None
    # Where a second factor is shown, if an act would ask for one.
    confirm_url: str | None


class NewAdministratorPage(AdminFormPage, frozen=True, kw_only=True):
    """An account and its first role; one button."""

    template: ClassVar[str] = "admin/administrators/administrator_new.html"
    givable: tuple[Role, ...]
    typed: Mapping[str, str]
    problems: tuple[FormProblem, ...]
