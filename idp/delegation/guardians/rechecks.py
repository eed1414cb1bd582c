"""Guardians over time: the population register is asked again about each child, as about representatives."""

import orjson
from msgspec import Struct

from idp.account.model import NUMBER_PLACE, PROFILE_PLACE
from idp.delegation.check_model import DueCheck, MandateChecks
from idp.delegation.model import MandateKind
from idp.delegation.ports import MandateReader
from idp.delegation.register_silence import RegisterSilence, answered_again
from idp.delegation.register_word import RecheckRounds, RegisterWord, answered
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import PersonId, new_id
from idp.kernel.secrets import Sealer
from idp.proofing.model import ClaimedIdentity
from idp.proofing.proof_ports import Identities, PersonIdentity
from idp.proofing.registers.ports import Garbled, NoAnswer
from idp.proofing.registers.purposes import GUARDIAN_RECHECK
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.errors import DeclaredValueError
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.wards import FoundWard, WardAnswer, WardProofing

_KIND = MandateKind.GUARDIAN


class Guardians(Struct, frozen=True):
    """Keeps what the register said of guardians true."""

    checks: MandateChecks
    silence: RegisterSilence
    mandates: MandateReader
    identities: Identities
    proofing: WardProofing
    word: RegisterWord
    ledger: Ledger
    sealer: Sealer
    clock: Clock

    async def recheck_due(self, limit: int) -> int:
        """Ask about up to `limit` children whose time has come; return how many questions were answered."""
        return await RecheckRounds(self.checks, self.silence, self.ledger, self.clock).run(_KIND, limit, self._ask)

    async def _ask(self, due: DueCheck) -> WardAnswer:
        held = await self.identities.of_person(PersonId(due.principal_id))
        child = None if held is None else self._claimed(PersonId(due.principal_id), held)
        if child is None:
            return Garbled("no_identity")
        answer = await self.proofing.look_up(child, request_id=new_id(), purpose=GUARDIAN_RECHECK)
        if not isinstance(answer, NoAnswer | Garbled):
            await self._apply(due, answer)
        return answer

    def _claimed(self, person_id: PersonId, held: PersonIdentity) -> ClaimedIdentity | None:
        profile = orjson.loads(self.sealer.open(held.profile_sealed, PROFILE_PLACE.of(person_id)))
        number = PersonalNumber(self.sealer.open(held.number_sealed, NUMBER_PLACE.of(person_id)).decode())
        try:
            return ClaimedIdentity(number, str(profile["name"]), BirthDate.parse(str(profile["birthdate"])))
        except (DeclaredValueError, KeyError):
            return None

    async def _apply(self, due: DueCheck, answer: WardAnswer) -> None:
        now = self.clock.now()
        named = answer.guardian if isinstance(answer, FoundWard) else ""
        views = await self.mandates.for_principal(due.principal_id, now)
        effects: list[Effect] = [answered(due.principal_id, _KIND, now)]
        effects.extend(answered_again(due.principal_id, _KIND, views))
        for view in views:
            if view.mandate.kind is _KIND:
                still = named in await self.word.numbers_of(view.mandate)
                effects.extend(await self.word.consequences(view.mandate, named=still, now=now))
        # Too late: a person or another worker was first; the next round finds what they left.
        await self.ledger.commit(*effects)
