"""`idp migrate` and `idp prepare`: everything that must be there before the provider starts."""

import asyncio
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from idp.audit.model import EventName
from idp.cli.client_changes import apply_file
from idp.cli.demonstration import ReadyPerson, make_accounts
from idp.cli.errors import OperatorError
from idp.cli.output import say, tell
from idp.cli.schema import Migration, migrate
from idp.cli.session import opened, operator_event, record
from idp.settings import Settings, read_settings

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def migrate_command() -> None:
    """Bring the database to the newest schema. Safe to repeat, and on several machines at once."""
    asyncio.run(_migrate(read_settings()))


def prepare_command(
    clients: Annotated[
        Path | None, typer.Option(help="Client file to apply, as `idp clients apply` does.", dir_okay=False)
    ] = None,
    demo_accounts: Annotated[
        bool, typer.Option("--demo-accounts", help="Make the demonstration people, whose passwords are public.")
    ] = False,
) -> None:
    """Migrate, make the master key and the first signing keys if there are none, then what the options ask for.

    Safe to repeat. The demonstration people go to standard output, everything else to standard error.
    """
    settings = read_settings()
    if demo_accounts and urlsplit(settings.issuer).hostname not in _LOCAL:
        raise OperatorError("--demo-accounts: their passwords are public, so they are made only where IDP_ISSUER is "
                            "on localhost")  # fmt: skip
    for person in asyncio.run(_prepare(settings, clients, demo_accounts)):
        say(person.line())


async def _migrate(settings: Settings) -> None:
    done = await migrate(settings.database_url)
    tell(_sentence(done))
    if done.changed:
        async with opened(settings) as foundation:
            details = {"before": done.before or "", "after": done.after}
            now = foundation.clock.now()
            await record(foundation, operator_event(EventName.SCHEMA_MIGRATED, now, reason="migrated", details=details))


async def _prepare(settings: Settings, clients: Path | None, demo_accounts: bool) -> tuple[ReadyPerson, ...]:  # noqa: FBT001
    await _migrate(settings)
    async with opened(settings) as foundation:
        if clients is not None:
            await apply_file(foundation, clients)
        return await make_accounts(foundation) if demo_accounts else ()


def _sentence(done: Migration) -> str:
    if not done.changed:
        return f"The database is at revision {done.after} already."
    return f"The database was migrated from revision {done.before or 'none'} to {done.after}."
