"""Adds up days that are over, so that reading many of them takes few rows."""

import asyncio
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from clients.local_days import day_begins, day_of
from clients.model import ClientId
from clients.registry import ClientRegistry
from idp.app.foundation.opening import Foundation
from idp.kernel.effects import Ledger
from idp.metrics.days import DAY, last_over
from idp.metrics.model import AddUpDay, DayAddedUp
from idp.metrics.ports import MetricsDays
from idp.worker.peak_deferral import after_the_peak

_EVERY = timedelta(hours=1)
# Of a day: so few clients that one statement is done soon, whatever was counted.
_AT_ONCE = 100
# Between two statements the requests of people go first.
_PAUSE = timedelta(milliseconds=50)
# What a process could not store for a while is added later than its day (`counting.py` remembers for a day).
_AGAIN = 2 * DAY


async def add_up_days(foundation: Foundation) -> None:
    """Add up for ever. Several processes may at once: what one has added, another only adds to."""
    database = foundation.database
    while True:
        # Processes that started together need not do the same at once.
        await asyncio.sleep(_EVERY.total_seconds() * (0.5 + secrets.randbelow(501) / 1000))
        await after_the_peak(foundation)
        clients = every_client(foundation.registry)
        await add_up(database.metrics_days, database.ledger, clients, foundation.clock.now(), _PAUSE)


def every_client(registry: ClientRegistry) -> list[ClientId]:
    """Return the ids of all clients; "" is what belongs to none."""
    return [ClientId(""), *(client.client_id for client in registry.every())]


async def add_up(
    days: MetricsDays, ledger: Ledger, clients: Sequence[ClientId], now: datetime, pause: timedelta = timedelta(0)
) -> int:
    """Add up every day that is over and was not, and the last two again; return how many.

    Whoever is stopped anywhere in it begins with the same day again: a day is told as added up when all of it is.
    """
    begin, last, added = await days.not_added_up(), last_over(now), 0
    if begin is None:
        return 0
    day = day_of(begin - _AGAIN)
    while day <= last:
        for place in range(0, len(clients), _AT_ONCE):
            await ledger.commit(AddUpDay(begins_at=day_begins(day), clients=tuple(clients[place : place + _AT_ONCE])))
            await asyncio.sleep(pause.total_seconds())
        await ledger.commit(DayAddedUp(begins_at=day_begins(day)))
        day, added = day + DAY, added + 1
    return added
