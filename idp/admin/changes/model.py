"""Changes under two pairs of eyes: what one administrator wants, and what another made of it."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Protocol

import orjson
from msgspec import Struct

from clients.document import Document
from clients.model import ClientId
from idp.admin.actor import Actor
from idp.admin.permissions import Permission
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, ChangeId
from idp.transparency.published import AGENCY, KID, SETTING

# A proposal that nobody looked at in two weeks was not urgent, and what it started from may have moved.
OPEN_FOR = timedelta(days=14)
UNDO_WITHIN = timedelta(days=1)
# What one person did alone is looked at by another within this time.
REVIEW_WITHIN = timedelta(days=3)


class ChangeKind(StrEnum):
    """What a change does to its object."""

    UPDATE = "update"
    ENABLE = "enable"
    # Applied by one person at once, and reviewed by another afterwards.
    STOP = "stop"
    # Signing keys: a new one for each algorithm; one that leaked is worth nothing any more.
    ROTATE = "rotate"
    REVOKE = "revoke"
    # An agency, or a client, that goes to another; agencies that go up in one, become several, or end.
    MOVE = "move"
    MERGE = "merge"
    SPLIT = "split"
    CLOSE = "close"


# What one person may take back within the day, if its object says so.
UNDOABLE = frozenset({ChangeKind.UPDATE, ChangeKind.MOVE, ChangeKind.MERGE, ChangeKind.SPLIT, ChangeKind.CLOSE})


class ChangeState(StrEnum):
    """Where a change stands. One that nobody decided in time reads as expired."""

    PROPOSED = "proposed"
    APPLIED = "applied"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    UNDONE = "undone"


class ObjectKind(StrEnum):
    """What can be changed under two pairs of eyes."""

    CLIENT = "client"
    SETTING = "setting"
    SIGNING_KEY = "signing_key"
    AGENCY = "agency"


class By(Struct, frozen=True):
    """Who did something: the account that is compared, and the code that people read."""

    account_id: AccountId
    code: str

    @classmethod
    def of(cls, actor: Actor) -> "By":
        """Return the proposer that an actor is."""
        return cls(actor.account_id, actor.officer_code)


class Change(Struct, frozen=True, kw_only=True):
    """One change. `before` and `after` are whole documents, so that what is approved is what was read."""

    id: ChangeId
    kind: ChangeKind
    object_kind: ObjectKind
    object_id: str
    agency: str
    # Whose approver decides, where it is another's word that counts: of a client that moves, the receiving agency's;
    # of a resource, its owner's.
    asked_agency: str | None = None
    before: Document
    after: Document
    # What whoever approves must be allowed.
    needs: Permission
    reason: str
    proposed_by: By
    proposed_at: datetime
    expires_at: datetime
    state: ChangeState = ChangeState.PROPOSED
    decided_by: By | None = None
    decided_at: datetime | None = None
    decision_reason: str = ""
    undo_until: datetime | None = None
    undone_by: By | None = None
    undone_at: datetime | None = None
    review_by: datetime | None = None
    reviewed_by: By | None = None
    reviewed_at: datetime | None = None

    @property
    def client_id(self) -> ClientId | None:
        """Return the client that it is about, if it is about one: what events name."""
        return ClientId(self.object_id) if self.object_kind is ObjectKind.CLIENT else None

    @property
    def deciding_agency(self) -> str:
        """Return whose approver decides."""
        return self.agency if self.asked_agency is None else self.asked_agency

    @property
    def named(self) -> Mapping[str, str]:
        """Return what else the details of its events name."""
        if self.object_kind is ObjectKind.SETTING:
            return {SETTING: self.object_id}
        if self.object_kind is ObjectKind.AGENCY:
            return {AGENCY: self.object_id}
        revoked = self.object_kind is ObjectKind.SIGNING_KEY and self.kind is not ChangeKind.ROTATE
        return {KID: self.object_id} if revoked else {}

    @property
    def digest(self) -> bytes:
        """Return what an approval names, so that nothing is approved but what was shown."""
        said = [self.id, self.kind, self.object_kind, self.object_id, self.before, self.after]
        return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).digest()

    def state_at(self, now: datetime) -> ChangeState:
        """Return the state, expiry included."""
        lapsed = self.state is ChangeState.PROPOSED and now >= self.expires_at
        return ChangeState.EXPIRED if lapsed else self.state

    def undoable(self, now: datetime) -> bool:
        """Say whether it can be taken back with one act."""
        return self.state is ChangeState.APPLIED and self.undo_until is not None and now < self.undo_until

    @property
    def wants_review(self) -> bool:
        """Say whether one person did it alone and no other has looked at it yet."""
        return self.review_by is not None and self.reviewed_at is None

    @property
    def done_alone_by(self) -> By | None:
        """Return who must not be the one to review it."""
        return self.undone_by or self.decided_by


class ChangeReader(Protocol):
    """Reads changes."""

    async def find(self, change_id: ChangeId) -> Change | None:
        """Return one change."""

    async def waiting(
        self,
        kinds: Collection[ObjectKind],
        agencies: Sequence[str] | None,
        now: datetime,
        after_id: str,
        limit: int,
    ) -> Sequence[Change]:
        """Return changes that wait for a decision or a review, oldest first, of some agencies (None: of all).

        Of an agency are those of what is its own, and of what is to become so.
        """

    async def of_object(self, kind: ObjectKind, object_id: str, before_id: str, limit: int) -> Sequence[Change]:
        """Return the changes of an object, newest first, those before `before_id` ("" for the newest)."""


class ProposeChange(Effect):
    """Keep a proposal. Too late if another one of the same object waits."""

    change: Change
    claim: ClassVar[bool] = True


class KeepApplied(Effect):
    """Keep a change that one person applied alone."""

    change: Change


class DecideChange(Effect, kw_only=True):
    """Decide a proposal. Too late if it is decided or expired, is not the one that was read, or is one's own.

    One's own is never approved nor refused, only withdrawn.
    """

    change_id: ChangeId
    digest: bytes
    state: ChangeState
    by: By
    at: datetime
    reason: str = ""
    # What was applied of it: scopes may have been refused.
    after: Document
    undo_until: datetime | None = None
    claim: ClassVar[bool] = True


class UndoChange(Effect):
    """Take an applied change back. Too late after its day, or if somebody did."""

    change_id: ChangeId
    by: By
    at: datetime
    review_by: datetime
    claim: ClassVar[bool] = True


class ReviewChange(Effect):
    """Note that somebody else looked at what one person did alone. Too late if somebody has, or by that person."""

    change_id: ChangeId
    by: By
    at: datetime
    claim: ClassVar[bool] = True


def same_document(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Say whether two documents say the same, in whatever order."""
    return orjson.dumps(one, option=orjson.OPT_SORT_KEYS) == orjson.dumps(other, option=orjson.OPT_SORT_KEYS)
