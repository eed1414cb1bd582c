"""Contacts that have waited take their place."""

import asyncio
from datetime import timedelta

from idp.app.foundation import Foundation
from idp.app.house import compose_house
from idp.app.recovery import compose_settling

_AT_ONCE = 100
_LONGEST_PAUSE = timedelta(minutes=1)


async def settle_contacts(foundation: Foundation) -> None:
    """Settle what is due, for ever. Any number of processes may do this: each change is claimed by one."""
    settling = compose_settling(foundation, compose_house(foundation))
    pause = min(_LONGEST_PAUSE, foundation.settings.change_wait / 4)
    while True:
        if await settling.run(_AT_ONCE) < _AT_ONCE:
            await asyncio.sleep(pause.total_seconds())
