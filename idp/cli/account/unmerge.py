"""`idp accounts unmerge`: two accounts again of one.

There is no command that merges: two accounts are joined by who has shown both (`idp.account.merging.joining`), never by
an operator's line. Undoing gives to each account what was its own.
"""

from typing import Annotated

import typer

from idp.account.merging.unmerging import MergeRefusedError
from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Reachable
from idp.app.account.merging import compose_unmerging
from idp.app.foundation.opening import Foundation
from idp.audit.model import EventName
from idp.cli.errors import OperatorError
from idp.cli.output import say
from idp.cli.session import operator_event, run
from idp.kernel.ids import ID_LENGTH

AccountArgument = Annotated[str, typer.Argument(metavar="ACCOUNT-ID", help="Of the account that went up in another.")]


def unmerge_command(goes: AccountArgument) -> None:
    """Make two accounts again of one that went up in another less than thirty days ago."""
    say(run(lambda foundation: _unmerge(foundation, goes)))


async def _unmerge(foundation: Foundation, goes: str) -> str:
    known = await foundation.database.operations.accounts_of(goes.lower()) if len(goes) == ID_LENGTH else []
    found = next((name for name in known if name[1] == goes.lower()), None)
    record = await foundation.database.accounts.by_id(*found) if found else None
    if record is None:
        raise OperatorError("there is no account with that id; name it by its account id")
    account, now = record.account, foundation.clock.now()
    details = {"merged_account_id": account.id}
    event = operator_event(EventName.MERGE_UNDONE, now, reason="operator", person_id=account.person_id, details=details)
    reported = foundation.shared.notices.tell(Reachable.of(record), NoticeKind.MERGE_UNDONE, now)
    try:
        await compose_unmerging(foundation).undo(account.id, now, event, *reported)
    except MergeRefusedError as error:
        raise OperatorError(str(error)) from error
    return f"{account.id} is an account of its own again."
