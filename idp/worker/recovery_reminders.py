"""Owners are told again of a recovery that waits."""

import asyncio
from datetime import timedelta

from idp.app.foundation.opening import Foundation
from idp.app.recovery import compose_reminders

# Reminders go out by day; looking each minute makes them come at the hour of the start.
_LONGEST_PAUSE = timedelta(minutes=1)


async def remind_of_recoveries(foundation: Foundation) -> None:
    """Send due reminders, for ever. Any number of processes may do this: each reminder is claimed by one."""
    reminders = compose_reminders(foundation)
    pause = min(_LONGEST_PAUSE, reminders.policy.remind_every / 4)
    while True:
        await reminders.send_due()
        await asyncio.sleep(pause.total_seconds())
