"""Keys, registers and upstream providers changed: proposed for a second person, or at once in an emergency.

What registers and providers are allowed otherwise is proposed as the settings `registers` and `upstreams`.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated

import msgspec

from idp.admin.changes.model import Change as KeptChange
from idp.admin.permissions import Permission
from idp.web.admin_api.changes import Change, told_change
from idp.web.admin_api.changing import Reason, ReasonText
from idp.web.admin_api.operation import Call, Method, Nothing, Operation, Reply, operation
from idp.web.admin_api.parts import AdminApiParts
from idp.web.admin_api.problems import Code


class KeyRotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long after the approval new keys sign, and why they should."""

    lead_seconds: Annotated[int, msgspec.Meta(ge=0, le=10**7)]
    reason: ReasonText


async def propose_rotation(parts: AdminApiParts, call: Call[Nothing, KeyRotation]) -> Reply:
    """Propose a new key for each algorithm."""
    lead = timedelta(seconds=call.body.lead_seconds)
    return _told(await parts.estate.key_changes.propose_rotation(call.actor, lead, call.body.reason), call)


async def propose_revocation(parts: AdminApiParts, call: Call[Nothing, Reason]) -> Reply:
    """Propose that a key is worth nothing any more."""
    keys, kid = parts.estate.key_changes, call.path["kid"]
    return _told(await keys.propose_revocation(call.actor, kid, call.body.reason), call)


async def revoke(parts: AdminApiParts, call: Call[Nothing, Reason]) -> Reply:
    """Make a leaked key worth nothing at once."""
    return _told(await parts.estate.key_changes.revoke_now(call.actor, call.path["kid"], call.body.reason), call)


async def stop_register(parts: AdminApiParts, call: Call[Nothing, Reason]) -> Reply:
    """Take a register out of service at once."""
    return _told(await parts.estate.stops.stop_register(call.actor, call.path["name"], call.body.reason), call)


async def stop_upstream(parts: AdminApiParts, call: Call[Nothing, Reason]) -> Reply:
    """Offer a provider no longer, at once."""
    return _told(await parts.estate.stops.stop_upstream(call.actor, call.path["name"], call.body.reason), call)


def _told(change: KeptChange, call: Call[Nothing, KeyRotation] | Call[Nothing, Reason]) -> Reply:
    return Reply(told_change(change, call.now))


_POST: Method = "POST"
_CODES = (Code.NOT_FOUND, Code.INVALID_INPUT, Code.CONFLICT)


def _because(
    path: str, name: str, handle: Callable[[AdminApiParts, Call[Nothing, Reason]], Awaitable[Reply]], summary: str
) -> Operation:
    """Return the row of a change that needs no more than a reason."""
    return operation(
        _POST,
        path,
        name,
        handle,
        summary=summary,
        permission=Permission.SETTINGS_CHANGE,
        scope="admin:write",
        query=Nothing,
        body=Reason,
        answer=Change,
        codes=_CODES,
    )


OPERATIONS: tuple[Operation, ...] = (
    operation(
        _POST,
        "/key-rotations",
        "propose_key_rotation",
        propose_rotation,
        summary="Propose a new signing key for each algorithm, to sign some time after a second operator approved it.",
        permission=Permission.SETTINGS_CHANGE,
        scope="admin:write",
        query=Nothing,
        body=KeyRotation,
        answer=Change,
        codes=_CODES,
    ),
    _because(
        "/keys/{kid}/revocation",
        "propose_key_revocation",
        propose_revocation,
        "Propose that a signing key is worth nothing any more.",
    ),
    _because(
        "/keys/{kid}/revoke",
        "revoke_key",
        revoke,
        "Emergency: a leaked key is worth nothing at once; another operator reviews it.",
    ),
    _because(
        "/registers/{name}/stop",
        "stop_register",
        stop_register,
        "Emergency: a register is out of service at once; another operator reviews it.",
    ),
    _because(
        "/upstreams/{name}/stop",
        "stop_upstream",
        stop_upstream,
        "Emergency: a provider is offered at no sign-in any more; another operator reviews it.",
    ),
)
