"""Registering anew after closing an account while the register is silent: opened when it has said yes, never before.

Whoever knows the number of somebody who left must not get what that person had: their subjects at the portals. So
nothing opens until the register has proved the person, and nothing on the page tells that it has not.
"""

from dataclasses import dataclass
from datetime import datetime

from idp.accounts.proof import FinishJob, PostponeJob, RegisterJob
from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import new_id
from idp.kernel.secrets import Sealer
from idp.proofing.model import ProofOutcome, Verdict
from idp.proofing.policy import CONSEQUENCES
from idp.proofing.service import ProofingService
from idp.selfservice.account_opening import AccountOpening
from idp.selfservice.applications import Applicant, read_application
from idp.selfservice.messages import NOTICE_LIFE
from idp.selfservice.proof_jobs import GIVE_UP_AFTER
from idp.selfservice.register_purposes import REGISTER_PURPOSE
from idp.selfservice.waiting_proofs import wait_after

_STILL_WAITING = frozenset({Verdict.NO_ANSWER, Verdict.GARBLED})


@dataclass(frozen=True, slots=True)
class ComingBack:
    """Runs waiting registrations of people who once closed an account."""

    opening: AccountOpening
    proofing: ProofingService
    ledger: Ledger
    sealer: Sealer
    clock: Clock

    async def run(self, job: RegisterJob) -> bool:
        """Ask the register and open, refuse or wait on; False if another worker took the job meanwhile."""
        if job.claim_sealed is None:
            return False
        applicant = read_application(job.claim_sealed, self.sealer)
        outcome = await self.proofing.prove(
            applicant.claimed,
            request_id=new_id(),
            purpose=REGISTER_PURPOSE,
            now=self.clock.now(),
            spelling_needed=True,
        )
        now = self.clock.now()
        done = FinishJob(job.person_id, job.id, job.attempts, now, outcome.verdict)
        if CONSEQUENCES[outcome.verdict].proved:
            return await self.opening.open(
                applicant, job.person_id, job.account_id, outcome, Origin(new_id()), now, done
            )
        if outcome.verdict in _STILL_WAITING and now - job.started_at < GIVE_UP_AFTER:
            due_at = now + wait_after(job.attempts)
            return await self.ledger.commit(PostponeJob(job.person_id, job.id, job.attempts, due_at, outcome.verdict))
        return await self._refuse(job, applicant, outcome, done, now)

    async def _refuse(
        self, job: RegisterJob, applicant: Applicant, outcome: ProofOutcome, done: FinishJob, now: datetime
    ) -> bool:
        """End in words: the page said that the registration was taken, so its phone is told that nothing came of it."""
        opening = self.opening
        return await self.ledger.commit(
            done,
            RecordEvent(
                id=new_id(),
                name=EventName.IDENTITY_NOT_PROVED,
                at=now,
                origin=Origin(new_id()),
                person_id=job.person_id,
                reason=outcome.verdict,
                details={"register_request": outcome.request_id},
            ),
            opening.messages.sms("account_not_opened", applicant.phone, applicant.locale, {}, now, NOTICE_LIFE),
            *opening.receipts.keep(applicant.claimed, REGISTER_PURPOSE, outcome, job.person_id),
        )
