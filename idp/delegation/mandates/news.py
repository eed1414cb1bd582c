"""Telling both sides of a mandate what became of it: an event on the activity page and a notice of each."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from idp.account.model import SignInRecord
from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices, Reachable
from idp.audit.model import MANDATE, EventName, Origin, RecordEvent
from idp.delegation.first_claims import MOST_REPORTED, hearing_of
from idp.delegation.model import Mandate, MandateKind, MandateView, PrincipalKind
from idp.delegation.ports import MandateReader, PersonReader
from idp.kernel.effects import Effect
from idp.kernel.ids import EventId, PersonId, new_id

_OF_NEWS_ABOVE = {
    NoticeKind.MANDATE_OFFERED_BELOW: EventName.MANDATE_OFFERED,
    NoticeKind.MANDATE_ACCEPTED_BELOW: EventName.MANDATE_ACCEPTED,
}


class MandateNews(Struct, frozen=True):
    """Writes what the sides are told: effects for the transaction of what happened."""

    people: PersonReader
    mandates: MandateReader
    notices: Notices

    async def to_sides(
        self, mandate: Mandate, name: EventName, kind: NoticeKind, origin: Origin, now: datetime, reason: str = ""
    ) -> tuple[Effect, ...]:
        """Return what the giver and the one who accepted are told; somebody who only was offered it hears nothing."""
        effects: list[Effect] = []
        for person_id in dict.fromkeys(one for one in (mandate.giver_id, mandate.actor_id) if one is not None):
            effects.append(event_of(name, mandate, person_id, origin, now, reason))
            effects.extend(await self.to_person(person_id, kind, mandate, now))
        return tuple(effects)

    async def of_claim(
        self, claimed: Mandate, others: Sequence[MandateView], origin: Origin, now: datetime
    ) -> tuple[Effect, ...]:
        """Return what whoever acts for the principal, and a principal who is a person, are told of a new claim."""
        effects: list[Effect] = []
        for person_id in hearing_of(claimed, others, now):
            effects.append(event_of(EventName.MANDATE_CLAIMED, claimed, person_id, origin, now))
            effects.extend(await self.to_person(person_id, NoticeKind.MANDATE_CLAIMED, claimed, now))
        return tuple(effects)

    async def to_those_above(
        self, below: Mandate, kind: NoticeKind, origin: Origin, now: datetime
    ) -> tuple[Effect, ...]:
        """Return what the representatives of an organisation, its giver and taker apart, are told of a new mandate."""
        if below.kind is not MandateKind.DELEGATE:
            return ()
        name = _OF_NEWS_ABOVE[kind]
        effects: list[Effect] = []
        for person_id in _representatives(await self.mandates.for_principal(below.principal_id, now), below, now):
            effects.append(event_of(name, below, person_id, origin, now))
            effects.extend(await self.to_person(person_id, kind, below, now))
        return tuple(effects)

    async def to_others(
        self, mandate: Mandate, leaving: str, kind: NoticeKind, origin: Origin, now: datetime
    ) -> tuple[Effect, ...]:
        """Return what is told to the sides of a mandate, and its principal, because one of them is no more there.

        Neither who it was nor why is said: that somebody died is not ours to tell.
        """
        sides = [mandate.giver_id, mandate.actor_id]
        if mandate.principal_kind is PrincipalKind.PERSON:
            sides.append(PersonId(mandate.principal_id))
        name = EventName.MANDATE_ENDED if kind is NoticeKind.MANDATE_ENDED else EventName.MANDATE_SUSPENDED
        effects: list[Effect] = []
        for person_id in dict.fromkeys(one for one in sides if one is not None and one != leaving):
            effects.append(event_of(name, mandate, person_id, origin, now))
            effects.extend(await self.to_person(person_id, kind, mandate, now))
        return tuple(effects)

    async def to_person(
        self, person_id: PersonId, kind: NoticeKind, mandate: Mandate, now: datetime
    ) -> tuple[Effect, ...]:
        """Return the notice to one person, wherever they can be reached; nothing where they have no account."""
        record = await self.people.open_account_of(person_id)
        return () if record is None else self.to_account(record, kind, mandate, now)

    async def reported(self, person_id: PersonId, kind: NoticeKind, now: datetime) -> tuple[Effect, ...]:
        """Return a notice that is about no mandate."""
        record = await self.people.open_account_of(person_id)
        if record is None:
            return ()
        return self.notices.tell(Reachable.of(record), kind, now)

    def to_account(self, record: SignInRecord, kind: NoticeKind, mandate: Mandate, now: datetime) -> tuple[Effect, ...]:
        """Return the notice to one account."""
        reachable = Reachable.of(record)
        return self.notices.tell(reachable, kind, now, {"mandate": mandate.id})


def event_of(
    name: EventName, mandate: Mandate, person_id: PersonId | None, origin: Origin, now: datetime, reason: str = ""
) -> RecordEvent:
    """Return the event on one person's page; the mandate's id says who did it and for whom."""
    details = {MANDATE: mandate.id, "kind": mandate.kind.value}
    return RecordEvent(
        id=EventId(new_id()), name=name, at=now, origin=origin, person_id=person_id, reason=reason, details=details
    )


def _representatives(others: Sequence[MandateView], below: Mandate, now: datetime) -> Sequence[PersonId]:
    standing = [view.mandate for view in others if view.mandate.stands(now)]
    people = dict.fromkeys(one.actor_id for one in standing if one.kind is MandateKind.REPRESENTATIVE)
    return [one for one in people if one is not None and one not in {below.giver_id, below.actor_id}][:MOST_REPORTED]
