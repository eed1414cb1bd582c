"""`idp accounts`: looking at one account, locking it, letting its person in again."""

import sys
from dataclasses import dataclass
from typing import Annotated

import orjson
import typer

from idp.accounts.model import PROFILE_PLACE, AccountStatus, ForgetPasswordTries, SetAccountStatus, SignInRecord
from idp.app.foundation import NUMBER_INDEX, Foundation
from idp.audit.model import EventName
from idp.cli.errors import OperatorError
from idp.cli.output import AsJson, say, say_json
from idp.cli.session import operator_event, run
from idp.kernel.effects import Effect
from idp.kernel.ids import ID_LENGTH
from idp.proofing.errors import InvalidPersonalNumberError
from idp.proofing.personal_numbers import PersonalNumber
from idp.selfservice.profiles import MASKED_NUMBER
from idp.sessions.policy import TELL_FOR

accounts_program = typer.Typer(help="Show, lock and unlock accounts.", no_args_is_help=True)
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


@dataclass(frozen=True, slots=True, repr=False)
class _Wanted:
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


async def _find(foundation: Foundation, wanted: _Wanted) -> SignInRecord:
    accounts = foundation.database.accounts
    if wanted.number is not None:
        index = foundation.root_key.hash_key(NUMBER_INDEX).digest(wanted.number.digits)
        record = await accounts.for_sign_in(index)
    else:
        found = await foundation.database.operations.accounts_of(wanted.id)
        if len(found) > 1:
            named = ", ".join(account_id for _, account_id in found)
            raise OperatorError(f"the person has several accounts; name one of them: {named}")
        record = await accounts.by_id(*found[0]) if found else None
    if record is None:
        raise OperatorError("there is no such account")
    return record


async def _show(foundation: Foundation, wanted: _Wanted) -> dict[str, object]:
    record = await _find(foundation, wanted)
    account, password = record.account, record.password
    profile = orjson.loads(foundation.root_key.sealer().open(record.profile_sealed, PROFILE_PLACE))
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


async def _lock(foundation: Foundation, wanted: _Wanted) -> str:
    record = await _find(foundation, wanted)
    account = record.account
    match account.status:
        case AccountStatus.LOCKED:
            return f"{account.id} is locked already."
        case AccountStatus.CLOSED:
            raise OperatorError(f"{account.id} is closed; nobody signs in to it any more")
        case AccountStatus.OPEN:
            await _set(foundation, record, AccountStatus.LOCKED, EventName.ACCOUNT_LOCKED)
            return f"{account.id} is locked and signed out everywhere."


async def _unlock(foundation: Foundation, wanted: _Wanted) -> str:
    record = await _find(foundation, wanted)
    account = record.account
    forget = ForgetPasswordTries(account.id, account.person_id)
    match account.status:
        case AccountStatus.CLOSED:
            raise OperatorError(f"{account.id} is closed; a closed account is not opened again")
        case AccountStatus.LOCKED:
            await _set(foundation, record, AccountStatus.OPEN, EventName.ACCOUNT_UNLOCKED, forget)
            return f"{account.id} may sign in again."
        case AccountStatus.OPEN if record.password.failures:
            event = operator_event(
                EventName.ACCOUNT_UNLOCKED, foundation.clock.now(), reason="tries", person_id=account.person_id
            )
            await foundation.database.ledger.commit(forget, event)
            return f"{account.id} was not locked; its wrong passwords are forgotten."
        case AccountStatus.OPEN:
            return f"{account.id} is open already."


async def _set(
    foundation: Foundation, record: SignInRecord, status: AccountStatus, name: EventName, *further: Effect
) -> None:
    account, now = record.account, foundation.clock.now()
    setting = SetAccountStatus(
        account.id, account.person_id, account.status, status, now, name.value, gives_up_at=now + TELL_FOR
    )
    event = operator_event(
        name, now, reason="operator", person_id=account.person_id, details={"account_id": account.id}
    )
    if not await foundation.database.ledger.commit(setting, *further, event):
        raise OperatorError(f"somebody else changed {account.id} at the same time; look at it and try again")
