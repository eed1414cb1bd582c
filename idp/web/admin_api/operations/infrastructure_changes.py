"""Keys, registers and upstream providers changed: proposed for a second person, or at once in an emergency.

What registers and providers are allowed otherwise is proposed as the settings `registers` and `upstreams`.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated

import msgspec

from idp.admin.permissions import Permission
from idp.web.admin_api.decoding import KIND
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.admin_api.operation import Call, Nothing, Operation, Proposal, Reply, operation, proposal
from idp.web.admin_api.operations.change_answers import Change, change_reply, proposed
from idp.web.admin_api.operations.changing import Reason, ReasonText
from idp.web.admin_api.problems import Code


class RotateKeysProposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field=KIND, tag="rotate_keys"):
    """How long after the approval new keys sign, and why they should."""

    lead_seconds: Annotated[int, msgspec.Meta(ge=0, le=10**7)]
    reason: ReasonText


class RevokeKeyProposal(Reason, frozen=True, forbid_unknown_fields=True, tag_field=KIND, tag="revoke_key"):
    """A signing key that should be worth nothing any more."""

    kid: Annotated[str, msgspec.Meta(max_length=200)]


async def propose_rotation(parts: AdminApiDependencies, call: Call[Nothing, RotateKeysProposal]) -> Reply:
    """Propose a new key for each algorithm."""
    lead = timedelta(seconds=call.body.lead_seconds)
    return proposed(
        await parts.infrastructure.key_changes.propose_rotation(call.actor, lead, call.body.reason), call.now
    )


async def propose_revocation(parts: AdminApiDependencies, call: Call[Nothing, RevokeKeyProposal]) -> Reply:
    """Propose that a key is worth nothing any more."""
    keys = parts.infrastructure.key_changes
    return proposed(await keys.propose_revocation(call.actor, call.body.kid, call.body.reason), call.now)


async def revoke(parts: AdminApiDependencies, call: Call[Nothing, Reason]) -> Reply:
    """Make a leaked key worth nothing at once."""
    change = await parts.infrastructure.key_changes.revoke_now(call.actor, call.path["kid"], call.body.reason)
    return change_reply(change, call.now)


async def stop_register(parts: AdminApiDependencies, call: Call[Nothing, Reason]) -> Reply:
    """Take a register out of service at once."""
    change = await parts.infrastructure.stops.stop_register(call.actor, call.path["name"], call.body.reason)
    return change_reply(change, call.now)


async def stop_upstream(parts: AdminApiDependencies, call: Call[Nothing, Reason]) -> Reply:
    """Offer a provider no longer, at once."""
    change = await parts.infrastructure.stops.stop_upstream(call.actor, call.path["name"], call.body.reason)
    return change_reply(change, call.now)


_CODES = (Code.NOT_FOUND, Code.INVALID_INPUT, Code.CONFLICT)


def _because(
    path: str,
    name: str,
    handle: Callable[[AdminApiDependencies, Call[Nothing, Reason]], Awaitable[Reply]],
    summary: str,
) -> Operation:
    """Return the row of a change that needs no more than a reason."""
    return operation(
        "POST",
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
PROPOSALS: tuple[Proposal, ...] = (
    proposal(
        propose_rotation,
        RotateKeysProposal,
        summary="Make a new signing key for each algorithm, to sign some time after the approval.",
        permission=Permission.SETTINGS_CHANGE,
        codes=_CODES,
    ),
    proposal(
        propose_revocation,
        RevokeKeyProposal,
        summary="Make a signing key worth nothing any more.",
        permission=Permission.SETTINGS_CHANGE,
        codes=_CODES,
    ),
)
