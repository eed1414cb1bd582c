"""Accounts that were closed are erased a month later, and forgotten years later."""

import asyncio
from datetime import timedelta

from idp.account.forgetting import Forgetting
from idp.app.account.own_account import compose_closing
from idp.app.foundation.opening import Foundation

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


async def erase_closed_accounts(foundation: Foundation) -> None:
    """Erase accounts that their owners closed a month ago, for ever; likewise in any number of processes."""
    closing = compose_closing(foundation, foundation.shared.provider)
    pause = min(_EVERY, foundation.settings.closing_wait / 4)
    while True:
        if await closing.erase_due(_AT_ONCE) < _AT_ONCE:
            await asyncio.sleep(pause.total_seconds())
