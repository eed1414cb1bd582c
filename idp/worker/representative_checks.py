"""Representatives and guardians are checked with their registers again, and mandates end when their time has come."""

import asyncio
from datetime import timedelta

from idp.app.delegation.mandate_ends import compose_mandate_ends
from idp.app.delegation.mandates import compose_first_claims, compose_guardians, compose_representatives
from idp.app.foundation.opening import Foundation

_LOOK_EVERY = timedelta(seconds=10)
# Below what the register's bulkhead lets through, so that people who wait on a page come first.
_AT_ONCE = 50


async def recheck_representatives(foundation: Foundation) -> None:
    """Ask about organisations whose word grows old, for ever; without a register there is nobody to ask."""
    representatives = compose_representatives(foundation, foundation.shared.provider)
    if representatives is None:
        await asyncio.Event().wait()
        return
    while True:
        if await representatives.recheck_due(_AT_ONCE) < _AT_ONCE:
            await asyncio.sleep(_LOOK_EVERY.total_seconds())


async def recheck_guardians(foundation: Foundation) -> None:
    """Ask about children for whom somebody acts, for ever."""
    guardians = compose_guardians(foundation, foundation.shared.provider)
    while True:
        if await guardians.recheck_due(_AT_ONCE) < _AT_ONCE:
            await asyncio.sleep(_LOOK_EVERY.total_seconds())


async def begin_powers(foundation: Foundation) -> None:
    """Put the powers of first claims into force whose wait is over; runs until it is cancelled."""
    claims = compose_first_claims(foundation)
    while True:
        if await claims.begin_due(_AT_ONCE) < _AT_ONCE:
            await asyncio.sleep(_LOOK_EVERY.total_seconds())


async def end_mandates(foundation: Foundation) -> None:
    """End what has had its time, for ever. Any number of processes may: an end is claimed by one."""
    ends = compose_mandate_ends(foundation)
    while True:
        if await ends.end_what_is_over(_AT_ONCE) < _AT_ONCE:
            await asyncio.sleep(_LOOK_EVERY.total_seconds())
