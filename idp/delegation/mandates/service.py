"""Giving and taking the right to act for an organisation or for oneself; either side ends it at once."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from idp.account.model import SignInRecord
from idp.account.notices.model import NoticeKind
from idp.account.own_identity import OwnIdentities, OwnIdentity
from idp.account.ports import AccountReader
from idp.audit.model import EventName, Origin
from idp.delegation.effects import AcceptMandate, ConfirmMandate, OfferMandate
from idp.delegation.first_claims import OBJECTS_ONCE_IN, hears_of_claims, may_object
from idp.delegation.mandates.ending_rights import reason_to_end, represents
from idp.delegation.mandates.ends import MandateEnds
from idp.delegation.mandates.names import NamedMandate, named
from idp.delegation.mandates.news import MandateNews, event_of
from idp.delegation.mandates.offers import Giving, OfferRefusal, offered_by, refused
from idp.delegation.mandates.policy import (
    DAY,
    MOST_GIVEN,
    OFFERS_A_DAY,
    SHOWN_FOR,
)
from idp.delegation.mandates.recipients import is_meant_for, sees
from idp.delegation.model import Mandate, MandateKind, MandateView, Power
from idp.delegation.ports import MandateReader
from idp.factors.model import HoldAccount
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import MandateId, PersonId
from idp.kernel.secrets import HashKey, Sealer
from idp.kernel.shortlived import ShortLivedStore
from idp.sessions.model import SessionView

_EVER = datetime(2000, 1, 1, tzinfo=UTC)


class OwnMandates(Struct, frozen=True):
    """All that concerns one person, in words."""

    offered: Sequence[NamedMandate]
    held: Sequence[NamedMandate]
    given: Sequence[NamedMandate]
    # What former representatives gave for organisations that the person represents now.
    to_confirm: Sequence[NamedMandate]
    # Claims that wait, which the person may end.
    claimed: Sequence[NamedMandate]


class Mandates(Struct, frozen=True):
    """Offers, accepts, declines, ends and confirms mandates for the person who is signed in."""

    reader: MandateReader
    accounts: AccountReader
    own: OwnIdentities
    ledger: Ledger
    news: MandateNews
    ends: MandateEnds
    store: ShortLivedStore
    sealer: Sealer
    number_index: HashKey
    clock: Clock

    async def of(self, view: SessionView) -> OwnMandates:
        """Return what the person gave, holds, is offered and is asked to confirm."""
        now, person_id = self.clock.now(), view.account.person_id
        ended_after = now - SHOWN_FOR
        held = await self.reader.held_by(person_id, ended_after)
        return OwnMandates(
            offered=[named(self.sealer, one) for one in await self._offered(view, now)],
            held=[named(self.sealer, one) for one in held],
            given=[named(self.sealer, one) for one in await self.reader.given_by(person_id, ended_after)],
            to_confirm=[named(self.sealer, one) for one in await self._to_confirm(held, now)],
            claimed=[named(self.sealer, one) for one in await self._claimed(person_id, held, now)],
        )

    async def ever_of(self, view: SessionView) -> Mapping[MandateId, NamedMandate]:
        """Return by its id every mandate that the person ever gave, held, or had for themself: activity names them."""
        person_id = view.account.person_id
        found = [
            *await self.reader.held_by(person_id, _EVER),
            *await self.reader.given_by(person_id, _EVER),
            *await self.reader.for_principal(person_id, _EVER),
        ]
        return {one.mandate.id: named(self.sealer, one) for one in found}

    async def offer(self, view: SessionView, giving: Giving, origin: Origin) -> Mandate | OfferRefusal:
        """Offer a mandate. The answer is the same whether or not the other has an account (EN-1)."""
        now = self.clock.now()
        giver = await self.own.of(view, now)
        if giver is None:
            return OfferRefusal.NOT_PROVED
        if await self.store.count(f"offer-mandate:{view.account.id}", DAY) > OFFERS_A_DAY:
            return OfferRefusal.TOO_OFTEN
        under = await self._under(giver, giving.under, now)
        if under is OfferRefusal.GONE or len(await self.reader.given_by(giver.person_id, now)) >= MOST_GIVEN:
            return OfferRefusal.GONE if under is OfferRefusal.GONE else OfferRefusal.TOO_OFTEN
        above = under if isinstance(under, Mandate) else None
        refusal = refused(giver, above, giving, now)
        if refusal is not None:
            return refusal
        mandate = offered_by(giver, above, giving, self.number_index, self.sealer, now)
        other = await self.accounts.for_sign_in(mandate.actor_index)
        reported = await self._reported(mandate, other, origin, now)
        # The account is held first: what closes it, or lets it go up in another, finds the mandate or stops it.
        offered = await self.ledger.commit(_held(view), OfferMandate(mandate=mandate), *reported)
        return mandate if offered else OfferRefusal.GONE

    async def accept(self, view: SessionView, mandate_id: MandateId, origin: Origin) -> bool:
        """Accept an offer. False if it was not made to this person, or there is none any more."""
        now = self.clock.now()
        me = await self.own.of(view, now)
        found = await self.reader.by_id(mandate_id)
        if me is None or found is None or not is_meant_for(self.sealer, me, found.mandate):
            return False
        mandate = found.mandate
        accepting = AcceptMandate(
            principal_id=mandate.principal_id,
            mandate_id=mandate.id,
            actor_id=me.person_id,
            actor_index=me.number_index,
            at=now,
        )
        sides = await self.news.to_sides(mandate, EventName.MANDATE_ACCEPTED, NoticeKind.MANDATE_ACCEPTED, origin, now)
        mine = event_of(EventName.MANDATE_ACCEPTED, mandate, me.person_id, origin, now)
        above = await self.news.to_those_above(mandate, NoticeKind.MANDATE_ACCEPTED_BELOW, origin, now)
        return await self.ledger.commit(_held(view), accepting, mine, *sides, *above)

    async def end(self, view: SessionView, mandate_id: MandateId, origin: Origin) -> bool:
        """End a mandate that one gave, holds, is offered, or that is for oneself or one's organisation.

        False if it is none of these, or has ended. All that was given under it ends with it.
        """
        now = self.clock.now()
        found = await self.reader.by_id(mandate_id)
        if found is None:
            return False
        mandate, person_id = found.mandate, view.account.person_id
        me = await self.own.of(view, now)
        reason = await self._reason(mandate, person_id, me, now)
        if reason is None:
            return False
        return await self.ledger.commit(*await self.ends.of(mandate, reason, now, person_id, origin))

    async def confirm(self, view: SessionView, mandate_id: MandateId, origin: Origin) -> bool:
        """Confirm a mandate that a former representative gave. False if it does not wait for this person."""
        now, person_id = self.clock.now(), view.account.person_id
        found = await self.reader.by_id(mandate_id)
        under = await self._represents(person_id, found.mandate.principal_id, now) if found else None
        if found is None or under is None:
            return False
        mandate = found.mandate
        confirming = ConfirmMandate(
            principal_id=mandate.principal_id,
            mandate_id=mandate.id,
            given_under=under.id,
            confirmed_by=person_id,
            at=now,
        )
        mine = event_of(EventName.MANDATE_CONFIRMED, mandate, person_id, origin, now)
        sides = await self.news.to_sides(
            mandate, EventName.MANDATE_CONFIRMED, NoticeKind.MANDATE_CONFIRMED, origin, now
        )
        return await self.ledger.commit(_held(view), confirming, mine, *sides)

    async def _under(self, giver: OwnIdentity, under: MandateId | None, now: datetime) -> Mandate | OfferRefusal | None:
        """Return the mandate it is given under; None where the person gives of their own."""
        if under is None:
            return None
        found = await self.reader.by_id(under)
        mine = found is not None and found.mandate.actor_id == giver.person_id and found.mandate.stands(now)
        return found.mandate if found is not None and mine else OfferRefusal.GONE

    async def _reported(
        self, mandate: Mandate, other: SignInRecord | None, origin: Origin, now: datetime
    ) -> tuple[Effect, ...]:
        effects = await self.news.to_sides(mandate, EventName.MANDATE_OFFERED, NoticeKind.MANDATE_OFFERED, origin, now)
        effects = (*effects, *await self.news.to_those_above(mandate, NoticeKind.MANDATE_OFFERED_BELOW, origin, now))
        if other is None or not sees(self.sealer, other, mandate, now):
            return effects
        received = event_of(EventName.MANDATE_RECEIVED, mandate, other.account.person_id, origin, now)
        return *effects, received, *self.news.to_account(other, NoticeKind.MANDATE_RECEIVED, mandate, now)

    async def _offered(self, view: SessionView, now: datetime) -> Sequence[MandateView]:
        """Return the offers to the person: to their number and name, so that a slip of the pen tells nobody."""
        me = await self.own.of(view, now)
        if me is None:
            return []
        found = await self.reader.offered_to(me.number_index, now)
        return [one for one in found if is_meant_for(self.sealer, me, one.mandate) and one.mandate.suspended_at is None]

    async def _to_confirm(self, held: Sequence[MandateView], now: datetime) -> list[MandateView]:
        found: list[MandateView] = []
        for view in held:
            if _confirms(view.mandate, now):
                waiting = await self.reader.for_principal(view.mandate.principal_id, now)
                found.extend(one for one in waiting if _waits(one.mandate, now))
        return found

    async def _claimed(self, person_id: PersonId, held: Sequence[MandateView], now: datetime) -> list[MandateView]:
        heard = [one.mandate.principal_id for one in held if hears_of_claims(one.mandate, now)]
        principals = dict.fromkeys([person_id, *heard])
        found: list[MandateView] = []
        for principal_id in principals:
            others = await self.reader.for_principal(principal_id, now - OBJECTS_ONCE_IN)
            found.extend(one for one in others if may_object(person_id, one.mandate, others, now))
        return found

    async def _reason(self, mandate: Mandate, person_id: PersonId, me: OwnIdentity | None, now: datetime) -> str | None:
        """Return why a person may end a mandate, or None if it is not theirs."""
        others = await self.reader.for_principal(mandate.principal_id, now - OBJECTS_ONCE_IN)
        meant = me is not None and is_meant_for(self.sealer, me, mandate)
        return reason_to_end(mandate, person_id, others, now, offered_to_them=meant)

    async def _represents(self, person_id: PersonId, principal_id: str, now: datetime) -> Mandate | None:
        """Return the mandate by which a person represents an organisation now."""
        return represents(person_id, principal_id, await self.reader.for_principal(principal_id, now), now)


def _held(view: SessionView) -> HoldAccount:
    return HoldAccount(person_id=view.account.person_id, account_id=view.account.id)


def _confirms(mandate: Mandate, now: datetime) -> bool:
    """Say whether the holder may let go on what a former representative gave: not before they may pass on rights."""
    return mandate.kind is MandateKind.REPRESENTATIVE and mandate.stands(now) and Power.DELEGATE in mandate.powers


def _waits(mandate: Mandate, now: datetime) -> bool:
    suspended = mandate.suspended_at is not None and mandate.ended_at is None and mandate.ends_at > now
    return suspended and mandate.kind is MandateKind.DELEGATE and mandate.accepted_at is not None
