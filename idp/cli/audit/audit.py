"""`idp audit`: what happened, for other systems to keep, and the proof that nobody changed it."""

from collections.abc import AsyncIterator
from typing import Annotated

import orjson
import typer

from idp.app.foundation.opening import Foundation
from idp.audit.model import RecordEvent
from idp.cli.audit.chain import checkpoint_command, seal_command, verify_command
from idp.cli.output import say
from idp.cli.session import run

audit_program = typer.Typer(help="Export, seal and verify the audit events.", no_args_is_help=True)
audit_program.command("seal")(seal_command)
audit_program.command("verify")(verify_command)
audit_program.command("checkpoint")(checkpoint_command)
_PAGE = 1000


@audit_program.command("export")
def export_command(
    after: Annotated[str, typer.Option(metavar="ID", help="Begin after this event; the id of the last one seen.")] = "",
    limit: Annotated[int | None, typer.Option(metavar="N", min=1, help="Print so many at most.")] = None,
) -> None:
    """Print events in the order they were made, one JSON object a line."""
    run(lambda foundation: _export(foundation, after, limit))


async def _export(foundation: Foundation, after: str, limit: int | None) -> None:
    left = limit
    async for event in _events(foundation, after):
        say(orjson.dumps(event_document(event)).decode())
        if left is not None:
            left -= 1
            if not left:
                return


async def _events(foundation: Foundation, after: str) -> AsyncIterator[RecordEvent]:
    while page := await foundation.database.audit_export(after, _PAGE):
        for event in page:
            yield event
        after = page[-1].id


def event_document(event: RecordEvent) -> dict[str, object]:
    """Return an event as it is exported; members that it lacks are left out."""
    document: dict[str, object] = {
        "id": event.id,
        "at": event.at,
        "name": event.name.value,
        "reason": event.reason,
        "person_id": event.person_id,
        "client_id": event.client_id,
        "session_id": event.session_id,
        "correlation_id": event.origin.correlation_id,
        "address": event.origin.address,
        "port": event.origin.port,
        "details": dict(event.details),
    }
    return {name: value for name, value in document.items() if value not in (None, "", 0, {})}
