"""One run of a command: the provider's stores opened, and who does it written down."""

import asyncio
import os
import pwd
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import TypeVar

from clients.model import ClientId
from idp.app.foundation.opening import Foundation, open_foundation
from idp.audit.model import EventName, Origin, RecordEvent
from idp.cli.schema import check_schema
from idp.environment import Settings, read_settings
from idp.kernel.ids import EventId, PersonId, new_id
from keys.providers.file import load_master_key

_T = TypeVar("_T")


def run(command: Callable[[Foundation], Awaitable[_T]]) -> _T:
    """Carry out a command on a system that is prepared: schema at head, master key in place."""

    async def carry_out() -> _T:
        settings = read_settings()
        await check_schema(settings.database_url)
        # Only `prepare` and the server make a master key: a mistyped path must not become a second one.
        load_master_key(settings.master_key_file)
        async with opened(settings) as foundation:
            return await command(foundation)

    return asyncio.run(carry_out())


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Foundation]:
    """Open the stores for one command."""
    async with AsyncExitStack() as stack:
        yield await open_foundation(settings, stack)


def operator_event(
    name: EventName,
    now: datetime,
    *,
    reason: str,
    client_id: ClientId | None = None,
    person_id: PersonId | None = None,
    details: Mapping[str, str] | None = None,
) -> RecordEvent:
    """Return the audit event of a command: from no network address, by the system user who ran it."""
    return RecordEvent(
        id=EventId(new_id()),
        name=name,
        at=now,
        origin=Origin(correlation_id=new_id()),
        person_id=person_id,
        client_id=client_id,
        reason=reason,
        details={"operator": operator_name(), **(details or {})},
    )


def operator_name() -> str:
    """Return the system user who runs the command."""
    # Not from the environment: LOGNAME is whatever its owner writes there.
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
