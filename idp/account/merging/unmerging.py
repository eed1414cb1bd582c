"""Undoes a merge: what came from the other account goes back, unless it was given up since."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
import orjson
from msgspec import Struct

from idp.account.merging.merged_values import given_back
from idp.account.merging.model import (
    MERGE_PLACE,
    Belongings,
    Merge,
    MergeBefore,
    MergeReader,
    PartMandates,
    UndoMerge,
)
from idp.account.model import PROFILE_PLACE, AccountStatus
from idp.account.own_choices import ReplaceProfile
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import AccountId, PersonId
from idp.kernel.secrets import Sealer
from idp.sessions.policy import TELL_FOR

# The claims of each kind of contact.
CLAIMS = {"phone": ("phone_number", "phone_number_verified"), "email": ("email", "email_verified")}
_UNDONE = "merge_undone"


class MergeRefusedError(Exception):
    """Two accounts cannot be merged, or a merge not undone; the text says why, in words for an operator."""


class MergeMissedError(MergeRefusedError):
    """Something changed in the very moment: the same may go well when it is tried again."""


class Undoing(Struct, frozen=True):
    """The effects that undo a merge, and how both accounts stand in the same commit after them."""

    merge: Merge
    stayed_id: AccountId
    status: AccountStatus
    effects: tuple[Effect, ...]


class Unmerging(Struct, frozen=True):
    """Undoes merges; nothing of it depends on today's clients."""

    reader: MergeReader
    ledger: Ledger
    sealer: Sealer

    async def undo(self, merged_account_id: AccountId, now: datetime, *further: Effect) -> Merge:
        """Make two accounts again, with `further` effects in the same commit; `MergeRefusedError` says why not."""
        merge = await self.reader.merge(merged_account_id)
        if merge is None or merge.undone_at is not None:
            raise MergeRefusedError("this account did not go up in another")
        if now >= merge.undo_until or not merge.before_sealed:
            raise MergeRefusedError("the thirty days in which a merge can be undone are over")
        undoing = await self._of(merge, now)
        if undoing is None:
            raise MergeRefusedError("the account that stayed is gone")
        if not await self.ledger.commit(*undoing.effects, *further):
            raise MergeRefusedError("the account changed at the same time; look at it and try again")
        return merge

    async def since(self, person_id: PersonId, account_id: AccountId, since: datetime, now: datetime) -> Undoing | None:
        """Return what undoes the merge that an account was part of since an instant; None if there is none to undo."""
        merge = await self.reader.merged_since(person_id, account_id, since)
        if merge is None or now >= merge.undo_until or not merge.before_sealed:
            return None
        return await self._of(merge, now)

    async def _of(self, merge: Merge, now: datetime) -> Undoing | None:
        before = msgspec.json.decode(self.sealer.open(merge.before_sealed, MERGE_PLACE.of(merge.id)), type=MergeBefore)
        ours = await self.reader.belongings(merge.person_id, before.account_id)
        if ours is None:
            return None
        undone = UndoMerge(
            merge=merge,
            account_id=before.account_id,
            status=before.status,
            locked_for=before.locked_for,
            at=now,
            reason=_UNDONE,
            gives_up_at=now + TELL_FOR,
        )
        parted = PartMandates(merge=merge, before=before, at=now, reason=_UNDONE, gives_up_at=now + TELL_FOR)
        effects = (parted, undone, *given_back(self.sealer, merge, before, ours), *self._without(ours, before, merge))
        return Undoing(merge, before.account_id, AccountStatus(before.status), effects)

    def _without(self, ours: Belongings, before: MergeBefore, merge: Merge) -> Iterable[Effect]:
        """Return the profile without the claims of contacts that go back."""
        going = [claim for kind, _ in set(before.contacts) & set(ours.contacts) for claim in CLAIMS[kind]]
        taken = set(going) & set(before.claims)
        if not taken:
            return ()
        profile = opened(merge.person_id, ours, self.sealer)
        left = {claim: value for claim, value in profile.items() if claim not in taken}
        sealed = self.sealer.seal(orjson.dumps(left), PROFILE_PLACE.of(merge.person_id))
        return (ReplaceProfile(person_id=merge.person_id, profile_before=ours.profile_sealed, profile_sealed=sealed),)


def opened(person_id: PersonId, held: Belongings, sealer: Sealer) -> dict[str, object]:
    """Return the claims that an account's person has."""
    return dict(orjson.loads(sealer.open(held.profile_sealed, PROFILE_PLACE.of(person_id))))
