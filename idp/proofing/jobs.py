"""Finishing a verification without the person: ask the register, write down what it says, tell them."""

from datetime import datetime, timedelta

import msgspec
import orjson
from msgspec import Struct

from idp.account.model import (
    NUMBER_PLACE,
    PHONE_PLACE,
    PROFILE_PLACE,
    AccountStatus,
    ProofState,
    RecordProof,
    SignInRecord,
)
from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices, Reachable
from idp.account.own_choices import ReplaceProfile
from idp.account.ports import AccountReader
from idp.audit.model import EventName, Origin, RecordEvent
from idp.factors.contacts.phone_ownership import PhoneOwnership
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import EventId, new_id
from idp.kernel.secrets import Sealer
from idp.proofing.evidence import Evidence, SetEvidence
from idp.proofing.kept_receipts import ReceiptBook
from idp.proofing.model import ClaimedIdentity, ProofOutcome, Verdict
from idp.proofing.policy import CONSEQUENCES
from idp.proofing.proof import (
    CLAIM_PLACE,
    FinishJob,
    HeldIdentity,
    JobPurpose,
    PostponeJob,
    RegisterJob,
    SetProof,
)
from idp.proofing.proof_ports import Identities
from idp.proofing.registered_claims import spelled_by_register
from idp.proofing.registers.purposes import PURPOSES
from idp.proofing.service import ProofingService
from idp.proofing.states import STILL_WAITING
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.errors import DeclaredValueError
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.waiting import LONGEST_WAIT, Declared, wait_after

# After a month the person is told what is, and can ask again; nothing waits for ever.
GIVE_UP_AFTER = timedelta(days=30)
ACCOUNT_GONE, NOT_ASKABLE = "account_gone", "not_askable"


class _Case(Struct, frozen=True):
    """A job with the account it is about."""

    job: RegisterJob
    record: SignInRecord
    held: HeldIdentity


class ProofJobs(Struct, frozen=True):
    """Runs verifications that a worker has leased."""

    accounts: AccountReader
    identities: Identities
    proofing: ProofingService
    phones: PhoneOwnership
    ledger: Ledger
    notices: Notices
    receipts: ReceiptBook
    sealer: Sealer
    clock: Clock

    async def run(self, job: RegisterJob) -> bool:
        """Try one verification; False if another worker took it meanwhile, or the claims changed under it.

        A changed claim is tried again when the lease runs out.
        """
        record = await self.accounts.by_id(job.person_id, job.account_id)
        held = await self.identities.of_account(job.person_id, job.account_id)
        if record is None or held is None or record.account.status is AccountStatus.CLOSED:
            return await self.ledger.commit(_finished(job, ACCOUNT_GONE, self.clock.now()))
        case = _Case(job, record, held)
        try:
            claimed = self._claimed(case)
        except DeclaredValueError:
            return await self.ledger.commit(*self._lowered(case, NOT_ASKABLE, self.clock.now()))
        purpose = PURPOSES[job.purpose]
        outcome = await self.proofing.prove(
            claimed,
            request_id=new_id(),
            purpose=purpose,
            now=self.clock.now(),
            spelling_needed=purpose.may_look_up,
        )
        shown = await self._evidence(case, claimed, outcome)
        kept = self.receipts.keep(claimed, purpose, outcome, job.person_id, evidence=shown)
        return await self.ledger.commit(*self._consequences(case, outcome, shown, self.clock.now()), *kept)

    async def _evidence(self, case: _Case, claimed: ClaimedIdentity, outcome: ProofOutcome) -> Evidence | None:
        """Return what shows that the account's holder is this person: what was shown before, or their phone."""
        if case.held.evidence is not None or not CONSEQUENCES[outcome.verdict].matched:
            return case.held.evidence
        if case.record.phone_sealed is None:
            return None
        phone = self.sealer.open(case.record.phone_sealed, PHONE_PLACE.of(case.job.person_id)).decode()
        return (await self.phones.of(claimed.number, phone, PURPOSES[case.job.purpose], self.clock.now())).evidence

    def _claimed(self, case: _Case) -> ClaimedIdentity:
        """Return what is to be proved: the number that is valid now, with what was declared or is held beside it."""
        number = PersonalNumber(self.sealer.open(case.held.number_sealed, NUMBER_PLACE.of(case.job.person_id)).decode())
        if case.job.claim_sealed is not None:
            opened = self.sealer.open(case.job.claim_sealed, CLAIM_PLACE.of(case.job.person_id))
            declared = msgspec.json.decode(opened, type=Declared)
        else:
            profile = self._profile(case)
            declared = Declared(str(profile.get("name", "")), str(profile.get("birthdate", "")))
        return ClaimedIdentity(number, declared.name, BirthDate.parse(declared.birth_date))

    def _consequences(
        self, case: _Case, outcome: ProofOutcome, shown: Evidence | None, now: datetime
    ) -> tuple[Effect, ...]:
        if CONSEQUENCES[outcome.verdict].matched:
            return self._matched(case, outcome, shown, now)
        if _in_doubt(case.job, outcome.verdict) and now - case.job.started_at < GIVE_UP_AFTER:
            return (_asked_once_more(case.job, outcome.verdict, now), _proof_record(case.job, outcome))
        if outcome.verdict not in STILL_WAITING:
            return (*self._lowered(case, outcome.verdict, now), _proof_record(case.job, outcome))
        if now - case.job.started_at < GIVE_UP_AFTER:
            return (_postponed(case.job, outcome.verdict, now),)
        if case.job.purpose is JobPurpose.RECHECK:
            # No word is no fact: the proof lapses by its age and by nothing else.
            return (_finished(case.job, outcome.verdict, now),)
        return self._lowered(case, outcome.verdict, now)

    def _matched(self, case: _Case, outcome: ProofOutcome, shown: Evidence | None, now: datetime) -> tuple[Effect, ...]:
        """Return what follows a yes: a proof where somebody has shown that they are here, else a match.

        Who was proved by data alone, before evidence was asked for, stays so until the day that the operator sets.
        """
        job, account = case.job, case.record.account
        proved = shown is not None or account.proof is ProofState.PROVED
        state = ProofState.PROVED if proved else ProofState.MATCHED
        name = EventName.IDENTITY_PROVED if proved else EventName.IDENTITY_NOT_PROVED
        effects: list[Effect] = [
            _finished(job, outcome.verdict, now),
            _proof_record(job, outcome),
            SetProof(
                person_id=job.person_id,
                account_id=job.account_id,
                proof=state,
                proved_at=outcome.at if proved else None,
            ),
            _event(name, job, outcome.verdict, outcome.request_id, now),
        ]
        if shown is not None:
            effects.append(SetEvidence(person_id=job.person_id, account_id=job.account_id, evidence=shown))
        if outcome.record is not None:
            profile = spelled_by_register(self._profile(case), outcome.record, now)
            sealed = self.sealer.seal(orjson.dumps(profile), PROFILE_PLACE.of(job.person_id))
            effects.append(
                ReplaceProfile(person_id=job.person_id, profile_before=case.held.profile_sealed, profile_sealed=sealed)
            )
        # A renewal in time changes nothing for the person; nobody need hear of it.
        if account.proof_at(now) is not state:
            kind = NoticeKind.IDENTITY_PROVED if proved else NoticeKind.IDENTITY_MATCHED
            effects.extend(self.notices.tell(Reachable.of(case.record), kind, now))
        return tuple(effects)

    def _lowered(self, case: _Case, result: str, now: datetime) -> tuple[Effect, ...]:
        """Return what follows a no: the level falls, the person hears of it, and nobody is locked out."""
        job = case.job
        return (
            _finished(job, result, now),
            SetProof(person_id=job.person_id, account_id=job.account_id, proof=ProofState.NOT_PROVED, proved_at=None),
            _event(EventName.IDENTITY_NOT_PROVED, job, result, "", now),
            *self.notices.tell(Reachable.of(case.record), NoticeKind.IDENTITY_REFUSED, now),
        )

    def _profile(self, case: _Case) -> dict[str, object]:
        profile: dict[str, object] = orjson.loads(
            self.sealer.open(case.held.profile_sealed, PROFILE_PLACE.of(case.job.person_id))
        )
        return profile


def _finished(job: RegisterJob, result: str, now: datetime) -> FinishJob:
    return FinishJob(person_id=job.person_id, job_id=job.id, attempts=job.attempts, at=now, result=result)


def _postponed(job: RegisterJob, result: str, now: datetime) -> PostponeJob:
    return PostponeJob(
        person_id=job.person_id,
        job_id=job.id,
        attempts=job.attempts,
        due_at=now + wait_after(job.attempts),
        result=result,
    )


def _in_doubt(job: RegisterJob, verdict: Verdict) -> bool:
    """Say whether a no may be a fault of the register's: one asked for yes or no gives no reason with it.

    A second no in a row counts.
    """
    return job.purpose is JobPurpose.RECHECK and verdict is Verdict.DIFFERENT and job.result != verdict


def _asked_once_more(job: RegisterJob, result: str, now: datetime) -> PostponeJob:
    # Hours later, not a minute: a fault that lasts would give the same answer again.
    return PostponeJob(
        person_id=job.person_id, job_id=job.id, attempts=job.attempts, due_at=now + LONGEST_WAIT, result=result
    )


def _proof_record(job: RegisterJob, outcome: ProofOutcome) -> RecordProof:
    return RecordProof(
        id=new_id(),
        person_id=job.person_id,
        verdict=outcome.verdict,
        request_id=outcome.request_id,
        purpose=job.purpose,
        at=outcome.at,
    )


def _event(name: EventName, job: RegisterJob, reason: str, request_id: str, now: datetime) -> RecordEvent:
    return RecordEvent(
        id=EventId(new_id()),
        name=name,
        at=now,
        origin=Origin(new_id()),
        person_id=job.person_id,
        reason=reason,
        details={"purpose": job.purpose, "register_request": request_id},
    )
