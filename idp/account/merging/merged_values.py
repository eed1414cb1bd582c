"""What goes over to another person in a merge, and back: each sealed value with the seal of its new row."""

from collections.abc import Iterable
from typing import TypeVar

from idp.account.merging.model import (
    NUMBER,
    Belongings,
    GiveBackConsent,
    GiveBackContact,
    GiveBackIdentifier,
    GiveBackLink,
    GiveBackSubjects,
    Merge,
    MergeBefore,
    SealContact,
    SealNumber,
)
from idp.account.model import EMAIL_PLACE, NUMBER_PLACE, PHONE_PLACE
from idp.kernel.effects import Effect
from idp.kernel.ids import PersonId
from idp.kernel.secrets import Sealer

_T = TypeVar("_T")
_COLUMNS = {NUMBER: NUMBER_PLACE, "phone": PHONE_PLACE, "email": EMAIL_PLACE}


def lacking(theirs: tuple[tuple[str, _T], ...], ours: tuple[tuple[str, _T], ...]) -> list[tuple[str, _T]]:
    """Return what one has under a name that the other has nothing under."""
    have = {name for name, _ in ours}
    return [one for one in theirs if one[0] not in have]


def sealed_for(
    sealer: Sealer, stays: PersonId, goes: PersonId, ours: Belongings, theirs: Belongings
) -> Iterable[Effect]:
    """Yield the seals for the person who stays of what came over from the one who goes; both by their ids."""
    for index, _ in lacking(theirs.identifiers, ours.identifiers):
        yield SealNumber(
            person_id=stays,
            blind_index=bytes.fromhex(index),
            sealed=_resealed(sealer, theirs, NUMBER, index, goes, stays),
        )
    for kind, index in lacking(theirs.contacts, ours.contacts):
        yield SealContact(
            person_id=stays,
            blind_index=bytes.fromhex(index),
            sealed=_resealed(sealer, theirs, kind, index, goes, stays),
        )


def given_back(sealer: Sealer, merge: Merge, before: MergeBefore, ours: Belongings) -> Iterable[Effect]:
    """Yield what goes back when a merge is undone; what is gone by now stays gone."""
    account_id, here, there = before.account_id, merge.person_id, merge.merged_person_id

    def back(kind: str, index: str) -> bytes | None:
        held = (kind, index) in ours.sealed
        return _resealed(sealer, ours, kind, index, here, there) if held else None

    yield from (
        GiveBackIdentifier(merge=merge, account_id=account_id, key=index, value=end, sealed=back(NUMBER, index))
        for index, end in before.identifiers
    )
    yield from (
        GiveBackContact(merge=merge, account_id=account_id, key=kind, value=index, sealed=back(kind, index))
        for kind, index in before.contacts
    )
    yield from (
        GiveBackConsent(merge=merge, account_id=account_id, key=client_id, value=at)
        for client_id, at in before.consents
    )
    yield from (
        GiveBackLink(merge=merge, account_id=account_id, key=provider, value=index) for provider, index in before.links
    )
    yield GiveBackSubjects(merge=merge, sectors=tuple(before.sectors))


def _resealed(sealer: Sealer, held: Belongings, kind: str, index: str, before: str, after: str) -> bytes:
    column = _COLUMNS[kind]
    return sealer.seal(sealer.open(held.sealed[kind, index], column.of(before)), column.of(after))
