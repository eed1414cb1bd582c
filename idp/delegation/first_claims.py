"""A first claim on an organisation or a child: who is told of it, who may end it while it waits, and when it is whole.

That a register names somebody says who may act, not that the one before the page is whom it names. So whoever acts
there already hears of a claim, and what cannot be taken back, signing and passing on, begins only after they had time.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from idp.delegation.effects import BeginPowers
from idp.delegation.model import Mandate, MandateKind, MandateView, Power, PrincipalKind
from idp.delegation.ports import MandateReader
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import PersonId
from records.structs import replace

# What nobody takes back afterwards.
BEGIN_LATER = frozenset({Power.SIGN, Power.DELEGATE})
# Of an organisation with more people than that, those who have acted longest are told.
MOST_REPORTED = 50
# Why such a claim ended; and how long whoever ended it may not end the next one of the same person.
OBJECTED, OBJECTS_ONCE_IN = "objected", timedelta(days=90)
# How long somebody who gave it up claims it again without waiting.
REMEMBERED_FOR = timedelta(days=365)
# How often a person claims the same principal: who gave it up by mistake may do so twice.
CLAIMS_A_DAY, _DAY = 3, timedelta(days=1)
_CLAIMED = frozenset({MandateKind.REPRESENTATIVE, MandateKind.GUARDIAN})


def waiting(mandate: Mandate, ever: Sequence[MandateView], wait: timedelta, now: datetime) -> Mandate:
    """Return a claim as it begins: whole for whom the register named before and who waited then, else without some.

    `ever` is what was held for the principal, ended or not, within `REMEMBERED_FOR`.
    """
    if wait <= timedelta(0) or any(_held_whole(view.mandate, mandate) for view in ever):
        return mandate
    return replace(mandate, powers=mandate.powers - BEGIN_LATER, later_powers=mandate.powers, later_at=now + wait)


def waits(mandate: Mandate) -> bool:
    """Say whether some powers of a claim have not begun and it may be objected to."""
    return mandate.kind in _CLAIMED and mandate.later_at is not None and mandate.ended_at is None


def hears_of_claims(mandate: Mandate, now: datetime) -> bool:
    """Say whether whoever holds a mandate is told of claims on its principal."""
    return mandate.stands(now) and (mandate.kind in _CLAIMED or Power.DELEGATE in mandate.powers)


def hearing_of(claimed: Mandate, others: Sequence[MandateView], now: datetime) -> Sequence[PersonId]:
    """Return the persons who act for the principal, or pass on its rights, and a principal who is a person."""
    acting = sorted(
        (view.mandate for view in others if hears_of_claims(view.mandate, now)),
        key=lambda one: (one.kind not in _CLAIMED, one.accepted_at or now),
    )
    principal = [PersonId(claimed.principal_id)] if claimed.principal_kind is PrincipalKind.PERSON else []
    people = dict.fromkeys([*principal, *(one.actor_id for one in acting if one.actor_id)])
    return [one for one in people if one != claimed.actor_id][:MOST_REPORTED]


def may_object(person_id: PersonId, claimed: Mandate, others: Sequence[MandateView], now: datetime) -> bool:
    """Say whether a person may end a claim that waits: whoever was told, and against the same person once.

    Else one representative could keep another, whom the register names as well, out for ever.
    """
    if not waits(claimed) or person_id not in hearing_of(claimed, others, now):
        return False
    return not objected_before(person_id, claimed, others, now)


def objected_before(person_id: PersonId | None, claimed: Mandate, others: Sequence[MandateView], now: datetime) -> bool:
    """Say whether somebody, or the registered contact (None), ended a claim of the same person lately."""
    return any(_objected(view.mandate, person_id, claimed, now) for view in others)


def claims_too_often(ever: Sequence[MandateView], person_id: PersonId, now: datetime) -> bool:
    """Say whether a person claimed a principal as often in a day as they may: each claim tells the others again."""
    lately = [view for view in ever if _is_claim_of(view.mandate, person_id) and view.mandate.offered_at > now - _DAY]
    return len(lately) >= CLAIMS_A_DAY


class FirstClaims(Struct, frozen=True):
    """Lets powers begin whose wait is over."""

    mandates: MandateReader
    ledger: Ledger
    clock: Clock

    async def begin_due(self, limit: int) -> int:
        """Put the powers of up to `limit` claims into force whose wait is over; return how many."""
        now, begun = self.clock.now(), 0
        for mandate in await self.mandates.waited(now, limit):
            # Too late: somebody ended it, or another worker was first.
            begun += await self.ledger.commit(
                BeginPowers(principal_id=mandate.principal_id, mandate_id=mandate.id, at=now)
            )
        return begun


def _held_whole(before: Mandate, claimed: Mandate) -> bool:
    same = before.actor_id == claimed.actor_id and before.kind is claimed.kind and before.accepted_at is not None
    return same and claimed.powers <= (before.lowered_from or before.powers)


def _is_claim_of(mandate: Mandate, person_id: PersonId) -> bool:
    return mandate.actor_id == person_id and mandate.kind in _CLAIMED


def _objected(before: Mandate, person_id: PersonId | None, claimed: Mandate, now: datetime) -> bool:
    return (
        before.end_reason == OBJECTED
        and before.ended_by == person_id
        and before.actor_index == claimed.actor_index
        and before.ended_at is not None
        and before.ended_at > now - OBJECTS_ONCE_IN
    )
