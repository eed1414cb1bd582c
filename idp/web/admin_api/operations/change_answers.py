"""A change as the API tells it, whatever it is about, and the answer to a proposal."""

from datetime import datetime

import msgspec

from idp.admin.changes.differences import differences_of
from idp.admin.changes.model import By
from idp.admin.changes.model import Change as KeptChange
from idp.admin.clients.documents import asked_scopes
from idp.kernel.ids import ChangeId
from idp.web.admin_api.operation import Reply


class Difference(msgspec.Struct, frozen=True):
    """One member that a change touches: what goes, what comes."""

    member: str
    removed: list[str]
    added: list[str]


class Change(msgspec.Struct, frozen=True):
    """A change. Its digest is its ETag: an approval names what was read."""

    id: ChangeId
    kind: str
    object_kind: str
    object_id: str
    agency: str
    state: str
    reason: str
    # The permission that approving it takes.
    needs: str
    # Whose approver decides, where it is another's: of a client that moves, the receiving agency's; of a resource, its
    # owner's ("" for the country's). Null elsewhere.
    asked_agency: str | None
    proposed_by: str
    proposed_at: str
    expires_at: str
    differences: list[Difference]
    # Approved one by one: each can be refused.
    scopes: list[str]
    decided_by: str | None
    decided_at: str | None
    decision_reason: str
    undo_until: str | None
    undone_by: str | None
    # When another person must have looked at what one did alone; null where nobody need, or somebody has.
    review_by: str | None
    reviewed_by: str | None
    digest: str


class ChangePage(msgspec.Struct, frozen=True):
    """A page of changes, and the cursor to the next."""

    items: list[Change]
    next: str | None


def shown_change(change: KeptChange, now: datetime) -> Change:
    """Return a change as the API tells it: codes of officers, never their account ids."""
    return Change(
        id=change.id,
        kind=change.kind,
        object_kind=change.object_kind,
        object_id=change.object_id,
        agency=change.agency,
        state=change.state_at(now),
        reason=change.reason,
        needs=change.needs,
        asked_agency=change.asked_agency,
        proposed_by=change.proposed_by.code,
        proposed_at=change.proposed_at.isoformat(),
        expires_at=change.expires_at.isoformat(),
        differences=[Difference(one.member, list(one.removed), list(one.added)) for one in differences_of(change)],
        scopes=list(asked_scopes(change.before, change.after)),
        decided_by=_code(change.decided_by),
        decided_at=_moment(change.decided_at),
        decision_reason=change.decision_reason,
        undo_until=_moment(change.undo_until if change.undoable(now) else None),
        undone_by=_code(change.undone_by),
        review_by=_moment(change.review_by if change.wants_review else None),
        reviewed_by=_code(change.reviewed_by),
        digest=change.digest.hex(),
    )


def change_reply(change: KeptChange, now: datetime) -> Reply:
    """Return a change as an answer; its ETag names what is told of it."""
    return Reply(shown_change(change, now), version=change.digest.hex())


def proposed(change: KeptChange, now: datetime) -> Reply:
    """Return the answer to a proposal: the change, and where it is read and decided."""
    return Reply(shown_change(change, now), version=change.digest.hex(), location=f"/changes/{change.id}")


def _code(by: By | None) -> str | None:
    return by.code if by else None


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
