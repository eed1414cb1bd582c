"""Registrations that wait: the person closed an account before, or an unproved account holds their number.

Whoever knows the number of somebody must not get what that person had. So nothing opens until the register has matched
the person, they have shown that they are here, and whoever else may be that person has had time to say so; and nothing
on the page tells that it waits.
"""

from datetime import datetime

from msgspec import Struct

from idp.audit.model import EventName, Origin, RecordEvent
from idp.factors.contacts.phone_ownership import PhoneOwnership
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import EventId, new_id
from idp.kernel.secrets import Sealer
from idp.proofing.jobs import GIVE_UP_AFTER
from idp.proofing.model import ProofOutcome
from idp.proofing.policy import CONSEQUENCES
from idp.proofing.proof import FinishJob, PostponeJob, RegisterJob
from idp.proofing.registers.purposes import REGISTER_PURPOSE
from idp.proofing.service import ProofingService
from idp.proofing.states import STILL_WAITING
from idp.proofing.waiting import wait_after
from idp.registration.applications import Applicant, read_application
from idp.registration.opening import AccountOpening, outranked
from records.structs import replace


class ComingBack(Struct, frozen=True):
    """Runs waiting registrations."""

    opening: AccountOpening
    proofing: ProofingService
    phones: PhoneOwnership
    ledger: Ledger
    sealer: Sealer
    clock: Clock

    async def run(self, job: RegisterJob) -> bool:
        """Ask the register and open, refuse or wait on; False if another worker took the job meanwhile."""
        if job.claim_sealed is None:
            return False
        applicant = read_application(job.claim_sealed, job.person_id, self.sealer)
        outcome = await self.proofing.prove(
            applicant.claimed,
            request_id=new_id(),
            purpose=REGISTER_PURPOSE,
            now=self.clock.now(),
            spelling_needed=True,
        )
        now = self.clock.now()
        done = FinishJob(person_id=job.person_id, job_id=job.id, attempts=job.attempts, at=now, result=outcome.verdict)
        if outcome.verdict in STILL_WAITING and now - job.started_at < GIVE_UP_AFTER:
            return await self._postpone(job, outcome, now + wait_after(job.attempts))
        if not CONSEQUENCES[outcome.verdict].matched:
            return await self._refuse(job, applicant, outcome, done, now)
        shown = await self._with_evidence(applicant, now)
        former = await self.opening.former.former_person(self.opening.index_of(applicant))
        if shown.evidence is None or (former is not None and outranked(shown, former)):
            return await self._refuse(job, shown, outcome, done, now)
        ready_at = job.started_at + self.opening.takeover_wait
        if now < ready_at:
            return await self._postpone(job, outcome, ready_at)
        origin = Origin(new_id())
        return await self.opening.open(shown, job.person_id, job.account_id, outcome, origin, now, done, waited=True)

    async def _with_evidence(self, applicant: Applicant, now: datetime) -> Applicant:
        """Return the applicant with evidence: what was shown then, or what the carriers say of the phone now."""
        if applicant.evidence is not None:
            return applicant
        found = await self.phones.of(applicant.claimed.number, applicant.phone, REGISTER_PURPOSE, now)
        return replace(applicant, evidence=found.evidence)

    async def _postpone(self, job: RegisterJob, outcome: ProofOutcome, due_at: datetime) -> bool:
        return await self.ledger.commit(
            PostponeJob(
                person_id=job.person_id, job_id=job.id, attempts=job.attempts, due_at=due_at, result=outcome.verdict
            )
        )

    async def _refuse(
        self, job: RegisterJob, applicant: Applicant, outcome: ProofOutcome, done: FinishJob, now: datetime
    ) -> bool:
        """End, and tell the phone if it is the number's own: the page said only that the registration was taken."""
        opening = self.opening
        return await self.ledger.commit(
            done,
            RecordEvent(
                id=EventId(new_id()),
                name=EventName.IDENTITY_NOT_PROVED,
                at=now,
                origin=Origin(new_id()),
                person_id=job.person_id,
                reason=outcome.verdict,
                details={"register_request": outcome.request_id},
            ),
            *opening.reported("account_not_opened", applicant, now),
            *opening.receipts.keep(applicant.claimed, REGISTER_PURPOSE, outcome, job.person_id),
        )
