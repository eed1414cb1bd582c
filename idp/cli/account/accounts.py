"""`idp accounts`: looking at one account, locking it, letting its person in again."""

import sys
from typing import Annotated

import orjson
import typer
from msgspec import Struct

from idp.account.merging.joining_model import SET_ASIDE
from idp.account.model import (
    NUMBER_PLACE,
    PROFILE_PLACE,
    AccountStatus,
    ForgetPasswordTries,
    SetAccountStatus,
    SignInRecord,
)
from idp.account.profiles import MASKED_NUMBER
from idp.adapters.sql.infrastructure.operations import ClosedAccount
from idp.app.foundation.opening import Foundation
from idp.audit.model import EventName
from idp.cli.account.generate import generate_command
from idp.cli.account.unmerge import unmerge_command
from idp.cli.errors import OperatorError
from idp.cli.factors.wrap_hashes import wrap_command
from idp.cli.imports.accounts import import_command
from idp.cli.output import AsJson, say, say_json
from idp.cli.session import operator_event, run
from idp.imports.model import DUPLICATE
from idp.kernel.effects import Effect
from idp.kernel.ids import ID_LENGTH, NoticeId, new_id
from idp.kernel.secrets import Sealer
from idp.proofing.values.errors import InvalidPersonalNumberError
from idp.proofing.values.personal_numbers import PersonalNumber, masked_number
from idp.recovery.model import NOT_ME, CancelRecoveries, HoldRecoveries
from idp.sessions.policy import TELL_FOR
from records.structs import Unprinted

accounts_program = typer.Typer(help="Show, lock, unlock, import, part and invent accounts.", no_args_is_help=True)
accounts_program.command("import")(import_command)
accounts_program.command("wrap")(wrap_command)
accounts_program.command("unmerge")(unmerge_command)
accounts_program.command("generate")(generate_command)
Who = Annotated[
    str,
    typer.Argument(
        metavar="NUMBER-OR-ID",
        help="Personal number, account id or person id; - reads it from standard input, out of the shell's history.",
    ),
]


@accounts_program.command("show")
def show_command(who: Who, *, as_json: AsJson = False) -> None:
    """Show the states of an account; of personal data only the end of the number."""
    wanted = _read(who)
    document = run(lambda foundation: _show(foundation, wanted))
    if as_json:
        say_json(document)
        return
    for name, value in document.items():
        say(f"{name}: {'-' if value is None else value}")


@accounts_program.command("lock")
def lock_command(who: Who) -> None:
    """Keep an account from signing in, end its sessions and tell the portals of each."""
    wanted = _read(who)
    say(run(lambda foundation: _lock(foundation, wanted)))


@accounts_program.command("unlock")
def unlock_command(who: Who) -> None:
    """Let a locked account sign in again, and forget its wrong passwords."""
    wanted = _read(who)
    say(run(lambda foundation: _unlock(foundation, wanted)))


class _Wanted(Unprinted, Struct, frozen=True):
    """What the operator named: a personal number or an identifier."""

    number: PersonalNumber | None
    id: str


def _read(who: str) -> _Wanted:
    text = (sys.stdin.readline() if who == "-" else who).strip()
    if len(text) == ID_LENGTH:
        return _Wanted(None, text.lower())
    try:
        return _Wanted(PersonalNumber.parse(text), "")
    except InvalidPersonalNumberError as error:
        # What was typed is not repeated: most of it may be somebody's number.
        raise OperatorError("that is neither a personal number (12 digits) nor an id (26 letters)") from error


async def _find(foundation: Foundation, wanted: _Wanted) -> SignInRecord | ClosedAccount:
    accounts, operations = foundation.database.accounts, foundation.database.operations
    found: SignInRecord | ClosedAccount | None = None
    if wanted.number is not None:
        index = foundation.shared.number_index.digest(wanted.number.digits)
        found = await accounts.for_sign_in(index) or await operations.closed_by_number(index)
    else:
        known = await operations.accounts_of(wanted.id)
        if len(known) > 1:
            named = ", ".join(account_id for _, account_id in known)
            raise OperatorError(f"the person has several accounts; name one of them: {named}")
        if known:
            found = await accounts.by_id(*known[0]) or await operations.closed_by_id(*known[0])
    if found is None:
        raise OperatorError("there is no such account")
    return found


async def _usable(foundation: Foundation, wanted: _Wanted) -> SignInRecord:
    """Return an account that is not closed."""
    found = await _find(foundation, wanted)
    if isinstance(found, SignInRecord) and found.account.status is not AccountStatus.CLOSED:
        return found
    closed = found.account_id if isinstance(found, ClosedAccount) else found.account.id
    raise OperatorError(f"{closed} is closed; a closed account is not opened again")


async def _show(foundation: Foundation, wanted: _Wanted) -> dict[str, object]:
    record = await _find(foundation, wanted)
    if isinstance(record, ClosedAccount):
        return _closed(record, foundation.shared.sealer)
    account, password = record.account, record.password
    profile = orjson.loads(foundation.shared.sealer.open(record.profile_sealed, PROFILE_PLACE.of(account.person_id)))
    sessions = await foundation.database.operations.live_sessions(account.person_id, account.id, foundation.clock.now())
    return {
        "account_id": account.id,
        "person_id": account.person_id,
        "number": profile.get(MASKED_NUMBER),
        "status": account.status.value,
        "proof": account.proof.value,
        "created_at": account.created_at.isoformat(timespec="seconds"),
        "sessions": sessions,
        "wrong_passwords": password.failures,
        "next_try_at": password.retry_at.isoformat(timespec="seconds") if password.retry_at else None,
    }


def _closed(account: ClosedAccount, sealer: Sealer) -> dict[str, object]:
    """Return what `show` tells of an account whose owner closed it: the same lines, as far as they are left."""
    return {
        "account_id": account.account_id,
        "person_id": account.person_id,
        "number": masked_number(sealer.open(account.number_sealed, NUMBER_PLACE.of(account.person_id)).decode()),
        "status": AccountStatus.CLOSED.value,
        "proof": account.proof,
        "created_at": account.created_at.isoformat(timespec="seconds"),
        "sessions": 0,
        "wrong_passwords": 0,
        "next_try_at": None,
    }


async def _lock(foundation: Foundation, wanted: _Wanted) -> str:
    record = await _usable(foundation, wanted)
    account = record.account
    taken_over = account.status is AccountStatus.LOCKED
    if taken_over and await foundation.database.recoveries.locked_for(account.person_id, account.id) != NOT_ME:
        return f"{account.id} is locked already."
    # A recovery that has read of the owner's own lock would open the account after this one: it ends in our commit.
    further = (
        HoldRecoveries(person_id=account.person_id, account_id=account.id),
        CancelRecoveries(
            person_id=account.person_id, account_id=account.id, at=foundation.clock.now(), notice_id=NoticeId(new_id())
        ),
    )
    await _set(foundation, record, AccountStatus.LOCKED, EventName.ACCOUNT_LOCKED, *further)
    if taken_over:
        return f"{account.id} was locked by its owner; both locks stand now, and unlocking lifts the one above."
    return f"{account.id} is locked and signed out everywhere."


async def _unlock(foundation: Foundation, wanted: _Wanted) -> str:
    record = await _usable(foundation, wanted)
    account = record.account
    forget = ForgetPasswordTries(account_id=account.id, person_id=account.person_id)
    why = await foundation.database.recoveries.locked_for(account.person_id, account.id)
    if why in {SET_ASIDE, DUPLICATE}:
        raise OperatorError(f"{account.id} has no number: only its owner opens it, by joining it with another account")
    if account.status is AccountStatus.LOCKED:
        await _set(foundation, record, AccountStatus.OPEN, EventName.ACCOUNT_UNLOCKED, forget)
        if await foundation.database.recoveries.locked_for(account.person_id, account.id) is not None:
            return f"{account.id} is still locked by its owner, who recovers it; the lock above that is lifted."
        return f"{account.id} may sign in again."
    if not record.password.failures:
        return f"{account.id} is open already."
    now = foundation.clock.now()
    event = operator_event(EventName.ACCOUNT_UNLOCKED, now, reason="tries", person_id=account.person_id)
    await foundation.database.ledger.commit(forget, event)
    return f"{account.id} was not locked; its wrong passwords are forgotten."


async def _set(
    foundation: Foundation, record: SignInRecord, status: AccountStatus, name: EventName, *further: Effect
) -> None:
    account, now = record.account, foundation.clock.now()
    setting = SetAccountStatus(
        account_id=account.id,
        person_id=account.person_id,
        before=account.status,
        status=status,
        at=now,
        reason=name.value,
        gives_up_at=now + TELL_FOR,
    )
    event = operator_event(
        name, now, reason="operator", person_id=account.person_id, details={"account_id": account.id}
    )
    if not await foundation.database.ledger.commit(*further, setting, event):
        raise OperatorError(f"somebody else changed {account.id} at the same time; look at it and try again")
