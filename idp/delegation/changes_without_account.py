"""What the register's feed reports of persons without an open account: others may act for them all the same."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import orjson
from msgspec import Struct

from idp.account.model import NUMBER_PLACE, PROFILE_PLACE, SealedValue
from idp.account.own_choices import ReplaceProfile
from idp.audit.model import EventName, Origin, RecordEvent
from idp.delegation.mandates.ends import MandateEnds
from idp.kernel.effects import Effect
from idp.kernel.ids import EventId, PersonId, new_id
from idp.kernel.secrets import HashKey, Sealer
from idp.proofing.proof import DEAD, KeepLaterNumber, MarkDead
from idp.proofing.proof_ports import FormerHolder, Identities
from idp.proofing.registered_claims import with_new_name, with_new_number
from idp.proofing.registers.feed import ChangeKind, RegisterChange
from idp.proofing.values.personal_numbers import PersonalNumber

# A death is remembered until a child born on the day before is of age to act alone, and longer; of somebody who is
# unknown here only while a claim on them may be under way.
_DEAD_FOR, _CLAIMS_TAKE = timedelta(days=15 * 365), timedelta(hours=1)


async def is_dead(identities: Identities, number_index: HashKey, number: PersonalNumber) -> bool:
    """Say whether the feed reported the death of a person without an account who was known by this number."""
    return await identities.applied(DEAD, number_index.digest(number.digits))


def marked_dead(number_index: HashKey, number: PersonalNumber, now: datetime) -> MarkDead:
    """Return what a death writes before it looks whom it concerns.

    A guardian's claim that is written first is found then; one that comes later meets the mark.
    """
    return MarkDead(number_index=number_index.digest(number.digits), until=now + _CLAIMS_TAKE)


class ChangesWithoutAccount(Struct, frozen=True):
    """Applies changes of the population register to who was claimed by a guardian, or closed their account."""

    identities: Identities
    mandates: MandateEnds
    sealer: Sealer
    number_index: HashKey

    async def of(self, change: RegisterChange, reason: str, now: datetime) -> Sequence[Effect]:
        """Return what follows from a change; nothing if its number never led to anybody without an account now."""
        holders = await self.identities.without_account(self.number_index.digest(change.number.digits))
        effects: list[Effect] = []
        for holder in holders:
            effects.extend(await self._of_holder(change, holder, reason, now))
        return effects

    async def _of_holder(
        self, change: RegisterChange, holder: FormerHolder, reason: str, now: datetime
    ) -> Sequence[Effect]:
        match change.kind:
            case ChangeKind.DIED:
                return await self._died(change, holder, reason, now)
            case ChangeKind.NUMBER_REPLACED:
                return await self._replaced(change, holder, now)
            case ChangeKind.NAME_CHANGED:
                return self._renamed(change, holder, now)

    async def _died(self, change: RegisterChange, holder: FormerHolder, reason: str, now: datetime) -> Sequence[Effect]:
        index = self.number_index.digest(change.number.digits)
        return (
            MarkDead(number_index=index, until=now + _DEAD_FOR),
            *await self.mandates.leaving(holder.person_id, reason, now, Origin(new_id())),
            change_event(EventName.PERSON_DIED, change, holder.person_id, now),
        )

    async def _replaced(self, change: RegisterChange, holder: FormerHolder, now: datetime) -> Sequence[Effect]:
        new = change.new_number
        if new is None or await self.identities.held_by_another(self.number_index.digest(new.digits), holder.person_id):
            return (change_event(EventName.NUMBER_DISPUTED, change, holder.person_id, now),)
        kept = SealedValue(
            self.number_index.digest(new.digits),
            self.sealer.seal(new.digits.encode(), NUMBER_PLACE.of(holder.person_id)),
        )
        old_index = self.number_index.digest(change.number.digits)
        return (
            KeepLaterNumber(
                person_id=holder.person_id, account_id=holder.account_id, old_index=old_index, new=kept, at=now
            ),
            *self._profile(holder, with_new_number(self._claims(holder), new.digits, now)),
            change_event(EventName.NUMBER_REPLACED, change, holder.person_id, now),
        )

    def _renamed(self, change: RegisterChange, holder: FormerHolder, now: datetime) -> Sequence[Effect]:
        if not change.new_name:
            return (change_event(EventName.CHANGE_NOT_APPLIED, change, holder.person_id, now),)
        return (
            *self._profile(holder, with_new_name(self._claims(holder), change.new_name, now)),
            change_event(EventName.NAME_CHANGED, change, holder.person_id, now),
        )

    def _claims(self, holder: FormerHolder) -> dict[str, object]:
        claims: dict[str, object] = orjson.loads(
            self.sealer.open(holder.profile_sealed, PROFILE_PLACE.of(holder.person_id))
        )
        return claims

    def _profile(self, holder: FormerHolder, claims: dict[str, object]) -> tuple[Effect, ...]:
        """Return the change of what a guardian sees. What the law keeps of a closed account stays as it was kept."""
        if holder.closed:
            return ()
        sealed = self.sealer.seal(orjson.dumps(claims), PROFILE_PLACE.of(holder.person_id))
        return (
            ReplaceProfile(person_id=holder.person_id, profile_before=holder.profile_sealed, profile_sealed=sealed),
        )


def change_event(name: EventName, change: RegisterChange, person_id: PersonId, now: datetime) -> RecordEvent:
    """Return the event of a change of the register in one person's log."""
    return RecordEvent(
        id=EventId(new_id()),
        name=name,
        at=now,
        origin=Origin(new_id()),
        person_id=person_id,
        reason=change.kind,
        details={"register_change": change.id},
    )
