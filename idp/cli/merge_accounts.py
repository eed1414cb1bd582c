"""`idp accounts merge` and `unmerge`: two accounts of one person become one, and two again."""

from typing import Annotated

import typer

from idp.accounts.merging import Merge
from idp.accounts.model import SignInRecord
from idp.accounts.notices import NoticeKind
from idp.app.foundation import Foundation
from idp.app.merging import compose_merging, compose_notices
from idp.audit.model import EventName, RecordEvent
from idp.cli.errors import OperatorError
from idp.cli.output import say
from idp.cli.session import operator_event, run
from idp.kernel.effects import Effect
from idp.kernel.ids import ID_LENGTH
from idp.selfservice.merging import AccountName, MergeRefusedError
from idp.selfservice.notices import Reachable

AccountId = Annotated[
    str, typer.Argument(metavar="ACCOUNT-ID", help="As `idp accounts show` or an import's report says.")
]


def merge_command(stays: AccountId, goes: AccountId) -> None:
    """Let the second account go up in the first: its numbers, what the first lacks, and what portals know it by."""
    say(run(lambda foundation: _merge(foundation, stays, goes)))


def unmerge_command(goes: AccountId) -> None:
    """Make two accounts again of one that went up in another less than thirty days ago."""
    say(run(lambda foundation: _unmerge(foundation, goes)))


async def _merge(foundation: Foundation, stays: str, goes: str) -> str:
    ours, theirs = await _record(foundation, stays), await _record(foundation, goes)
    now = foundation.clock.now()
    merging, notices = await compose_merging(foundation), compose_notices(foundation)
    told: list[Effect] = []
    for one in (ours, theirs):
        to = Reachable.of(one)
        told += notices.tell(to, NoticeKind.ACCOUNTS_MERGED, now)
    event = _event(foundation, EventName.ACCOUNT_MERGED, ours.account.person_id, theirs.account.id)
    try:
        merge = await merging.merge(_name(ours), _name(theirs), "operator", now, event, *told)
    except MergeRefusedError as error:
        raise OperatorError(str(error)) from error
    return f"{merge.merged_account_id} went up in {stays}; `idp accounts unmerge` undoes it until {_day(merge)}."


async def _unmerge(foundation: Foundation, goes: str) -> str:
    theirs = await _record(foundation, goes)
    now = foundation.clock.now()
    event = _event(foundation, EventName.MERGE_UNDONE, theirs.account.person_id, theirs.account.id)
    to = Reachable.of(theirs)
    told = compose_notices(foundation).tell(to, NoticeKind.MERGE_UNDONE, now)
    try:
        await (await compose_merging(foundation)).undo(theirs.account.id, now, event, *told)
    except MergeRefusedError as error:
        raise OperatorError(str(error)) from error
    return f"{theirs.account.id} is an account of its own again."


async def _record(foundation: Foundation, account_id: str) -> SignInRecord:
    known = await foundation.database.operations.accounts_of(account_id.lower()) if len(account_id) == ID_LENGTH else []
    found = [name for name in known if name[1] == account_id.lower()]
    record = await foundation.database.accounts.by_id(*found[0]) if found else None
    if record is None:
        raise OperatorError("there is no account with that id; name both by their account ids")
    return record


def _name(record: SignInRecord) -> AccountName:
    return AccountName(record.account.person_id, record.account.id)


def _event(foundation: Foundation, name: EventName, person_id: str, merged: str) -> RecordEvent:
    details = {"merged_account_id": merged}
    return operator_event(name, foundation.clock.now(), reason="operator", person_id=person_id, details=details)


def _day(merge: Merge) -> str:
    return f"{merge.undo_until:%Y-%m-%d %H:%M}Z"
