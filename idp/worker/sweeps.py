"""What has had its time is swept out."""

import asyncio
import secrets
from datetime import timedelta

from idp.adapters.sql.database import Database
from idp.adapters.sql.infrastructure.sweeps import SWEPT
from idp.app.foundation.opening import Foundation
from idp.worker.peak_deferral import after_the_peak

_EVERY = timedelta(hours=1)
_BATCH = 500
# Between two batches the requests of people go first.
_PAUSE = timedelta(milliseconds=200)


async def sweep(foundation: Foundation) -> None:
    """Delete what has had its time, for ever. Several processes may: what one deleted the other does not find."""
    while True:
        for table in SWEPT:
            await after_the_peak(foundation)
            await sweep_table(foundation.database, table)
        # Processes that started together need not sweep together.
        await asyncio.sleep(_EVERY.total_seconds() * (0.75 + secrets.randbelow(501) / 1000))


async def sweep_table(database: Database, table: str) -> int:
    """Delete all that is over in one table, batch by batch, and return how many rows that were.

    By the database's clock: one server's own, if it is ahead, would delete what all others still need.
    """
    now, swept = await database.operations.now(), 0
    while True:
        deleted = await database.sweeps.sweep(table, now, _BATCH)
        swept += deleted
        if deleted < _BATCH:
            return swept
        await asyncio.sleep(_PAUSE.total_seconds())
