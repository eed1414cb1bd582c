"""Persons and accounts. A person is not an account: the pairwise subject belongs to the person."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from clients.model import ClientId
from idp.factors.contacts.phone_ages import PhoneAge
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, PersonId
from idp.kernel.places import Column
from idp.proofing.validity import PROOF_LIFE

# What each sealed value was sealed as: sealing and opening must name the same place, or nothing opens.
# Each of a person, named by the person's id.
NUMBER_PLACE, PHONE_PLACE, EMAIL_PLACE = Column("personal_number"), Column("phone"), Column("email")
PROFILE_PLACE, TECH_ID_PLACE = Column("profile"), Column("tech_id")


class AccountStatus(StrEnum):
    """Whether an account may sign in."""

    OPEN = "open"
    LOCKED = "locked"
    CLOSED = "closed"


class AccountKind(StrEnum):
    """Whose account it is: a citizen's own, one that an agency issued for a post, or an invented person's.

    Passwords of trial accounts are public: only clients in the sandbox take them, and nobody changes them.
    """

    CITIZEN = "citizen"
    OFFICER = "officer"
    TRIAL = "trial"


class ProofState(StrEnum):
    """What is known of the identity behind an account."""

    PROVED = "proved"
    # A register knows the data; that the person is here nobody has shown.
    MATCHED = "matched"
    WAITING = "waiting"
    NOT_PROVED = "not_proved"
    # Never stored: what a proof becomes when it was not renewed in time.
    LAPSED = "lapsed"


class Account(Struct, frozen=True):
    """Our record of a person."""

    id: AccountId
    person_id: PersonId
    status: AccountStatus
    proof: ProofState
    locale: str
    created_at: datetime
    # None as long as the register never proved it.
    proved_at: datetime | None = None
    two_steps: bool = False
    kind: AccountKind = AccountKind.CITIZEN

    @property
    def never_proved(self) -> bool:
        """Say whether no register ever said that this is the person of the number."""
        return self.proof is not ProofState.PROVED and self.proved_at is None

    def proof_at(self, now: datetime) -> ProofState:
        """Return what the identity counts as: a proof that is too old lowers the level and locks nobody out."""
        if self.proof is ProofState.PROVED and self.proved_at is not None and now - self.proved_at > PROOF_LIFE:
            return ProofState.LAPSED
        return self.proof


class SealedValue(Struct, frozen=True):
    """A personal value at rest: found by its blind index, read by opening the envelope."""

    blind_index: bytes
    sealed: bytes


class PasswordRecord(Struct, frozen=True):
    """A password's hash with its guess counter, which lives with the account and survives restarts."""

    hash: str
    failures: int
    retry_at: datetime | None
    # Too short to stand alone: a second factor belongs to every sign-in with it.
    short: bool = False


class SignInRecord(Struct, frozen=True):
    """Everything password sign-in needs of an account, read in one round trip."""

    account: Account
    password: PasswordRecord
    phone_sealed: bytes | None
    profile_sealed: bytes
    email_sealed: bytes | None = None
    # The factors this account could show besides its password, by their names in `amr`.
    enrolled: frozenset[str] = frozenset()
    # Since when more than a password protects it (two steps, an app, saved codes, passkeys); None if nothing does.
    protected_from: datetime | None = None
    # Raised by every change of what protects the account (`idp.factors.change_model`).
    epoch: int = 0
    # Of an account that its owner closed: until then a recovery opens it again.
    erase_at: datetime | None = None
    # It was another system's before, whose portals may know its person.
    imported: bool = False
    phone_age: PhoneAge | None = None

    @property
    def gone(self) -> bool:
        """Say whether it was closed for good: by death, or longer ago than its owner may think again."""
        return self.account.status is AccountStatus.CLOSED and self.erase_at is None

    def protected_at(self, now: datetime) -> bool:
        """Say whether more than a password protects the account: what still waits does not."""
        return self.protected_from is not None and self.protected_from <= now

    def phone_stale_at(self, now: datetime) -> bool:
        """Say whether the phone counts for nothing in a recovery: its number may be somebody else's by now."""
        return self.phone_age is not None and self.phone_age.stale_at(now)


class Consent(Struct, frozen=True):
    """What a person agreed to for a client (NĐ 356/2025 Đ6: who, when, what, which text)."""

    person_id: PersonId
    client_id: ClientId
    scope: tuple[str, ...]
    text_version: str
    locale: str
    given_at: datetime


Profile = Mapping[str, object]
"""The standard claims of a person (OIDC Core 5.1) by claim name, as stored sealed."""


class OpenAccount(Effect):
    """Open an account with its person, number, phone, password and proof. Too late if the number has one."""

    account: Account
    number: SealedValue
    phone: SealedValue
    profile_sealed: bytes
    password_hash: str
    claim: ClassVar[bool] = True


class RecordProof(Effect):
    """Keep that the register was asked: when, for what, with which verdict; never the data."""

    id: str
    person_id: PersonId
    verdict: str
    request_id: str
    purpose: str
    at: datetime


class CountPasswordTry(Effect):
    """Count a try before the password is looked at, and set the wait that a wrong one earns.

    The wait is `authentication.throttling.delay_after` of the new count, written in the same step. Too late while an
    earlier wait runs or the limit is reached.
    """

    account_id: AccountId
    person_id: PersonId
    now: datetime
    limit: int
    claim: ClassVar[bool] = True


class ForgetPasswordTries(Effect):
    """Forget wrong passwords, after a right one: the counter starts anew."""

    account_id: AccountId
    person_id: PersonId


class GiveConsent(Effect):
    """Remember a consent; an earlier one of the same person and client is replaced."""

    consent: Consent


class SetAccountStatus(Effect):
    """Lock, close or reopen an account. Too late if its status is no longer `before`.

    Either way it is signed out everywhere: its sessions end with `reason`, and each portal that got a token in one of
    them is told until `gives_up_at`, as `TellPortals` does for a single session.
    """

    account_id: AccountId
    person_id: PersonId
    before: AccountStatus
    status: AccountStatus
    at: datetime
    reason: str
    gives_up_at: datetime
    claim: ClassVar[bool] = True
