"""Changes under two pairs of eyes: seen, approved, refused, withdrawn, undone, reviewed."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated

import msgspec

from idp.admin.changes.differences import differences_of
from idp.admin.changes.model import By
from idp.admin.changes.model import Change as KeptChange
from idp.admin.clients.wishes import asked_scopes
from idp.admin.permissions import Permission
from idp.web.admin_api.operation import Call, Nothing, Operation, Reply, operation
from idp.web.admin_api.paging import PageQuery, cursor_of, position_of
from idp.web.admin_api.parts import AdminApiParts
from idp.web.admin_api.problems import Code

_Reason = Annotated[str, msgspec.Meta(max_length=500, description="Why: whoever proposed the change reads it.")]
_Scope = Annotated[str, msgspec.Meta(max_length=100)]


class Difference(msgspec.Struct, frozen=True):
    """One member that a change touches: what goes, what comes."""

    member: str
    removed: list[str]
    added: list[str]


class Change(msgspec.Struct, frozen=True):
    """A change. Its digest is its ETag: an approval names what was read."""

    id: str
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


class Approval(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is approved of a change: all of it, less these scopes."""

    refused_scopes: Annotated[list[_Scope], msgspec.Meta(max_length=50)] = []


class Refusal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a change is refused."""

    reason: _Reason


async def list_waiting(parts: AdminApiParts, call: Call[PageQuery, Nothing]) -> Reply:
    """Return what waits for a decision or a review."""
    limit, position = call.query.limit, position_of(call.query.after)
    found = await parts.approvals.waiting(call.actor, position[0] if position else "", limit + 1)
    shown = found[:limit]
    following = cursor_of(shown[-1].id) if len(found) > limit else None
    return Reply(ChangePage([told_change(one, call.now) for one in shown], following))


async def list_of_client(parts: AdminApiParts, call: Call[PageQuery, Nothing]) -> Reply:
    """Return what was changed of a client, newest first."""
    limit, position = call.query.limit, position_of(call.query.after)
    before = position[0] if position else ""
    found = await parts.approvals.of_client(call.actor, call.path["client_id"], before, limit + 1)
    shown = found[:limit]
    following = cursor_of(shown[-1].id) if len(found) > limit else None
    return Reply(ChangePage([told_change(one, call.now) for one in shown], following))


async def show(parts: AdminApiParts, call: Call[Nothing, Nothing]) -> Reply:
    """Return one change."""
    return _reply(await parts.approvals.find(call.actor, call.path["change_id"]), call.now)


async def approve(parts: AdminApiParts, call: Call[Nothing, Approval]) -> Reply:
    """Approve what If-Match names."""
    refused = frozenset(call.body.refused_scopes)
    change_id, digest = call.path["change_id"], _digest(call.version)
    return _reply(await parts.approvals.approve(call.actor, change_id, digest, refused), call.now)


async def refuse(parts: AdminApiParts, call: Call[Nothing, Refusal]) -> Reply:
    """Refuse what If-Match names."""
    change_id, digest = call.path["change_id"], _digest(call.version)
    return _reply(await parts.approvals.refuse(call.actor, change_id, digest, call.body.reason), call.now)


async def withdraw(parts: AdminApiParts, call: Call[Nothing, Nothing]) -> Reply:
    """Take one's own proposal back."""
    return _reply(await parts.approvals.withdraw(call.actor, call.path["change_id"]), call.now)


async def undo(parts: AdminApiParts, call: Call[Nothing, Nothing]) -> Reply:
    """Take an applied change back."""
    return _reply(await parts.approvals.undo(call.actor, call.path["change_id"]), call.now)


async def review(parts: AdminApiParts, call: Call[Nothing, Nothing]) -> Reply:
    """Note that one has looked at what another did alone."""
    return _reply(await parts.approvals.review(call.actor, call.path["change_id"]), call.now)


def told_change(change: KeptChange, now: datetime) -> Change:
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


def _reply(change: KeptChange, now: datetime) -> Reply:
    return Reply(told_change(change, now), version=change.digest.hex())


def _digest(version: str) -> bytes:
    try:
        return bytes.fromhex(version)
    except ValueError:
        return b""


def _code(by: By | None) -> str | None:
    return by.code if by else None


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _deciding(
    verb: str,
    handle: Callable[[AdminApiParts, Call[Nothing, Nothing]], Awaitable[Reply]],
    summary: str,
    permission: Permission,
) -> Operation:
    return operation(
        "POST",
        f"/changes/{{change_id}}/{verb}",
        f"{verb}_change",
        handle,
        summary=summary,
        permission=permission,
        scope="admin:write",
        query=Nothing,
        body=Nothing,
        answer=Change,
        codes=(Code.NOT_FOUND, Code.TOO_LATE),
    )


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "GET",
        "/changes",
        "list_waiting_changes",
        list_waiting,
        summary="What waits for a decision or a review, oldest first.",
        permission=Permission.CLIENTS_READ,
        scope="admin:read",
        query=PageQuery,
        body=Nothing,
        answer=ChangePage,
    ),
    operation(
        "GET",
        "/clients/{client_id}/changes",
        "list_changes_of_client",
        list_of_client,
        summary="What was changed of a client, newest first.",
        permission=Permission.CLIENTS_READ,
        scope="admin:read",
        query=PageQuery,
        body=Nothing,
        answer=ChangePage,
        codes=(Code.NOT_FOUND,),
    ),
    operation(
        "GET",
        "/changes/{change_id}",
        "show_change",
        show,
        summary="One change; its ETag names what was read of it.",
        permission=Permission.CLIENTS_READ,
        scope="admin:read",
        query=Nothing,
        body=Nothing,
        answer=Change,
        codes=(Code.NOT_FOUND,),
    ),
    operation(
        "POST",
        "/changes/{change_id}/approve",
        "approve_change",
        approve,
        summary="Approve and apply a change of somebody else, as it was read.",
        permission=Permission.CLIENTS_APPROVE,
        scope="admin:write",
        query=Nothing,
        body=Approval,
        answer=Change,
        codes=(Code.NOT_FOUND, Code.TOO_LATE, Code.INVALID_INPUT),
        conditional=True,
    ),
    operation(
        "POST",
        "/changes/{change_id}/refuse",
        "refuse_change",
        refuse,
        summary="Refuse a change of somebody else, with the reason.",
        permission=Permission.CLIENTS_APPROVE,
        scope="admin:write",
        query=Nothing,
        body=Refusal,
        answer=Change,
        codes=(Code.NOT_FOUND, Code.TOO_LATE, Code.INVALID_INPUT),
        conditional=True,
    ),
    _deciding("withdraw", withdraw, "Take one's own proposal back.", Permission.CLIENTS_CHANGE),
    _deciding("undo", undo, "Take an applied change back within a day.", Permission.CLIENTS_APPROVE),
    _deciding("review", review, "Note that one looked at what another did alone.", Permission.CLIENTS_APPROVE),
)
