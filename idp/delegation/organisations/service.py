"""Claiming an organisation: the enterprise register names the person as its representative, now or when it answers."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from idp.account.model import ProofState
from idp.account.notices.model import NoticeKind
from idp.account.own_identity import OwnIdentities, OwnIdentity
from idp.audit.model import EventName, Origin, RecordEvent
from idp.delegation.effects import HoldSide, KeepOrganisation, OfferMandate, ResumeMandates
from idp.delegation.first_claims import REMEMBERED_FOR, claims_too_often, waiting
from idp.delegation.mandates.names import open_facts, seal_facts
from idp.delegation.mandates.news import MandateNews, event_of
from idp.delegation.mandates.policy import CLAIMS_AN_HOUR, HOUR
from idp.delegation.model import CLAIM_WAIT, Mandate, MandateKind, Organisation, OrganisationFacts
from idp.delegation.organisations.claim_contacts import ContactReport, reported_at_contact
from idp.delegation.organisations.claims import REFUSALS, ClaimResult, WaitingClaim, opened, queued, representing
from idp.delegation.organisations.rechecks import Representatives
from idp.delegation.ports import MandateReader, OrganisationReader
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import EventId, OrganisationId, PersonId, new_id
from idp.kernel.secrets import HashKey, Sealer
from idp.kernel.shortlived import ShortLivedStore
from idp.proofing.jobs import ACCOUNT_GONE, GIVE_UP_AFTER
from idp.proofing.kept_receipts import ReceiptBook
from idp.proofing.proof import FinishJob, PostponeJob, RegisterJob
from idp.proofing.proof_ports import RegisterJobs
from idp.proofing.registers.enterprise_model import (
    EnterpriseClaim,
    EnterpriseOutcome,
    EnterpriseRecord,
    EnterpriseState,
)
from idp.proofing.registers.enterprise_service import EnterpriseProofing
from idp.proofing.registers.purposes import REPRESENTS
from idp.proofing.states import STILL_WAITING
from idp.proofing.values.enterprise_codes import EnterpriseCode
from idp.proofing.values.names import canonical_name
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.waiting import wait_after
from idp.sessions.model import SessionView

# Whoever loses a race decides anew on what the winner left.
_ROUNDS = 3


class Organisations(Struct, frozen=True):
    """Claims organisations for the person who is signed in, and finishes claims that had to wait."""

    reader: OrganisationReader
    mandates: MandateReader
    jobs: RegisterJobs
    own: OwnIdentities
    proofing: EnterpriseProofing
    representatives: Representatives
    receipts: ReceiptBook
    ledger: Ledger
    news: MandateNews
    store: ShortLivedStore
    sealer: Sealer
    code_index: HashKey
    clock: Clock
    wait: timedelta = CLAIM_WAIT

    async def claim(self, view: SessionView, code: EnterpriseCode, name: str, origin: Origin) -> ClaimResult:
        """Ask the register whether the person represents an organisation, and keep what it says."""
        now = self.clock.now()
        me = await self.own.of(view, now)
        if me is None:
            return ClaimResult.NOT_PROVED
        claim = EnterpriseClaim(code, name, PersonalNumber(me.number), me.name)
        if await self.store.count(f"claim-organisation:{me.account_id}", HOUR) > CLAIMS_AN_HOUR:
            return ClaimResult.TOO_OFTEN
        known = await self.reader.by_code(self.code_index.digest(code.canonical))
        ever = await self.mandates.for_principal(known.id, now - REMEMBERED_FOR) if known else ()
        if claims_too_often(ever, me.person_id, now):
            return ClaimResult.TOO_OFTEN
        outcome = await self._ask(claim)
        if outcome.verdict in STILL_WAITING:
            kept = self.receipts.keep_of_enterprise(REPRESENTS, outcome, me.person_id)
            await self.ledger.commit(queued(self.sealer, self.code_index, me, claim, now), *kept)
            return ClaimResult.WAITING
        return await self._concluded(me, claim, outcome, origin)

    async def waiting(self, view: SessionView) -> Sequence[WaitingClaim]:
        """Return the claims that still wait for the register."""
        jobs = await self.jobs.for_organisations(view.account.person_id)
        found: list[WaitingClaim] = []
        for job in jobs:
            if job.finished_at is None and job.claim_sealed is not None:
                declared = opened(self.sealer, job.person_id, job.claim_sealed)
                found.append(WaitingClaim(declared.code, declared.name, job.attempts, job.due_at))
        return found

    async def run(self, job: RegisterJob) -> bool:
        """Try one claim that a worker has leased; False if another worker took it meanwhile."""
        declared = opened(self.sealer, job.person_id, job.claim_sealed) if job.claim_sealed is not None else None
        me = await self.own.of_account(job.person_id, declared.account_id) if declared else None
        if declared is None or me is None:
            return await self.ledger.commit(_finished(job, ACCOUNT_GONE, self.clock.now()))
        code = EnterpriseCode(declared.code)
        claim = EnterpriseClaim(code, declared.name, PersonalNumber(me.number), me.name)
        outcome, now = await self._ask(claim), self.clock.now()
        if outcome.verdict in STILL_WAITING and now - job.started_at < GIVE_UP_AFTER:
            due_at = now + wait_after(job.attempts)
            return await self.ledger.commit(
                PostponeJob(
                    person_id=job.person_id, job_id=job.id, attempts=job.attempts, due_at=due_at, result=outcome.verdict
                )
            )
        result = await self._concluded(
            me, claim, outcome, Origin(new_id()), _finished(job, outcome.verdict, now), reported=True
        )
        return result is not ClaimResult.TOO_OFTEN

    async def _ask(self, claim: EnterpriseClaim) -> EnterpriseOutcome:
        return await self.proofing.prove(claim, request_id=new_id(), purpose=REPRESENTS, now=self.clock.now())

    async def _concluded(
        self,
        me: OwnIdentity,
        claim: EnterpriseClaim,
        outcome: EnterpriseOutcome,
        origin: Origin,
        *first: Effect,
        reported: bool = False,
    ) -> ClaimResult:
        """Write down what the register said; `told` says that nobody waits on a page for it."""
        receipts = self.receipts.keep_of_enterprise(REPRESENTS, outcome, me.person_id)
        record = outcome.record
        if record is None or record.state is EnterpriseState.CLOSED:
            result = ClaimResult.CLOSED if record is not None else REFUSALS[outcome.verdict]
            effects = await self._refused(me, outcome, origin, result, reported=reported)
            await self.ledger.commit(*first, *effects, *receipts)
            return result
        for _ in range(_ROUNDS):
            effects = await self._claimed(me, claim, record, outcome, origin)
            if not effects:
                await self.ledger.commit(*first, *receipts)
                # What the register's silence took comes back with this answer.
                await self._others(claim.code, record)
                return ClaimResult.ALREADY
            if await self.ledger.commit(*first, *effects, *receipts):
                await self._others(claim.code, record)
                return ClaimResult.CLAIMED
        # Somebody else changes the same organisation all the time: the next press of the button finds what they left.
        return ClaimResult.TOO_OFTEN

    async def _claimed(
        self,
        me: OwnIdentity,
        claim: EnterpriseClaim,
        record: EnterpriseRecord,
        outcome: EnterpriseOutcome,
        origin: Origin,
    ) -> tuple[Effect, ...]:
        """Return what makes the person its representative; nothing if they are that already."""
        now = outcome.at
        index = self.code_index.digest(claim.code.canonical)
        known = await self.reader.by_code(index)
        standing = await self._representing(me.person_id, known.id, now) if known else None
        if standing is not None and standing.suspended_at is None:
            return ()
        organisation = self._organisation(known, claim, record, now)
        ever = await self.mandates.for_principal(organisation.id, now - REMEMBERED_FOR)
        claimed = waiting(representing(me, organisation.id, self.sealer, now), ever, self.wait, now)
        mandate = standing or claimed
        contact = reported_at_contact(self.news.notices, mandate, record, ever, now)
        step: Effect = OfferMandate(mandate=mandate, objection_hash=contact.objection_hash)
        if standing:
            step, contact = ResumeMandates(principal_id=organisation.id, mandate_id=mandate.id), ContactReport()
        return (
            HoldSide(person_id=me.person_id, account_id=me.account_id),
            KeepOrganisation(organisation=organisation, code_index=index),
            step,
            event_of(EventName.ORGANISATION_CLAIMED, mandate, me.person_id, origin, now, outcome.verdict),
            *await self.news.to_person(me.person_id, NoticeKind.ORGANISATION_CLAIMED, mandate, now),
            *await self.news.of_claim(mandate, ever, origin, now),
            *contact.messages,
        )

    async def _others(self, code: EnterpriseCode, record: EnterpriseRecord) -> None:
        """Apply the register's answer to former representatives at once: it may name them no longer."""
        organisation = await self.reader.by_code(self.code_index.digest(code.canonical))
        if organisation is not None:
            await self.representatives.apply(organisation, record)

    async def _representing(
        self, person_id: PersonId, organisation_id: OrganisationId, now: datetime
    ) -> Mandate | None:
        for view in await self.mandates.for_principal(organisation_id, now):
            mandate = view.mandate
            if mandate.actor_id == person_id and mandate.kind is MandateKind.REPRESENTATIVE:
                return None if mandate.ended_at is not None else mandate
        return None

    def _organisation(
        self, known: Organisation | None, claim: EnterpriseClaim, record: EnterpriseRecord, now: datetime
    ) -> Organisation:
        # The register writes names in capitals; where the person's spelling is the same name, it reads better.
        alike = canonical_name(claim.name) == canonical_name(record.name)
        name = claim.name if alike else record.name
        if known is not None:
            before = open_facts(self.sealer, known.id, known.facts_sealed).name
            name = before if canonical_name(before) == canonical_name(record.name) else name
        organisation_id, created_at = (known.id, known.created_at) if known else (OrganisationId(new_id()), now)
        facts = seal_facts(self.sealer, organisation_id, OrganisationFacts(record.code.canonical, name, record.state))
        return Organisation(organisation_id, ProofState.PROVED, now, created_at, facts)

    async def _refused(
        self, me: OwnIdentity, outcome: EnterpriseOutcome, origin: Origin, result: ClaimResult, *, reported: bool
    ) -> tuple[Effect, ...]:
        details = {"register_request": outcome.request_id}
        event = RecordEvent(
            id=EventId(new_id()),
            name=EventName.ORGANISATION_NOT_PROVED,
            at=outcome.at,
            origin=origin,
            person_id=me.person_id,
            reason=result,
            details=details,
        )
        notices = (
            await self.news.reported(me.person_id, NoticeKind.ORGANISATION_REFUSED, outcome.at) if reported else ()
        )
        return event, *notices


def _finished(job: RegisterJob, result: str, now: datetime) -> FinishJob:
    return FinishJob(person_id=job.person_id, job_id=job.id, attempts=job.attempts, at=now, result=result)
