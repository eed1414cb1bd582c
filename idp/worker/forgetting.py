"""Accounts that were closed long ago are forgotten."""

import asyncio
from datetime import timedelta

from idp.app.foundation import Foundation
from idp.selfservice.forgetting import Forgetting

_EVERY = timedelta(hours=1)
_AT_ONCE = 50
# Between two batches the requests of people go first.
_PAUSE = timedelta(milliseconds=200)


async def forget_closed_accounts(foundation: Foundation) -> None:
    """Delete what is left of accounts whose time is over, for ever. Any number of processes may do this."""
    database = foundation.database
    forgetting = Forgetting(database.closed_accounts, database.ledger, foundation.clock)
    while True:
        found = await forgetting.forget_due(_AT_ONCE)
        await asyncio.sleep((_EVERY if found < _AT_ONCE else _PAUSE).total_seconds())
