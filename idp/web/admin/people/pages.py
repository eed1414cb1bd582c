"""The console's pages about people. Times come as the text that is shown; personal values come masked."""

from typing import ClassVar, Literal

from msgspec import Struct

from idp.account.model import AccountStatus, ProofState
from idp.admin.people.commands import Act, ActReason, LookupKey, PersonRule, Purpose
from idp.admin.people.rules import LockedBy
from idp.kernel.ids import AccountId
from idp.recovery.model import RecoveryMethod
from idp.web.admin.shell_page import AdminFormPage

# What came of an act; the last: nothing was left to do.
PersonDone = Literal["lock", "unlock", "sign_out", "nothing"]


class PersonProblem(Struct, frozen=True, kw_only=True):
    """A rule that one field breaks; `field` is the element's id."""

    field: str
    rule: PersonRule


class FindPersonPage(AdminFormPage, frozen=True, kw_only=True):
    """Whom somebody looks for, and why. What was typed as the value is never shown again."""

    template: ClassVar[str] = "admin/people/people.html"
    kinds: tuple[LookupKey, ...]
    purposes: tuple[Purpose, ...]
    by: str
    purpose: str
    case: str
    problems: tuple[PersonProblem, ...]
    # The lookup found nobody, or nobody who may be shown.
    nobody: bool
    most_lookups: int


class FoundEntry(Struct, frozen=True, kw_only=True):
    """One of several who share a phone or an address: enough to ask which of them it is."""

    account_id: AccountId
    name: str
    number: str
    status: AccountStatus


class FoundPeoplePage(AdminFormPage, frozen=True, kw_only=True):
    """Several whom a lookup found, or nobody any more; buttons `action` = choose:ID."""

    template: ClassVar[str] = "admin/people/people_found.html"
    people: tuple[FoundEntry, ...]
    ends_at: str
    find_url: str


class ActForm(Struct, frozen=True, kw_only=True):
    """What may be done, and for which reasons."""

    act: Act
    reasons: tuple[ActReason, ...]


class RecoveryEntry(Struct, frozen=True, kw_only=True):
    """A recovery on its way."""

    way: RecoveryMethod
    started_at: str
    ready_at: str


class PersonPage(AdminFormPage, frozen=True, kw_only=True):
    """One person through a lookup; buttons `action` = lock, unlock, sign_out, recover, where they
    would do something.
    """

    template: ClassVar[str] = "admin/people/person.html"
    account_id: AccountId
    name: str
    number: str
    phone: str
    email: str
    status: AccountStatus
    locked_by: LockedBy | None
    proof: ProofState
    proved_at: str
    created_at: str
    two_steps: bool
    passkeys: int
    has_authenticator_app: bool
    recovery_codes: int
    upstream_links: int
    phone_rests_until: str
    wrong_passwords: int
    next_try_at: str
    sessions: int
    last_sign_in_at: str
    recovery: RecoveryEntry | None
    purpose: Purpose
    case: str
    ends_at: str
    find_url: str
    forms: tuple[ActForm, ...]
    problems: tuple[PersonProblem, ...]
    done: PersonDone | None
