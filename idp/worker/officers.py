"""Ends what is still alive of officers whose last day has passed, and tells portals."""

import asyncio
from datetime import timedelta

from idp.app.foundation.opening import Foundation
from idp.app.officers import compose_officer_accounts

# Nobody gets in after the end in any case; this is how long a portal may not have heard of it.
_LOOK_EVERY = timedelta(seconds=30)
_AT_ONCE = 100


async def end_officers_over(foundation: Foundation) -> None:
    """End them, for ever. Any number of processes may do this: what one has ended the other does not find."""
    accounts = compose_officer_accounts(foundation)
    while True:
        if await accounts.end_those_over(_AT_ONCE) < _AT_ONCE:
            await asyncio.sleep(_LOOK_EVERY.total_seconds())
