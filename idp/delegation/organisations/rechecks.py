"""Representatives over time: a change suspends what the former one gave, the organisation's end ends all."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from idp.delegation.check_model import DueCheck, MandateChecks
from idp.delegation.effects import KeepOrganisation
from idp.delegation.mandates.ends import MandateEnds
from idp.delegation.mandates.names import open_facts, seal_facts
from idp.delegation.model import MandateKind, MandateView, Organisation, OrganisationFacts
from idp.delegation.ports import MandateReader, OrganisationReader
from idp.delegation.register_silence import RegisterSilence, answered_again
from idp.delegation.register_word import RecheckRounds, RegisterWord, answered
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import OrganisationId, new_id
from idp.kernel.secrets import HashKey, Sealer
from idp.proofing.registers.enterprise_model import EnterpriseRecord, EnterpriseState
from idp.proofing.registers.enterprise_ports import EnterpriseAnswer, FoundEnterprise
from idp.proofing.registers.enterprise_service import EnterpriseProofing
from idp.proofing.registers.ports import Garbled, NoRecord
from idp.proofing.registers.purposes import REPRESENTS_RECHECK
from idp.proofing.values.enterprise_codes import EnterpriseCode
from idp.proofing.values.names import canonical_name
from records.structs import replace

CLOSED = "organisation_closed"
_KIND = MandateKind.REPRESENTATIVE


class Representatives(Struct, frozen=True):
    """Keeps what the register said of representatives true."""

    organisations: OrganisationReader
    checks: MandateChecks
    silence: RegisterSilence
    mandates: MandateReader
    proofing: EnterpriseProofing
    ends: MandateEnds
    ledger: Ledger
    word: RegisterWord
    sealer: Sealer
    code_index: HashKey
    clock: Clock

    async def recheck_due(self, limit: int) -> int:
        """Ask about up to `limit` organisations whose time has come; return how many questions were answered."""
        return await RecheckRounds(self.checks, self.silence, self.ledger, self.clock).run(_KIND, limit, self._ask)

    async def _ask(self, due: DueCheck) -> EnterpriseAnswer:
        organisation = await self.organisations.by_id(OrganisationId(due.principal_id))
        if organisation is None:
            return Garbled("no_organisation")
        facts = open_facts(self.sealer, organisation.id, organisation.facts_sealed)
        answer = await self.proofing.look_up(
            EnterpriseCode(facts.code), request_id=new_id(), purpose=REPRESENTS_RECHECK
        )
        if isinstance(answer, FoundEnterprise | NoRecord):
            await self.apply(organisation, answer.record if isinstance(answer, FoundEnterprise) else None)
        return answer

    async def apply(self, organisation: Organisation, record: EnterpriseRecord | None) -> None:
        """Write down what the register says: of an organisation without a record, that nobody represents it now."""
        now = self.clock.now()
        views = await self.mandates.for_principal(organisation.id, now)
        effects: list[Effect] = [self._kept(organisation, record, now), answered(organisation.id, _KIND, now)]
        effects.extend(answered_again(organisation.id, _KIND, views))
        for view in views:
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
        numbers = {one.number for one in record.representatives} if record else set()
        named = not numbers.isdisjoint(await self.word.numbers_of(mandate))
        return await self.word.consequences(mandate, named=named, now=now)

    def _kept(self, organisation: Organisation, record: EnterpriseRecord | None, now: datetime) -> KeepOrganisation:
        known = facts = open_facts(self.sealer, organisation.id, organisation.facts_sealed)
        if record is not None:
            name = facts.name if canonical_name(facts.name) == canonical_name(record.name) else record.name
            known = OrganisationFacts(facts.code, name, record.state)
        sealed = seal_facts(self.sealer, organisation.id, known)
        kept = replace(organisation, proved_at=now, facts_sealed=sealed)
        return KeepOrganisation(organisation=kept, code_index=self.code_index.digest(facts.code))
