"""Everybody who acts for a principal: the whole tree, for its representatives, its guardians and the principal."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from idp.delegation.first_claims import waits
from idp.delegation.mandates.ending_rights import GIVEN_UP, reason_to_end
from idp.delegation.mandates.names import NamedMandate, named
from idp.delegation.mandates.policy import SHOWN_FOR
from idp.delegation.model import Mandate, MandateKind, MandateView
from idp.delegation.ports import MandateReader
from idp.kernel.clock import Clock
from idp.kernel.ids import MandateId, PersonId
from idp.kernel.secrets import Sealer
from idp.sessions.model import SessionView

# Names are opened for one page at a time.
PAGE = 50
_SEES_ALL = frozenset({MandateKind.REPRESENTATIVE, MandateKind.GUARDIAN})


class ActingPerson(Struct, frozen=True):
    """One mandate, how deep in the tree it is, and whether whoever looks may end it."""

    named: NamedMandate
    depth: int
    may_end: bool


class PrincipalPeople(Struct, frozen=True):
    """One page of a principal's tree, of how many pages."""

    people: Sequence[ActingPerson]
    page: int
    pages: int


class ActingPeople(Struct, frozen=True):
    """Shows who acts for a principal, each mandate after the one that it was given under."""

    mandates: MandateReader
    sealer: Sealer
    clock: Clock

    async def of(self, view: SessionView, under: MandateId, page: int) -> PrincipalPeople | None:
        """Return a page of the tree of the principal of one's mandate, or of oneself for an empty `under`.

        None if the mandate is not one by which the person represents somebody now, or while it still waits.
        """
        now, person_id = self.clock.now(), view.account.person_id
        principal_id = await self._principal(person_id, under, now)
        if principal_id is None:
            return None
        others = await self.mandates.for_principal(principal_id, now - SHOWN_FOR)
        tree = list(_in_order([one for one in others if one.mandate.ended_at is None and one.mandate.ends_at > now]))
        shown = tree[(page - 1) * PAGE : page * PAGE]
        people = [
            ActingPerson(named(self.sealer, one), depth, _may_end(one.mandate, person_id, others, now))
            for depth, one in shown
        ]
        return PrincipalPeople(people, page, max(1, -(-len(tree) // PAGE)))

    async def _principal(self, person_id: PersonId, under: MandateId, now: datetime) -> str | None:
        if not under:
            return person_id
        found = await self.mandates.by_id(under)
        return found.mandate.principal_id if found is not None and _sees(found.mandate, person_id, now) else None


def sees_all(mandate: Mandate, now: datetime) -> bool:
    """Say whether the holder of a mandate sees everybody who acts for its principal."""
    return mandate.kind in _SEES_ALL and mandate.stands(now) and not waits(mandate)


def _sees(mandate: Mandate, person_id: PersonId, now: datetime) -> bool:
    return mandate.actor_id == person_id and sees_all(mandate, now)


def _may_end(mandate: Mandate, person_id: PersonId, others: Sequence[MandateView], now: datetime) -> bool:
    """Say whether there is a button: one's own right is given up elsewhere, where it says what one loses."""
    return reason_to_end(mandate, person_id, others, now) not in {None, GIVEN_UP}


def _in_order(views: Sequence[MandateView]) -> Iterator[tuple[int, MandateView]]:
    """Yield mandates with their depth, each after the one above it, the oldest first among those under one."""
    ids = {view.mandate.id for view in views}
    below: dict[str, list[MandateView]] = {}
    # The newest come first out of the store, and last in first out of the pile.
    for view in sorted(views, key=lambda one: one.mandate.offered_at, reverse=True):
        above = view.mandate.given_under
        below.setdefault(above if above in ids and above is not None else "", []).append(view)
    pile = [(0, view) for view in below.get("", [])]
    while pile:
        depth, view = pile.pop()
        yield depth, view
        pile.extend((depth + 1, one) for one in below.get(view.mandate.id, []))
