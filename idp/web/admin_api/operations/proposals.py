"""POST /changes: what waits for a second person is proposed here, by a body that says what it is (RFC 9110 15.3.3)."""

from collections.abc import Awaitable, Callable

from idp.web.admin_api.decoding import decode_kind
from idp.web.admin_api.operation import Arrived, Nothing, Operation, Proposal, Reply
from idp.web.admin_api.operations import administrators, agencies, infrastructure_changes, registrations, settings
from idp.web.admin_api.operations.change_answers import Change
from idp.web.admin_api.problems import Code

PROPOSALS: tuple[Proposal, ...] = (
    *registrations.PROPOSALS,
    *agencies.PROPOSALS,
    *settings.PROPOSALS,
    *infrastructure_changes.PROPOSALS,
    *administrators.PROPOSALS,
)


def proposing(proposals: tuple[Proposal, ...]) -> Operation:
    """Return the one operation that proposes."""
    return Operation(
        method="POST",
        path="/changes",
        name="propose_change",
        summary="Propose what a second person must approve; it is read and decided at the address in Location.",
        permission=None,
        scope="admin:write",
        query=Nothing,
        body=Nothing,
        answer=Change,
        status=202,
        codes=tuple(dict.fromkeys((Code.INVALID_INPUT, *(code for one in proposals for code in one.codes)))),
        conditional=False,
        serve=_serving(proposals),
        proposals=proposals,
    )


def _serving(proposals: tuple[Proposal, ...]) -> Callable[[Arrived], Awaitable[Reply]]:
    by_kind = {one.kind: one for one in proposals}

    async def serve(arrived: Arrived) -> Reply:
        chosen = by_kind[decode_kind(arrived.body, by_kind)]
        # Whoever may propose none of this kind learns nothing about what it should be.
        arrived.actor.demand_somewhere(chosen.permission)
        return await chosen.serve(arrived)

    return serve


OPERATIONS: tuple[Operation, ...] = (proposing(PROPOSALS),)
