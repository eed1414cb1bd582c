"""Acting for a child: the population register names the guardian, and the right ends when the child turns 14."""

from datetime import datetime, timedelta
from enum import StrEnum

import orjson
from msgspec import Struct

from idp.account.closing_effects import FormerPersons
from idp.account.model import NUMBER_PLACE, PROFILE_PLACE, SealedValue
from idp.account.notices.model import NoticeKind
from idp.account.own_identity import OwnIdentities, OwnIdentity
from idp.account.ports import AccountReader
from idp.account.profiles import MASKED_NUMBER
from idp.audit.model import EventName, Origin, RecordEvent
from idp.delegation.changes_without_account import is_dead
from idp.delegation.check_model import RestoreMandates
from idp.delegation.effects import HoldSide, KeepWard, OfferMandate, ResumeMandates
from idp.delegation.first_claims import REMEMBERED_FOR, claims_too_often, waiting
from idp.delegation.mandates.names import seal_actor
from idp.delegation.mandates.news import MandateNews, event_of
from idp.delegation.mandates.policy import CLAIMS_AN_HOUR, HOUR, guardianship_ends
from idp.delegation.model import CLAIM_WAIT, Mandate, MandateKind, Power, PrincipalKind
from idp.delegation.ports import MandateReader
from idp.delegation.register_silence import is_held_down
from idp.delegation.register_word import answered
from idp.grants.model import ClaimOnce
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import EventId, MandateId, PersonId, new_id
from idp.kernel.secrets import HashKey, Sealer
from idp.kernel.shortlived import ShortLivedStore
from idp.proofing.kept_receipts import ReceiptBook
from idp.proofing.model import ClaimedIdentity, ProofOutcome, RegisterRecord, Verdict
from idp.proofing.proof import HoldLiving
from idp.proofing.proof_ports import Identities
from idp.proofing.registers.purposes import GUARDIAN
from idp.proofing.values.names import readable_name
from idp.proofing.values.personal_numbers import PersonalNumber, masked_number
from idp.proofing.wards import WardProofing
from idp.sessions.model import SessionView

# A guardian acts for the child in everything a portal knows; passing it on is for the register to say.
POWERS = frozenset(Power) - {Power.DELEGATE}
# Two presses of the button are one claim.
_ONCE, _ONCE_FOR = "guardianship", timedelta(minutes=1)


class WardResult(StrEnum):
    """What came of claiming to represent a child, in words of the pages."""

    CLAIMED = "claimed"
    ALREADY = "already"
    OF_AGE = "of_age"
    NOT_PROVED = "not_proved"
    TOO_OFTEN = "too_often"
    NEAR = "near"
    DIFFERENT = "different"
    NO_RECORD = "no_record"
    NO_ANSWER = "no_answer"


_REFUSALS = {
    Verdict.NEAR: WardResult.NEAR,
    Verdict.DIFFERENT: WardResult.DIFFERENT,
    Verdict.NO_RECORD: WardResult.NO_RECORD,
    Verdict.NO_ANSWER: WardResult.NO_ANSWER,
    Verdict.GARBLED: WardResult.NO_ANSWER,
}


class Guardianships(Struct, frozen=True):
    """Claims children for the person who is signed in."""

    mandates: MandateReader
    accounts: AccountReader
    former: FormerPersons
    identities: Identities
    own: OwnIdentities
    proofing: WardProofing
    receipts: ReceiptBook
    ledger: Ledger
    news: MandateNews
    store: ShortLivedStore
    sealer: Sealer
    number_index: HashKey
    clock: Clock
    wait: timedelta = CLAIM_WAIT

    async def claim(self, view: SessionView, child: ClaimedIdentity, origin: Origin) -> WardResult:
        """Ask the register whether the person represents a child, and keep what it says."""
        now = self.clock.now()
        me = await self.own.of(view, now)
        if me is None:
            return WardResult.NOT_PROVED
        if await self.store.count(f"claim-ward:{me.account_id}", HOUR) > CLAIMS_AN_HOUR:
            return WardResult.TOO_OFTEN
        outcome = await self.proofing.prove(
            child, PersonalNumber(me.number), request_id=new_id(), purpose=GUARDIAN, now=now
        )
        kept = self.receipts.keep_of_ward(child, GUARDIAN, outcome, me.person_id)
        result, effects = await self._decided(me, outcome, origin, now)
        if await self.ledger.commit(*effects, *kept):
            return result
        # Too late: the child died meanwhile, or the other press of the button was first.
        dead = await is_dead(self.identities, self.number_index, child.number)
        result = WardResult.NO_RECORD if dead else WardResult.ALREADY
        await self.ledger.commit(*((_refused(me, outcome, result, origin),) if dead else ()), *kept)
        return result

    async def _decided(
        self, me: OwnIdentity, outcome: ProofOutcome, origin: Origin, now: datetime
    ) -> tuple[WardResult, tuple[Effect, ...]]:
        """Return what comes of an answer, and what is written down of it."""

        def refused(result: WardResult) -> tuple[WardResult, tuple[Effect, ...]]:
            return result, (_refused(me, outcome, result, origin),)

        record = outcome.record
        if record is None:
            return refused(_REFUSALS[outcome.verdict])
        if guardianship_ends(record.birth_date) <= now:
            return refused(WardResult.OF_AGE)
        if await is_dead(self.identities, self.number_index, record.number):
            # The feed's word is newer than an answer that still names a guardian.
            return refused(WardResult.NO_RECORD)
        effects = await self._claimed(me, record, origin, now)
        if isinstance(effects, WardResult):
            return refused(effects)
        return (WardResult.CLAIMED, effects) if effects else (WardResult.ALREADY, ())

    async def _claimed(
        self, me: OwnIdentity, record: RegisterRecord, origin: Origin, now: datetime
    ) -> tuple[Effect, ...] | WardResult:
        """Return what makes the person the child's guardian; nothing if they are that already."""
        index = self.number_index.digest(record.number.digits)
        known = await self.accounts.for_sign_in(index)
        former = None if known else await self.former.former_person(index)
        person_id = known.account.person_id if known else former and former.person_id
        ward = PersonId(person_id or new_id())
        ever = await self.mandates.for_principal(ward, now - REMEMBERED_FOR)
        for view in ever:
            if _is_guardian(view.mandate, me):
                return await self._again(me, view.mandate, HoldLiving(number_index=index, at=now), origin)
        if claims_too_often(ever, me.person_id, now):
            return WardResult.TOO_OFTEN
        mandate = waiting(self._mandate(me, ward, record, now), ever, self.wait, now)
        once = self.number_index.digest(f"{record.number.digits} {me.person_id} {now:%Y%m%d%H%M}")
        ward_kept = () if person_id else (self._ward(ward, record, index, now),)
        sides = {me.account_id: me.person_id} | ({known.account.id: known.account.person_id} if known else {})
        return (
            # In one order, as whoever joins two accounts takes them.
            *(HoldSide(person_id=sides[account_id], account_id=account_id) for account_id in sorted(sides)),
            ClaimOnce(purpose=_ONCE, value_hash=once, expires_at=now + _ONCE_FOR),
            HoldLiving(number_index=index, at=now),
            *ward_kept,
            OfferMandate(mandate=mandate),
            event_of(EventName.WARD_CLAIMED, mandate, me.person_id, origin, now),
            *await self.news.to_person(me.person_id, NoticeKind.WARD_CLAIMED, mandate, now),
            *await self.news.of_claim(mandate, ever, origin, now),
        )

    async def _again(self, me: OwnIdentity, mandate: Mandate, living: HoldLiving, origin: Origin) -> tuple[Effect, ...]:
        """Return what lets a guardian act again whom the register had not named, or was silent about; else nothing."""
        if mandate.suspended_at is None and not is_held_down(mandate):
            return ()
        now = living.at
        resumed: Effect = RestoreMandates(principal_id=mandate.principal_id, kind=mandate.kind)
        if mandate.suspended_at is not None:
            resumed = ResumeMandates(principal_id=mandate.principal_id, mandate_id=mandate.id)
        reported = await self.news.to_sides(mandate, EventName.MANDATE_RESUMED, NoticeKind.MANDATE_RESUMED, origin, now)
        answer = answered(mandate.principal_id, mandate.kind, now)
        return HoldSide(person_id=me.person_id, account_id=me.account_id), living, resumed, answer, *reported

    def _mandate(self, me: OwnIdentity, ward: str, record: RegisterRecord, now: datetime) -> Mandate:
        mandate_id = MandateId(new_id())
        return Mandate(
            id=mandate_id,
            principal_id=ward,
            principal_kind=PrincipalKind.PERSON,
            kind=MandateKind.GUARDIAN,
            actor_id=me.person_id,
            actor_index=me.number_index,
            actor_sealed=seal_actor(self.sealer, mandate_id, me.number, me.name),
            powers=POWERS,
            giver_id=None,
            given_under=None,
            offered_at=now,
            accepted_at=now,
            starts_at=now,
            ends_at=guardianship_ends(record.birth_date),
        )

    def _ward(self, person_id: PersonId, record: RegisterRecord, index: bytes, now: datetime) -> KeepWard:
        digits = record.number.digits
        profile = {
            "name": readable_name(record.full_name),
            "birthdate": record.birth_date.oidc_birthdate(),
            MASKED_NUMBER: masked_number(digits),
        }
        number = SealedValue(index, self.sealer.seal(digits.encode(), NUMBER_PLACE.of(person_id)))
        sealed = self.sealer.seal(orjson.dumps(profile), PROFILE_PLACE.of(person_id))
        return KeepWard(person_id=person_id, place_id=new_id(), number=number, profile_sealed=sealed, at=now)


def _is_guardian(mandate: Mandate, me: OwnIdentity) -> bool:
    return mandate.kind is MandateKind.GUARDIAN and mandate.actor_id == me.person_id and mandate.ended_at is None


def _refused(me: OwnIdentity, outcome: ProofOutcome, result: WardResult, origin: Origin) -> RecordEvent:
    return RecordEvent(
        id=EventId(new_id()),
        name=EventName.WARD_NOT_PROVED,
        at=outcome.at,
        origin=origin,
        person_id=me.person_id,
        reason=result,
        details={"register_request": outcome.request_id},
    )
