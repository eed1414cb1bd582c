"""The audit log is sealed each minute."""

import asyncio
import secrets

import structlog

from idp.app.audit import SEALING_POLICY, compose_sealer, sealing_time
from idp.app.foundation.opening import Foundation
from idp.audit.sealing import Sealing

_log = structlog.get_logger("idp.worker")
# Often enough that a checkpoint comes close to its minute, whichever process writes it.
_LOOKS_IN_ONE = 4


async def seal_audit_log(foundation: Foundation) -> None:
    """Write checkpoints as they are due, for ever. Any number of processes may: each checkpoint is written by one."""
    pause = SEALING_POLICY.every.total_seconds() / _LOOKS_IN_ONE
    while True:
        # Processes that started together need not look together, and a start is busy enough.
        await asyncio.sleep(pause * (0.75 + secrets.randbelow(501) / 1000))
        sealer = await compose_sealer(foundation)
        report(await sealer.seal_due(await sealing_time(foundation)))


def report(done: Sealing) -> None:
    """Tell the log what should not be."""
    if done.late:
        _log.warning("audit_events_late", ids=done.late)
    if done.short:
        _log.error("audit_events_missing", checkpoints=done.short)
    if done.unreadable:
        _log.error("audit_checkpoints_not_ours", checkpoints=done.unreadable)
