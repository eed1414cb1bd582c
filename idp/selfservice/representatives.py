"""Representatives over time: a change suspends what the former one gave, the organisation's end ends all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from idp.accounts.acting import Mandate, MandateKind, MandateView, Organisation, OrganisationFacts
from idp.accounts.acting_ports import MandateReader, OrganisationReader, PersonReader
from idp.accounts.mandate_effects import KeepOrganisation, ResumeMandates, SuspendMandates
from idp.accounts.notices import NoticeKind
from idp.audit.model import EventName, Origin
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import new_id
from idp.kernel.secrets import HashKey, Sealer
from idp.proofing.enterprise_codes import EnterpriseCode
from idp.proofing.enterprise_model import EnterpriseRecord, EnterpriseState
from idp.proofing.enterprise_ports import FoundEnterprise
from idp.proofing.enterprise_service import EnterpriseProofing
from idp.proofing.names import canonical_name
from idp.proofing.ports import NoRecord
from idp.selfservice.mandate_ends import MandateEnds, tree_of
from idp.selfservice.mandate_names import open_actor, open_facts, seal_facts
from idp.selfservice.mandate_news import MandateNews
from idp.selfservice.mandate_policy import REPRESENTATIVES_RECHECKED_AFTER
from idp.selfservice.own_identity import OwnIdentities
from idp.selfservice.register_purposes import REPRESENTS_RECHECK
from idp.sessions.policy import TELL_FOR

CLOSED = "organisation_closed"


@dataclass(frozen=True, slots=True)
class Representatives:
    """Keeps what the register said of representatives true."""

    organisations: OrganisationReader
    mandates: MandateReader
    people: PersonReader
    own: OwnIdentities
    proofing: EnterpriseProofing
    ends: MandateEnds
    ledger: Ledger
    news: MandateNews
    sealer: Sealer
    code_index: HashKey
    clock: Clock

    async def recheck_due(self, limit: int) -> int:
        """Ask about up to `limit` organisations that were not asked about for a while; return how many answered.

        Silence stops the round: those behind would only wait for the same silence.
        """
        due = await self.organisations.proved_before(self.clock.now() - REPRESENTATIVES_RECHECKED_AFTER, limit)
        for place, organisation in enumerate(due):
            if not await self.recheck(organisation):
                return place
        return len(due)

    async def recheck(self, organisation: Organisation) -> bool:
        """Ask the register who represents an organisation; False if it did not say."""
        facts = open_facts(self.sealer, organisation.facts_sealed)
        answer = await self.proofing.look_up(
            EnterpriseCode(facts.code), request_id=new_id(), purpose=REPRESENTS_RECHECK
        )
        if isinstance(answer, FoundEnterprise):
            await self.apply(organisation, answer.record)
            return True
        if isinstance(answer, NoRecord):
            await self.apply(organisation, None)
            return True
        return False

    async def apply(self, organisation: Organisation, record: EnterpriseRecord | None) -> None:
        """Write down what the register says: of an organisation without a record, that nobody represents it now."""
        now = self.clock.now()
        effects: list[Effect] = [self._kept(organisation, record, now)]
        for view in await self.mandates.for_principal(organisation.id, now):
            if view.mandate.kind is MandateKind.REPRESENTATIVE and view.mandate.ended_at is None:
                effects.extend(await self._of_representative(view, record, now))
        # Too late: a person or another worker was first; the next round finds what they left.
        await self.ledger.commit(*effects)

    async def _of_representative(
        self, view: MandateView, record: EnterpriseRecord | None, now: datetime
    ) -> Sequence[Effect]:
        mandate = view.mandate
        if record is not None and record.state is EnterpriseState.CLOSED:
            return await self.ends.of(mandate, CLOSED, now)
        named = record is not None and await self._is_named(mandate, record)
        if named and mandate.suspended_at is not None:
            step: Effect = ResumeMandates(mandate.principal_id, mandate.id)
            told = await self._told(mandate, EventName.MANDATE_RESUMED, NoticeKind.MANDATE_RESUMED, now)
            return step, *told
        if not named and mandate.suspended_at is None:
            step = SuspendMandates(mandate.principal_id, mandate.id, now, now + TELL_FOR)
            told = await self._told(mandate, EventName.MANDATE_SUSPENDED, NoticeKind.MANDATE_SUSPENDED, now)
            return step, *told
        return ()

    async def _is_named(self, mandate: Mandate, record: EnterpriseRecord) -> bool:
        """Say whether the register still names the person, by the number they claimed with or the one they have now."""
        numbers = {open_actor(self.sealer, mandate).number}
        account = await self.people.open_account_of(mandate.actor_id or "")
        if account is not None:
            me = await self.own.of_account(account.account.person_id, account.account.id)
            numbers |= {me.number} if me else set()
        return any(one.number in numbers for one in record.representatives)

    async def _told(self, top: Mandate, name: EventName, kind: NoticeKind, now: datetime) -> Sequence[Effect]:
        effects: list[Effect] = []
        for mandate in await tree_of(self.mandates, top, now):
            effects.extend(await self.news.to_sides(mandate, name, kind, Origin(new_id()), now))
        return effects

    def _kept(self, organisation: Organisation, record: EnterpriseRecord | None, now: datetime) -> KeepOrganisation:
        known = facts = open_facts(self.sealer, organisation.facts_sealed)
        if record is not None:
            name = facts.name if canonical_name(facts.name) == canonical_name(record.name) else record.name
            known = OrganisationFacts(facts.code, name, record.state)
        sealed = seal_facts(self.sealer, known)
        kept = replace(organisation, proved_at=now, facts_sealed=sealed)
        return KeepOrganisation(kept, self.code_index.digest(facts.code))
