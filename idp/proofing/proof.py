"""Proof for life: receipts of the registers, verifications that wait, and what changes when an answer comes."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from idp.account.model import AccountKind, ProofState, SealedValue
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, JobId, PersonId
from idp.kernel.places import Column
from idp.proofing.evidence import Evidence

# What a waiting verification's declared values were sealed as.
CLAIM_PLACE = Column("register_job")


class JobPurpose(StrEnum):
    """Why the register is asked again."""

    REGISTRATION = "registration"
    ASKED_AGAIN = "asked_again"
    RECHECK = "recheck"
    # No account yet: the person closed theirs and registers again.
    COMING_BACK = "coming_back"
    # Whether the person represents an organisation: a claim of its own, with an id in place of the account's.
    ORGANISATION = "organisation"


class RegisterJob(Struct, frozen=True):
    """A verification that waits for the register. `attempts` counts the tries so far, a running one included.

    `claim_sealed` is what the person declared, or None: then what the account holds is checked. `result` is the
    last verdict, empty before the first; `due_at` is when it is tried next, as long as `finished_at` is None.
    """

    id: JobId
    person_id: PersonId
    account_id: AccountId
    purpose: JobPurpose
    claim_sealed: bytes | None
    due_at: datetime
    started_at: datetime
    attempts: int = 0
    finished_at: datetime | None = None
    result: str = ""


class StoredReceipt(Struct, frozen=True):
    """A receipt as kept: the signed text, and beside it what lists are made of."""

    id: str
    register: str
    purpose: str
    actor: str
    verdict: str
    request_id: str
    at: datetime
    text: str


class HeldIdentity(Struct, frozen=True, kw_only=True):
    """What an account holds of an identity: the valid number and the profile, both sealed, and the last receipt."""

    number_sealed: bytes
    profile_sealed: bytes
    proof: ProofState
    proved_at: datetime | None
    receipt_id: str | None
    # What portals keyed their tables by before, where the account came with it.
    tech_id_sealed: bytes | None = None
    kind: AccountKind = AccountKind.CITIZEN
    # None for who was proved by data alone, before evidence was asked for.
    evidence: Evidence | None = None
    person_id: PersonId


class KeepReceipt(Effect):
    """Keep a signed receipt. A refusal before there was an account has no person."""

    receipt: StoredReceipt
    person_id: PersonId | None


class QueueJob(Effect):
    """Queue a verification for the register. One that waits for the same account already stays as it is."""

    job: RegisterJob


class HurryJob(Effect):
    """The person asks: try now. Too late if it is done, due anyway, or was tried meanwhile."""

    person_id: PersonId
    job_id: JobId
    attempts: int
    now: datetime
    claim: ClassVar[bool] = True


class PostponeJob(Effect):
    """The register did not answer: try again at `due_at`. Too late if another worker has taken the job since."""

    person_id: PersonId
    job_id: JobId
    attempts: int
    due_at: datetime
    result: str
    claim: ClassVar[bool] = True


class FinishJob(Effect):
    """A verification is done and what was declared is erased. Too late if another worker has taken the job since."""

    person_id: PersonId
    job_id: JobId
    attempts: int
    at: datetime
    result: str
    claim: ClassVar[bool] = True


class SetProof(Effect):
    """What is known of the identity behind an account from now on; `proved_at` None keeps the earlier time."""

    person_id: PersonId
    account_id: AccountId
    proof: ProofState
    proved_at: datetime | None


class LowerToMatched(Effect, kw_only=True):
    """An account that was proved by data alone counts as matched. Too late if it has evidence, or is proved no more."""

    person_id: PersonId
    account_id: AccountId
    claim: ClassVar[bool] = True


class ReplaceNumber(Effect):
    """A personal number was cancelled and replaced: the old one keeps its row, the new one leads to the person.

    Too late if the old one is no longer valid here, or the new one leads, or once led, to another person
    (NĐ 70/2024 Đ11 k7: a number is never given to somebody else).
    """

    person_id: PersonId
    account_id: AccountId
    old_index: bytes
    new: SealedValue
    at: datetime
    claim: ClassVar[bool] = True


# Why the number of somebody who died is in `used_once`.
DEAD = "dead_person"


class MarkDead(Effect):
    """Remember until an instant, or longer, that the feed reported the death of a number's person.

    Waits for claims that hold the number as that of somebody living; those that come later are too late.
    """

    number_index: bytes
    until: datetime


class HoldLiving(Effect):
    """Wait for a feed that reports the death of a number's person. Too late if it has.

    Comes after the accounts are held and before mandates are written.
    """

    number_index: bytes
    at: datetime
    claim: ClassVar[bool] = True


class KeepLaterNumber(Effect):
    """The number of a person without an open account was replaced: the new one leads back to the same person.

    Too late if the old one never led to them, or the new one leads, or once led, to another person. It is kept as
    long as the old one, so that nobody is known longer than the law says.
    """

    person_id: PersonId
    account_id: AccountId
    old_index: bytes
    new: SealedValue
    at: datetime
    claim: ClassVar[bool] = True


class RevokeGrantsOfAccount(Effect):
    """End every grant of an account, those that outlive sessions too, with every token of them."""

    person_id: PersonId
    account_id: AccountId
    at: datetime
    reason: str
