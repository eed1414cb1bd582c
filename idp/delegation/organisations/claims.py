"""What is claimed of an organisation, what comes of it in words of the pages, and how it waits for the register."""

from base64 import b32hexencode
from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec import Struct

from idp.account.own_identity import OwnIdentity
from idp.delegation.mandates.names import seal_actor
from idp.delegation.mandates.policy import WITHOUT_END
from idp.delegation.model import ALL_POWERS, Mandate, MandateKind, PrincipalKind
from idp.kernel.ids import ID_LENGTH, AccountId, JobId, MandateId, OrganisationId, PersonId, new_id
from idp.kernel.secrets import HashKey, Sealer
from idp.proofing.model import Verdict
from idp.proofing.proof import CLAIM_PLACE, JobPurpose, QueueJob, RegisterJob
from idp.proofing.registers.enterprise_model import EnterpriseClaim
from idp.proofing.waiting import wait_after
from records.structs import Unprinted


class ClaimResult(StrEnum):
    """What came of a claim, in words of the pages: those of the verdicts, and these."""

    CLAIMED = "claimed"
    ALREADY = "already"
    WAITING = "waiting"
    CLOSED = "closed"
    NOT_PROVED = "not_proved"
    TOO_OFTEN = "too_often"
    NEAR = "near"
    DIFFERENT = "different"
    NO_RECORD = "no_record"
    NO_ANSWER = "no_answer"


REFUSALS = {
    Verdict.NEAR: ClaimResult.NEAR,
    Verdict.DIFFERENT: ClaimResult.DIFFERENT,
    Verdict.NO_RECORD: ClaimResult.NO_RECORD,
    # A claim that waited for a month: the person may ask again.
    Verdict.NO_ANSWER: ClaimResult.NO_ANSWER,
    Verdict.GARBLED: ClaimResult.NO_ANSWER,
}


class Declared(Struct, frozen=True):
    """A claim as it is sealed while it waits."""

    account_id: AccountId
    code: str
    name: str


class WaitingClaim(Unprinted, Struct, frozen=True):
    """A claim that waits for the register, in words."""

    code: str
    name: str
    attempts: int
    next_try: datetime


def queued(sealer: Sealer, code_index: HashKey, me: OwnIdentity, claim: EnterpriseClaim, now: datetime) -> QueueJob:
    """Return what lets a claim wait for the register."""
    declared = Declared(me.account_id, claim.code.canonical, claim.name)
    # One claim of a code waits for each person: its place is made from the code, which it does not reveal.
    place = b32hexencode(code_index.digest(f"waiting {claim.code.canonical}")).decode("ascii").lower()
    return QueueJob(
        job=RegisterJob(
            id=JobId(new_id()),
            person_id=me.person_id,
            account_id=AccountId(place[:ID_LENGTH]),
            purpose=JobPurpose.ORGANISATION,
            claim_sealed=sealer.seal(msgspec.json.encode(declared), CLAIM_PLACE.of(me.person_id)),
            due_at=now + wait_after(1),
            started_at=now,
        )
    )


def opened(sealer: Sealer, person_id: PersonId, sealed: bytes) -> Declared:
    """Return what was claimed, from where it is sealed while it waits."""
    return msgspec.json.decode(sealer.open(sealed, CLAIM_PLACE.of(person_id)), type=Declared)


def representing(me: OwnIdentity, organisation_id: OrganisationId, sealer: Sealer, now: datetime) -> Mandate:
    """Return the mandate of whom the register named: all powers, until it names another."""
    mandate_id = MandateId(new_id())
    return Mandate(
        id=mandate_id,
        principal_id=organisation_id,
        principal_kind=PrincipalKind.ORGANISATION,
        kind=MandateKind.REPRESENTATIVE,
        actor_id=me.person_id,
        actor_index=me.number_index,
        actor_sealed=seal_actor(sealer, mandate_id, me.number, me.name),
        powers=ALL_POWERS,
        giver_id=None,
        given_under=None,
        offered_at=now,
        accepted_at=now,
        starts_at=now,
        ends_at=WITHOUT_END,
    )
