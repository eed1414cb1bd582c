"""`idp issuer`: the issuer that the database belongs to, and its move on purpose."""

from typing import Annotated

import typer

from idp.app.foundation.opening import Foundation
from idp.audit.model import EventName
from idp.cli.errors import OperatorError
from idp.cli.output import say
from idp.cli.session import operator_event, run
from idp.environment import check_issuer
from idp.kernel.installation import ChangeIssuer, Installation, is_local

issuer_program = typer.Typer(help="Show and change the issuer that the database belongs to.", no_args_is_help=True)


@issuer_program.command("show")
def show_command() -> None:
    """Show the issuer, and since when the database is a demonstration's."""
    known = run(_load)
    say(known.issuer)
    if known.demonstration_since is not None:
        say(f"demonstration since {known.demonstration_since.isoformat()}: it stays on this machine")


@issuer_program.command("change")
def change_command(
    issuer: Annotated[str, typer.Argument(metavar="ISSUER", help="The new one, as IDP_ISSUER.")],
) -> None:
    """Give the database to another issuer. Stop the servers first; run it under the old IDP_ISSUER, then set the new.

    Every passkey, token and portal's configuration is for the old one and stops working.
    """
    try:
        check_issuer(issuer)
    except ValueError as error:
        raise OperatorError(f"ISSUER: {error}") from error

    async def change(foundation: Foundation) -> Installation:
        return await _change(foundation, issuer)

    known = run(change)
    say(f"The database belongs to {issuer}, no longer to {known.issuer}. Set IDP_ISSUER to it before the next start.")


async def _load(foundation: Foundation) -> Installation:
    return await foundation.database.installation.load() or Installation("")


async def _change(foundation: Foundation, issuer: str) -> Installation:
    known = await _load(foundation)
    _check_move(known, issuer)
    details = {"before": known.issuer, "after": issuer}
    event = operator_event(EventName.ISSUER_CHANGED, foundation.clock.now(), reason="changed", details=details)
    if not await foundation.database.ledger.commit(ChangeIssuer(previous=known.issuer, issuer=issuer), event):
        raise OperatorError("the issuer was changed at the same time; look at it, then run the command again")
    return known


def _check_move(known: Installation, issuer: str) -> None:
    if known.demonstration_since is not None:
        raise OperatorError("this database has demonstration people or secrets that everybody knows; prepare a new one")
    if is_local(issuer) and not is_local(known.issuer):
        raise OperatorError("a national database does not become one of this machine; prepare a new one for trying out")
