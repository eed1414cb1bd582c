"""Officers: accounts that an agency issues for a post and withdraws again, never joined to the private person.

An officer's account is a person and an account of its own (`AccountKind.OFFICER`). It can be used between its dates
and until it is withdrawn: every read that lets somebody in, or a token live, asks for that.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Protocol

from msgspec import Struct

from clients.model import ClientId
from idp.account.model import Account, AccountKind, AccountStatus, ProofState, SealedValue
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, PersonId, SessionId
from records.structs import Unprinted

# Why sessions and grants end with an officer's account: what is told to portals and kept with the rows.
WITHDRAWN, TERM_OVER = "officer_withdrawn", "officer_term_over"


class CodeAsked(Unprinted, Struct, frozen=True):
    """An enrolment code that one administrator wants for an officer, until another says so: who, when, sent where."""

    by: str
    at: datetime
    # The officer's own phone or address, sealed: the code goes there and is shown to nobody.
    contact_sealed: bytes


class Officer(Struct, frozen=True):
    """A post of an agency and who holds it from when to when; the name is in the sealed profile alone."""

    person_id: PersonId
    account_id: AccountId
    agency: str
    post: str
    # What register look-ups carry as the one on whose behalf they are made.
    code: str
    starts_at: datetime
    ends_at: datetime
    issued_by: str
    created_at: datetime
    withdrawn_at: datetime | None = None
    withdraw_reason: str | None = None
    # Until when the code that was printed at issuing sets the account up; None once it was used.
    enrolment_ends_at: datetime | None = None
    # The code that waits for a second administrator; None where there is one, or the account was set up.
    asked: CodeAsked | None = None
    # Its person's number is known, so that their other accounts count as theirs.
    numbered: bool = False

    def stands(self, now: datetime) -> bool:
        """Say whether the account may be used."""
        return self.withdrawn_at is None and self.starts_at <= now < self.ends_at


def account_of(officer: Officer, locale: str) -> Account:
    """Return the account as it is issued: two steps always, the person known to the agency that vouches."""
    return Account(
        officer.account_id,
        officer.person_id,
        AccountStatus.OPEN,
        # No register proved it, so it never lapses and is never asked for: it ends with the post.
        ProofState.PROVED,
        locale,
        officer.created_at,
        two_steps=True,
        kind=AccountKind.OFFICER,
    )


class AssistedFiling(Struct, frozen=True):
    """What an officer may know of a filing they assisted: at which portal, and how long it lasts. Not whose it is."""

    client_id: ClientId
    at: datetime
    ends_at: datetime
    # Set where it ended sooner than that: by the citizen, or with their account.
    ended_at: datetime | None = None


class OfficerReader(Protocol):
    """Reads officers."""

    async def of_account(self, person_id: PersonId, account_id: AccountId) -> Officer | None:
        """Return the officer of an account; None for a citizen's."""

    async def by_code(self, officer_code: str) -> Officer | None:
        """Return the officer with this code."""

    async def by_name(self, name_index: bytes) -> Officer | None:
        """Return the officer whose sign-in name has this blind index."""

    async def of_agency(self, agency: str, after_id: str, limit: int) -> Sequence[Officer]:
        """Return up to `limit` officers of an agency ("" for all) whose account id follows `after_id`, in order."""

    async def over(self, now: datetime, limit: int) -> Sequence[Officer]:
        """Return up to `limit` officers whose end has come while sessions or grants of theirs are still alive."""

    async def assisted(self, account_id: AccountId, since: datetime, limit: int) -> Sequence[AssistedFiling]:
        """Return up to `limit` filings that an account assisted and that lasted after `since`, newest first."""

    async def enrolling(self, name_index: bytes, enrolment_hash: bytes, now: datetime) -> Officer | None:
        """Return the officer whom a name and an enrolment code set up; None if either is wrong, used or too old."""


class IssueOfficer(Effect):
    """Make an officer's account, without a password yet. Too late if the name or the code is taken.

    There is no enrolment code where the officer's waits for a second administrator.
    """

    account: Account
    officer: Officer
    name: SealedValue
    profile_sealed: bytes
    enrolment_hash: bytes | None
    enrolment_ends_at: datetime | None
    claim: ClassVar[bool] = True


class RenewEnrolment(Effect):
    """Replace an enrolment code that was not used, or that waits. Too late if it was used, or the account has ended."""

    person_id: PersonId
    account_id: AccountId
    enrolment_hash: bytes
    enrolment_ends_at: datetime
    now: datetime
    # The account of who renews it, or the system user of the operator's command.
    by: str
    claim: ClassVar[bool] = True


class AskEnrolment(Effect):
    """Want a new enrolment code, which waits for a second administrator; the one before ends.

    Too late if the account was set up, withdrawn, or is over.
    """

    person_id: PersonId
    account_id: AccountId
    asked: CodeAsked
    claim: ClassVar[bool] = True


class ConfirmEnrolment(Effect):
    """Make the code that was asked for. Too late if that was asked anew, confirmed, or is the same administrator's.

    The contact is forgotten: it is in the message.
    """

    person_id: PersonId
    account_id: AccountId
    asked: CodeAsked
    enrolment_hash: bytes
    enrolment_ends_at: datetime
    now: datetime
    by: str
    claim: ClassVar[bool] = True


class EnrolOfficer(Effect):
    """Use the enrolment code and keep the password; the second factor is written in the same commit.

    Too late if the code was used or replaced, has expired, or the account is withdrawn or over.
    """

    person_id: PersonId
    account_id: AccountId
    enrolment_hash: bytes
    password_hash: str
    now: datetime
    # The person's own number, where they showed at enrolment that it is theirs.
    number: SealedValue | None = None
    claim: ClassVar[bool] = True


class HoldOfficer(Effect):
    """Claim that the officer's account may be used. Too late if not.

    Takes the row's lock: a withdrawal that comes after sees what was begun under it. Too late if it does not stand.
    """

    person_id: PersonId
    account_id: AccountId
    now: datetime
    claim: ClassVar[bool] = True


class ExtendOfficer(Effect):
    """Give an officer's account another end. Too late if it was withdrawn."""

    person_id: PersonId
    account_id: AccountId
    ends_at: datetime
    claim: ClassVar[bool] = True


class WithdrawOfficer(Effect):
    """Take the account back for good, with every recovery that it began for others. Too late if it was withdrawn.

    `EndOfficerAccess` belongs after it in the same commit.
    """

    person_id: PersonId
    account_id: AccountId
    at: datetime
    reason: str
    claim: ClassVar[bool] = True


class EndOfficerAccess(Effect):
    """End the officer's sessions and grants, and those of citizens that the officer assisted; tell each portal."""

    person_id: PersonId
    account_id: AccountId
    at: datetime
    reason: str
    gives_up_at: datetime


class KeepAssistance(Effect):
    """Keep which session of a citizen an officer's assistance began: it ends with the officer's account."""

    assistance_id: str
    person_id: PersonId
    account_id: AccountId
    session_id: SessionId
    officer_person_id: PersonId
    officer_account_id: AccountId
    client_id: ClientId
    at: datetime
    ends_at: datetime
