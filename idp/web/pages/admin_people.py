"""The console's pages about people. Times come as the text that is shown; personal values come masked."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from idp.accounts.model import AccountStatus, ProofState
from idp.accounts.recovery import RecoveryWay
from idp.admin.people_rules import LockedBy
from idp.admin.people_wishes import Act, ActReason, FoundBy, PersonRule, Purpose
from idp.web.pages.admin_shell import AdminFormPage

# What came of an act; the last: nothing was left to do.
PersonDone = Literal["lock", "unlock", "sign_out", "nothing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonProblem:
    """A rule that one field breaks; `field` is the element's id."""

    field: str
    rule: PersonRule


@dataclass(frozen=True, slots=True, kw_only=True)
class FindPersonPage(AdminFormPage):
    """Whom somebody looks for, and why. What was typed as the value is never shown again."""

    template: ClassVar[str] = "admin/people.html"
    kinds: tuple[FoundBy, ...]
    purposes: tuple[Purpose, ...]
    by: str
    purpose: str
    case: str
    problems: tuple[PersonProblem, ...]
    # The look found nobody, or nobody who may be shown.
    nobody: bool
    most_looks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundEntry:
    """One of several who share a phone or an address: enough to ask which of them it is."""

    account_id: str
    name: str
    number: str
    status: AccountStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPeoplePage(AdminFormPage):
    """Several whom a look found, or nobody any more; buttons `action` = choose:ID."""

    template: ClassVar[str] = "admin/people_found.html"
    people: tuple[FoundEntry, ...]
    ends_at: str
    find_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActForm:
    """What may be done, and for which reasons."""

    act: Act
    reasons: tuple[ActReason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryEntry:
    """A recovery on its way."""

    way: RecoveryWay
    started_at: str
    ready_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage(AdminFormPage):
    """One person through a look; buttons `action` = lock, unlock, sign_out, recover, where they would do something."""

    template: ClassVar[str] = "admin/person.html"
    account_id: str
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
