"""Changes under two pairs of eyes: seen, approved, refused, withdrawn, undone, reviewed."""

from collections.abc import Awaitable, Callable
from typing import Annotated

import msgspec

from clients.model import ClientId
from idp.admin.permissions import Permission
from idp.kernel.ids import AccountId, ChangeId
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.admin_api.operation import Call, Nothing, Operation, Reply, operation
from idp.web.admin_api.operations.change_answers import Change, ChangePage, change_reply, shown_change
from idp.web.admin_api.operations.confirmations import (
    Decision,
    account_in,
    approve_account,
    done_account,
    keep_account,
    shown_account,
)
from idp.web.admin_api.paging import PageQuery, cursor_of, position_of
from idp.web.admin_api.problems import Code

_Reason = Annotated[str, msgspec.Meta(max_length=500, description="Why: whoever proposed the change reads it.")]
_Scope = Annotated[str, msgspec.Meta(max_length=100)]


class Approval(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is approved of a change: all of it, less these scopes."""

    refused_scopes: Annotated[list[_Scope], msgspec.Meta(max_length=50)] = []


class Refusal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a change is refused."""

    reason: _Reason


async def list_waiting(parts: AdminApiDependencies, call: Call[PageQuery, Nothing]) -> Reply:
    """Return what waits for a decision or a review."""
    limit, position = call.query.limit, position_of(call.query.after)
    found = await parts.approvals.waiting(call.actor, position[0] if position else "", limit + 1)
    shown = found[:limit]
    following = cursor_of(shown[-1].id) if len(found) > limit else None
    return Reply(ChangePage([shown_change(one, call.now) for one in shown], following))


async def list_of_client(parts: AdminApiDependencies, call: Call[PageQuery, Nothing]) -> Reply:
    """Return what was changed of a client, newest first."""
    limit, position = call.query.limit, position_of(call.query.after)
    before = position[0] if position else ""
    found = await parts.approvals.of_client(call.actor, ClientId(call.path["client_id"]), before, limit + 1)
    shown = found[:limit]
    following = cursor_of(shown[-1].id) if len(found) > limit else None
    return Reply(ChangePage([shown_change(one, call.now) for one in shown], following))


async def show(parts: AdminApiDependencies, call: Call[Nothing, Nothing]) -> Reply:
    """Return one change."""
    account_id = account_in(ChangeId(call.path["change_id"]))
    if account_id is not None:
        return await shown_account(parts, call.actor, account_id)
    return change_reply(await parts.approvals.find(call.actor, ChangeId(call.path["change_id"])), call.now)


async def approve(parts: AdminApiDependencies, call: Call[Nothing, Approval]) -> Reply:
    """Approve what If-Match names."""
    refused = frozenset(call.body.refused_scopes)
    change_id, digest = ChangeId(call.path["change_id"]), _digest(call.version)
    account_id = account_in(change_id)
    if account_id is not None:
        return await approve_account(parts, Decision(call.actor, account_id, call.version), refused)
    return change_reply(await parts.approvals.approve(call.actor, change_id, digest, refused), call.now)


async def refuse(parts: AdminApiDependencies, call: Call[Nothing, Refusal]) -> Reply:
    """Refuse what If-Match names."""
    change_id, digest = ChangeId(call.path["change_id"]), _digest(call.version)
    account_id = account_in(change_id)
    if account_id is not None:
        return await keep_account(parts, call.actor, AccountId(account_id))
    return change_reply(await parts.approvals.refuse(call.actor, change_id, digest, call.body.reason), call.now)


async def withdraw(parts: AdminApiDependencies, call: Call[Nothing, Nothing]) -> Reply:
    """Take one's own proposal back."""
    account_id = account_in(ChangeId(call.path["change_id"]))
    if account_id is not None:
        return await keep_account(parts, call.actor, AccountId(account_id))
    return change_reply(await parts.approvals.withdraw(call.actor, ChangeId(call.path["change_id"])), call.now)


async def undo(parts: AdminApiDependencies, call: Call[Nothing, Nothing]) -> Reply:
    """Take an applied change back."""
    account_id = account_in(ChangeId(call.path["change_id"]))
    if account_id is not None:
        return await done_account(parts, call.actor, AccountId(account_id))
    return change_reply(await parts.approvals.undo(call.actor, ChangeId(call.path["change_id"])), call.now)


async def review(parts: AdminApiDependencies, call: Call[Nothing, Nothing]) -> Reply:
    """Note that one has looked at what another did alone."""
    account_id = account_in(ChangeId(call.path["change_id"]))
    if account_id is not None:
        return await done_account(parts, call.actor, AccountId(account_id))
    return change_reply(await parts.approvals.review(call.actor, ChangeId(call.path["change_id"])), call.now)


def _digest(version: str) -> bytes:
    try:
        return bytes.fromhex(version)
    except ValueError:
        return b""


def _deciding(
    verb: str,
    handle: Callable[[AdminApiDependencies, Call[Nothing, Nothing]], Awaitable[Reply]],
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
        codes=(Code.NOT_FOUND, Code.TOO_LATE, Code.CONFLICT),
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
        codes=(Code.NOT_FOUND, Code.TOO_LATE, Code.CONFLICT, Code.INVALID_INPUT),
        conditional=True,
    ),
    _deciding("withdraw", withdraw, "Take one's own proposal back.", Permission.CLIENTS_CHANGE),
    _deciding("undo", undo, "Take an applied change back within a day.", Permission.CLIENTS_APPROVE),
    _deciding("review", review, "Note that one looked at what another did alone.", Permission.CLIENTS_APPROVE),
)
