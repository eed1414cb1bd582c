"""What becomes of the mandates of two accounts that become one: decided on what was read, pure.

All that is for, held by or given by the one that goes is the other's. A mandate between the two says nothing any more.
Where both gave somebody the same, or hold the same from one giver, the longer one of the two is enough. Of a legal
representative's none ends: the register named each of them, by another number perhaps.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from idp.account.merging.model import MandateCounts
from idp.delegation.model import Mandate, MandateKind
from idp.kernel.ids import MandateId, PersonId


class JoinedMandates(Struct, frozen=True):
    """Ids of what the one that goes held, gave and was helped by; what ends, and what hangs under another then."""

    held: Sequence[MandateId]
    given: Sequence[MandateId]
    helped: Sequence[MandateId]
    # Id -> id of the one that says the same, empty for one between the two.
    ended: Mapping[MandateId, MandateId]
    # Id -> (above it before, above it after).
    under: Mapping[MandateId, tuple[MandateId | None, MandateId | None]]


def counted(mandates: Sequence[Mandate]) -> MandateCounts:
    """Return in which states mandates were read."""
    return MandateCounts(
        found=len(mandates),
        accepted=sum(one.accepted_at is not None for one in mandates),
        ended=sum(one.ended_at is not None for one in mandates),
        suspended=sum(one.suspended_at is not None for one in mandates),
    )


def joined(
    mandates: Sequence[Mandate],
    stays: PersonId,
    goes: PersonId,
    numbers: frozenset[bytes],
    now: datetime,
    above: Mapping[MandateId, MandateId | None] | None = None,
) -> JoinedMandates:
    """Decide. `numbers` are the blind indexes of all numbers of both: offers are found by them.

    `above`: what each mandate of others hangs under that is somewhere above one of theirs.
    """
    lines = {**(above or {}), **{one.id: one.given_under for one in mandates}}
    both = frozenset({stays, goes})
    live = sorted((one for one in mandates if one.ended_at is None), key=lambda one: one.id)
    ended = {one.id: MandateId("") for one in live if _is_between(one, both, numbers)}
    ended |= _doubles([one for one in live if one.id not in ended], lines, stays, goes, now)
    return JoinedMandates(
        held=[one.id for one in mandates if one.actor_id == goes],
        given=[one.id for one in mandates if one.giver_id == goes],
        helped=[one.id for one in mandates if one.principal_id == goes],
        ended=ended,
        under=_under(live, {one.id: one for one in mandates}, ended),
    )


def _is_between(mandate: Mandate, both: frozenset[PersonId], numbers: frozenset[bytes]) -> bool:
    offered = mandate.accepted_at is None and mandate.actor_index in numbers
    return (mandate.actor_id in both or offered) and not both.isdisjoint({mandate.principal_id, mandate.giver_id})


def _doubles(
    live: Sequence[Mandate], above: Mapping[MandateId, MandateId | None], stays: PersonId, goes: PersonId, now: datetime
) -> dict[MandateId, MandateId]:
    """Return what the other account's mandate says too, with the id of that one."""
    ended: dict[MandateId, MandateId] = {}
    usable = [one for one in live if _is_usable(one, now) and one.kind is not MandateKind.REPRESENTATIVE]
    theirs = [one for one in usable if goes in {one.principal_id, one.actor_id, one.giver_id}]
    for mandate in theirs:
        for ours in (one for one in usable if one not in theirs and _same(one, mandate, stays, goes)):
            if mandate.id in ended or ours.id in ended:
                continue
            if _covers(ours, mandate) and not _is_under(ours.id, mandate.id, above):
                ended[mandate.id] = ours.id
            elif _covers(mandate, ours) and not _is_under(mandate.id, ours.id, above):
                ended[ours.id] = mandate.id
    return {one: _last(one, ended) for one in ended}


def _last(mandate_id: MandateId, ended: Mapping[MandateId, MandateId]) -> MandateId:
    """Return the one that is left in the end of all that say the same."""
    return _last(ended[mandate_id], ended) if mandate_id in ended else mandate_id


def _is_usable(mandate: Mandate, now: datetime) -> bool:
    return mandate.suspended_at is None and mandate.ends_at > now


def _same(one: Mandate, other: Mandate, stays: PersonId, goes: PersonId) -> bool:
    """Say whether two mandates give the same right to the same person, once both accounts are one.

    From the same giver: what somebody else gave is theirs to take back, and takes nothing along.
    """

    def one_of(side: str | None) -> str | None:
        return stays if side == goes else side

    def said(mandate: Mandate) -> tuple[object, ...]:
        return one_of(mandate.principal_id), one_of(mandate.giver_id), mandate.kind, mandate.powers

    # Of an offer the number alone is known.
    offered = one.actor_id is None or other.actor_id is None
    to_the_same = one.actor_index == other.actor_index if offered else one_of(one.actor_id) == one_of(other.actor_id)
    return to_the_same and said(one) == said(other)


def _covers(one: Mandate, other: Mandate) -> bool:
    return one.ends_at >= other.ends_at and (one.accepted_at is not None or other.accepted_at is None)


def _is_under(mandate_id: MandateId, top: MandateId, above: Mapping[MandateId, MandateId | None]) -> bool:
    """Say whether one hangs somewhere under another; if what is above it was not read, it may."""
    found: MandateId | None = mandate_id
    while found is not None and found != top:
        if found not in above:
            return True
        found = above[found]
    return found == top


def _under(
    live: Iterable[Mandate], known: Mapping[MandateId, Mandate], ended: Mapping[MandateId, MandateId]
) -> dict[MandateId, tuple[MandateId | None, MandateId | None]]:
    """Return what hangs under a mandate that ends, and what it hangs under then: the one that says the same, or above.

    It holds no more than that one: a mandate never holds more than the one above it, and what says the same lasts as
    long at least.
    """
    moved: dict[MandateId, tuple[MandateId | None, MandateId | None]] = {}
    for mandate in live:
        found = mandate.given_under
        while found is not None and found in ended:
            found = ended[found] or known[found].given_under
        if mandate.id not in ended and found != mandate.given_under:
            moved[mandate.id] = (mandate.given_under, found)
    return moved
