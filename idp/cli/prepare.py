"""`idp migrate` and `idp prepare`: everything that must be there before the provider starts."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from idp.adapters.sql.database import open_database
from idp.app.foundation.opening import Foundation
from idp.audit.model import EventName
from idp.cli.agencies.files import apply_agencies, lines_of
from idp.cli.clients.changes import apply_file
from idp.cli.clients.sandbox import make_people
from idp.cli.clients.texts import tell_applied
from idp.cli.demonstration.administrators import make_administrators
from idp.cli.demonstration.officer import make_officer
from idp.cli.demonstration.people import make_accounts, mark_demonstration
from idp.cli.errors import OperatorError
from idp.cli.output import say, tell
from idp.cli.schema import migrate
from idp.cli.session import opened, operator_event
from idp.environment import Settings, read_settings
from idp.kernel.clock import SystemClock
from idp.kernel.installation import is_local


def migrate_command() -> None:
    """Bring the database to the newest schema. Safe to repeat, and on several machines at once."""
    asyncio.run(_migrate(read_settings()))


def prepare_command(
    *,
    agencies: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="File of agencies to apply, as `idp agencies apply` does, if there is none yet."
        ),
    ] = None,
    clients: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Client file to apply, as `idp clients apply` does.")
    ] = None,
    demo_accounts: Annotated[
        bool, typer.Option("--demo-accounts", help="Make the demonstration people, whose passwords are public.")
    ] = False,
) -> None:
    """Migrate, make the master key and the first signing keys if there are none, then what the options ask for.

    Safe to repeat. The demonstration people go to standard output, everything else to standard error.
    """
    settings = read_settings()
    if demo_accounts and not is_local(settings.issuer):
        raise OperatorError("--demo-accounts: their passwords are public, so only where IDP_ISSUER is on localhost")
    people, administrators, invented = asyncio.run(_prepare(settings, agencies, clients, with_people=demo_accounts))
    _say_under(
        "Người dân mẫu đã có tài khoản, số định danh / mật khẩu (people with an account, number / password):", people
    )
    _say_under(f"Quản trị viên mẫu (administrators), {settings.issuer}/admin:", administrators)
    _say_under("Người thử nghiệm, chỉ cho cổng đang chạy thử (invented people, for clients in the sandbox):", invented)


def _say_under(heading: str, lines: Sequence[str]) -> None:
    if lines:
        say(heading)
    for line in lines:
        say(f"  {line}")


async def _migrate(settings: Settings) -> None:
    done = await migrate(settings.database_url)
    if not done.changed:
        tell(f"The database is at revision {done.after} already.")
        return
    tell(f"The database was migrated from revision {done.before or 'none'} to {done.after}.")
    database = await open_database(settings.database_url)
    try:
        details = {"before": done.before or "", "after": done.after}
        now = SystemClock().now()
        await database.ledger.commit(operator_event(EventName.SCHEMA_MIGRATED, now, reason="migrated", details=details))
    finally:
        await database.close()


async def _prepare(
    settings: Settings, agencies: Path | None, clients: Path | None, *, with_people: bool
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    await _migrate(settings)
    began = SystemClock().now()
    async with opened(settings) as foundation:
        stored = await foundation.database.keys.load()
        made = [key.kid for key in stored.keys if key.created_at >= began]
        if made:
            await _record_first_keys(foundation, made)
        # Only the first time: what was merged since is not founded again by an old file.
        if agencies is not None and not await foundation.database.agencies.known():
            for line in lines_of(await apply_agencies(foundation, agencies)):
                tell(line)
        if clients is not None:
            tell_applied(await apply_file(foundation, clients))
        if not with_people:
            return (), (), ()
        await mark_demonstration(foundation)
        people = await make_accounts(foundation)
        citizens_and_officer = (*(person.line() for person in people), await make_officer(foundation))
        return citizens_and_officer, await make_administrators(foundation), await make_people(foundation)


async def _record_first_keys(foundation: Foundation, kids: list[str]) -> None:
    tell(f"Signing keys were made: {', '.join(kids)}.")
    now = foundation.clock.now()
    event = operator_event(EventName.KEY_ROTATED, now, reason="first", details={"kids": " ".join(kids)})
    await foundation.database.ledger.commit(event)
