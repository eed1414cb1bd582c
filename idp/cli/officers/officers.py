"""`idp officers`: accounts that an agency issues to its officers, and takes back."""

from datetime import date, datetime, timedelta
from typing import Annotated

import typer
from msgspec import Struct

from clients.local_days import day_begins
from idp.agencies.model import InvalidAgencyCodeError, InvalidSignInNameError, SignInName, agency_code
from idp.app.foundation.opening import Foundation
from idp.app.officers import compose_officer_accounts
from idp.audit.model import EventName
from idp.cli.errors import OperatorError
from idp.cli.output import AsJson, moment, say, say_json, say_table
from idp.cli.session import operator_event, operator_name, run
from idp.officers.model import Officer
from idp.officers.posts import NewPost
from idp.officers.service import OfficerAccounts, new_officer_code
from idp.proofing.values.errors import InvalidNameError
from idp.proofing.values.names import check_declared_name
from idp.web.officers.paths import ENROL

officers_program = typer.Typer(help="Issue, list, extend and withdraw officers' accounts.", no_args_is_help=True)
_PAGE = 500
_LONGEST_POST = 120

Code = Annotated[str, typer.Argument(metavar="NAME-OR-CODE", help="Sign-in name or officer code.")]


class _PostCommand(Struct, frozen=True):
    """What the command line asks for."""

    agency: str
    local: str
    full_name: str
    post: str
    code: str
    starts: str
    until: str


@officers_program.command("issue")
def issue_command(
    agency: Annotated[str, typer.Option(metavar="CODE", help="Agency code (QĐ 20/2020/QĐ-TTg), such as H55.242.")],
    name: Annotated[str, typer.Option(metavar="NAME", help="Name within the agency, such as nvbinh.")],
    full_name: Annotated[str, typer.Option(metavar="TEXT", help="The officer's full name.")],
    post: Annotated[str, typer.Option(metavar="TEXT", help="The post, as citizens are told it.")],
    until: Annotated[str, typer.Option(metavar="DATE", help="Last day of the account, YYYY-MM-DD.")],
    starts: Annotated[str, typer.Option("--from", metavar="DATE", help="First day; today if not given.")] = "",
    code: Annotated[str, typer.Option(metavar="CODE", help="The agency's own code of the officer.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Make an account; prints the sign-in name and a one-time enrolment code, which is not shown again."""
    command = _PostCommand(agency, name, full_name, post, code, starts, until)
    document = run(lambda foundation: _issue(foundation, command))
    if as_json:
        say_json(document)
        return
    say(f"sign-in name: {document['sign_in_name']}")
    say(f"officer code: {document['officer_code']}")
    say(f"enrolment code: {document['enrolment_code']}")
    say(f"Set up at {document['enrol_at']} until {document['enrolment_ends_at']}. The code is not shown again.")


@officers_program.command("renew")
def renew_command(who: Code, *, as_json: AsJson = False) -> None:
    """Print a new enrolment code for an account that was not set up yet; the one before ends."""
    document = run(lambda foundation: _renew(foundation, who))
    if as_json:
        say_json(document)
        return
    say(f"enrolment code: {document['enrolment_code']}")


@officers_program.command("list")
def list_command(
    agency: Annotated[str, typer.Option(metavar="CODE", help="Only this agency's.")] = "", *, as_json: AsJson = False
) -> None:
    """List officers: agency, post, dates and state; no names of persons."""
    wanted = _agency(agency) if agency else ""
    found = run(lambda foundation: _list(foundation, wanted))
    if as_json:
        say_json([_document(officer, now) for officer, now in found])
        return
    rows = [
        (officer.code, officer.agency, officer.post, moment(officer.starts_at), moment(officer.ends_at),
         officer_state(officer, now))
        for officer, now in found
    ]  # fmt: skip
    say_table(("code", "agency", "post", "from", "until", "state"), rows)


@officers_program.command("extend")
def extend_command(
    who: Code, until: Annotated[str, typer.Option(metavar="DATE", help="New last day, YYYY-MM-DD; may be earlier.")]
) -> None:
    """Give an account another last day."""
    ends_at = _day_after(until)
    say(run(lambda foundation: _extend(foundation, who, ends_at)))


@officers_program.command("withdraw")
def withdraw_command(
    who: Code, reason: Annotated[str, typer.Option(metavar="WORD", help="Why, for the records.")] = "withdrawn"
) -> None:
    """Take an account back for good: sessions and grants end, portals are told, also for citizens it assisted."""
    if not (reason.isascii() and reason.replace("-", "").replace("_", "").isalnum() and len(reason) <= 40):
        raise OperatorError("--reason is one word of letters, digits, dashes and underscores")
    say(run(lambda foundation: _withdraw(foundation, who, reason)))


async def _issue(foundation: Foundation, command: _PostCommand) -> dict[str, object]:
    now = foundation.clock.now()
    agency = _agency(command.agency)
    starts_at = _day(command.starts) if command.starts else now
    ends_at = _day_after(command.until)
    if ends_at <= max(starts_at, now):
        raise OperatorError("--until lies before the first day, or has passed")
    post = NewPost(
        name=_name(agency, command.local),
        full_name=_full_name(command.full_name),
        agency=agency,
        post=_post(command.post),
        code=_officer_code(command.code) if command.code else new_officer_code(agency),
        starts_at=starts_at,
        ends_at=ends_at,
        issued_by=operator_name(),
    )
    event = operator_event(EventName.OFFICER_ISSUED, now, reason="issued")
    issued = await compose_officer_accounts(foundation).issue(post, event)
    if issued is None:
        raise OperatorError(f"{post.name.text} or {post.code} is taken; a withdrawn officer's name is not given again")
    return {
        "sign_in_name": issued.name.text,
        "officer_code": issued.officer.code,
        "enrolment_code": issued.enrolment_code.reveal(),
        "enrol_at": f"{foundation.settings.issuer}{ENROL}",
        "enrolment_ends_at": moment(issued.enrolment_ends_at),
        "account_id": issued.officer.account_id,
    }


async def _renew(foundation: Foundation, who: str) -> dict[str, object]:
    accounts = compose_officer_accounts(foundation)
    officer = await find_officer(foundation, accounts, who)
    event = operator_event(EventName.OFFICER_ENROLMENT_RENEWED, foundation.clock.now(), reason="renewed")
    code = await accounts.renew_enrolment(officer, operator_name(), event)
    if code is None:
        raise OperatorError(f"{officer.code} was set up already, is withdrawn, or its last day has passed")
    return {"officer_code": officer.code, "enrolment_code": code.reveal()}


async def _list(foundation: Foundation, agency: str) -> list[tuple[Officer, datetime]]:
    found: list[tuple[Officer, datetime]] = []
    after, now = "", foundation.clock.now()
    while page := await foundation.database.officers.of_agency(agency, after, _PAGE):
        found.extend((officer, now) for officer in page)
        after = page[-1].account_id
    return found


async def _extend(foundation: Foundation, who: str, ends_at: datetime) -> str:
    accounts = compose_officer_accounts(foundation)
    officer = await find_officer(foundation, accounts, who)
    event = operator_event(EventName.OFFICER_EXTENDED, foundation.clock.now(), reason="extended")
    if not await accounts.extend(officer, ends_at, event):
        raise OperatorError(f"{officer.code} was withdrawn; a withdrawn account is not given again")
    return f"{officer.code} may sign in until {moment(ends_at)}."


async def _withdraw(foundation: Foundation, who: str, reason: str) -> str:
    accounts = compose_officer_accounts(foundation)
    officer = await find_officer(foundation, accounts, who)
    event = operator_event(EventName.OFFICER_WITHDRAWN, foundation.clock.now(), reason=reason)
    if await accounts.withdraw(officer, reason, event):
        return f"{officer.code} is withdrawn and signed out everywhere."
    return f"{officer.code} was withdrawn already."


async def find_officer(foundation: Foundation, accounts: OfficerAccounts, who: str) -> Officer:
    """Return the officer of a sign-in name or code. Raises OperatorError."""
    name = SignInName.parse(who)
    found = await accounts.reader.by_name(accounts.index_of(name)) if name else None
    found = found or await foundation.database.officers.by_code(who.strip())
    if found is None:
        raise OperatorError("there is no officer of this name or code")
    return found


def officer_state(officer: Officer, now: datetime) -> str:
    """Return a word for how an account stands."""
    if officer.withdrawn_at is not None:
        return "withdrawn"
    if officer.ends_at <= now:
        return "over"
    if officer.asked is not None:
        return "waits for a second administrator"
    if officer.enrolment_ends_at is not None:
        return "not set up"
    return "active" if officer.stands(now) else "not begun"


def _document(officer: Officer, now: datetime) -> dict[str, object]:
    return {
        "officer_code": officer.code,
        "account_id": officer.account_id,
        "agency": officer.agency,
        "post": officer.post,
        "from": officer.starts_at.isoformat(timespec="seconds"),
        "until": officer.ends_at.isoformat(timespec="seconds"),
        "state": officer_state(officer, now),
        "issued_by": officer.issued_by,
        "withdraw_reason": officer.withdraw_reason,
    }


def _agency(text: str) -> str:
    try:
        return agency_code(text)
    except InvalidAgencyCodeError as error:
        raise OperatorError(f"--agency: {error.detail}") from error


def _name(agency: str, local: str) -> SignInName:
    try:
        return SignInName.of(agency, local)
    except InvalidSignInNameError as error:
        raise OperatorError(f"--name: {error.detail}") from error


def _full_name(text: str) -> str:
    try:
        return check_declared_name(text)
    except InvalidNameError as error:
        raise OperatorError("--full-name: that cannot be a registered name") from error


def _post(text: str) -> str:
    post = " ".join(text.split())
    if not post or len(post) > _LONGEST_POST or not post.isprintable() or "<" in post or ">" in post:
        raise OperatorError(f"--post: a line of up to {_LONGEST_POST} printable characters")
    return post


def _officer_code(text: str) -> str:
    code = text.strip()
    if not (2 <= len(code) <= 40 and code.isascii() and code.replace("-", "").replace(".", "").isalnum()):
        raise OperatorError("--code: 2 to 40 letters, digits, dots and dashes")
    return code


def _day(text: str) -> datetime:
    try:
        return day_begins(date.fromisoformat(text))
    except ValueError as error:
        raise OperatorError("a date is written YYYY-MM-DD") from error


def _day_after(text: str) -> datetime:
    """Return the instant at which a last day is over."""
    return _day(text) + timedelta(days=1)
