"""Publishes what the audit log has sealed, as far as its table of publication says."""

import asyncio
import secrets
from datetime import timedelta

import structlog

from idp.app.foundation.opening import Foundation
from idp.app.transparency import compose_publisher
from idp.transparency.errors import LogDamagedError

_log = structlog.get_logger("idp.worker")
# The audit log is sealed each minute: what was sealed is signed here well within the next.
_EVERY = timedelta(seconds=15)


async def publish_transparency_log(foundation: Foundation) -> None:
    """Append and sign, for ever. Any number of processes may: each index, and each head, is given by one."""
    while True:
        # Processes that started together need not look together, and a start is busy enough.
        await asyncio.sleep(_EVERY.total_seconds() * (0.75 + secrets.randbelow(501) / 1000))
        now = foundation.clock.now()
        try:
            done = await (await compose_publisher(foundation, now)).publish(now)
        except LogDamagedError as error:
            _log.error("transparency_log_damaged", detail=error.detail)
            continue
        if done.differing:
            _log.error("transparency_events_not_as_sealed", ids=done.differing)
