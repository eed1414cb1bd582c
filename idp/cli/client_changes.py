"""Applying a client file to a running system, with its audit events."""

from dataclasses import dataclass
from pathlib import Path

from clients.file import read_client_file
from clients.plan import ApplyPlan, plan
from clients.service import Applied, apply
from idp.app import CLIENT_SECRETS, Foundation
from idp.audit.model import EventName, RecordEvent
from idp.cli.session import operator_event


@dataclass(frozen=True, slots=True)
class AppliedFile:
    """What a client file asked for, and what came of it; `applied` is None where it was only compared."""

    plan: ApplyPlan
    applied: Applied | None


async def compare_file(foundation: Foundation, file: Path) -> AppliedFile:
    """Say what applying the file would change. Raises ClientFileError with every problem of the file."""
    return AppliedFile(await _plan(foundation, file), applied=None)


async def apply_file(foundation: Foundation, file: Path) -> AppliedFile:
    """Apply the file. Raises ClientFileError, and ClientChangedError if somebody changed a client meanwhile."""
    asked = await _plan(foundation, file)
    now = foundation.clock.now()
    applied = await apply(foundation.database.clients, asked, client_pepper(foundation), now)
    events = _events(foundation, asked)
    if events:
        await foundation.database.ledger.commit(*events)
    return AppliedFile(asked, applied)


def client_pepper(foundation: Foundation) -> bytes:
    """Return the key that client secrets are hashed with."""
    return foundation.root_key.raw(CLIENT_SECRETS)


async def _plan(foundation: Foundation, file: Path) -> ApplyPlan:
    now = foundation.clock.now()
    entries = read_client_file(file, now)
    existing = await foundation.database.clients.load_all()
    return plan(existing, entries, client_pepper(foundation), now)


def _events(foundation: Foundation, done: ApplyPlan) -> list[RecordEvent]:
    now = foundation.clock.now()
    name = EventName.CLIENT_CHANGED
    created = [operator_event(name, now, reason="created", client_id=one.client.client_id) for one in done.created]
    changed = [
        # The names of the members alone: values may be addresses of people (contacts).
        operator_event(
            name,
            now,
            reason="changed",
            client_id=one.client.client_id,
            details={"members": " ".join(difference.field for difference in one.differences)},
        )
        for one in done.changed
    ]
    return [*created, *changed]
