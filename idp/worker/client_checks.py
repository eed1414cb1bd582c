"""Clients' servers are tried: their key sets, logout addresses and certificates."""

import asyncio
import secrets
from datetime import timedelta

import structlog

from idp.app.admin.clients import compose_client_checking
from idp.app.foundation.opening import Foundation
from idp.kernel.errors import TemporarilyUnavailableError

_log = structlog.get_logger("idp.worker")
_LOOK_EVERY = timedelta(seconds=10)


async def check_clients(foundation: Foundation) -> None:
    """Try what is due, for ever. Any number of processes may: each host is leased by one."""
    checking = compose_client_checking(foundation)
    while True:
        # Processes that started together need not look together, and a start is busy enough.
        await asyncio.sleep(_LOOK_EVERY.total_seconds() * (0.75 + secrets.randbelow(501) / 1000))
        try:
            await checking.plan()
            while await checking.check_due():
                pass
        except TemporarilyUnavailableError as error:
            # What was leased is due again when its lease ends.
            _log.warning("client_checks_interrupted", detail=error.detail)
