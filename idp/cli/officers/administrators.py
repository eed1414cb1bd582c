"""`idp admins`: officers' accounts with roles of administrators, and the roles given and taken back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from msgspec import Struct

from idp.admin.administrators.posts import (
    NATIONAL_WORD,
    NewRole,
    PostCommand,
    Problems,
    RoleCommand,
    read_last_day,
    read_post,
    read_role,
)
from idp.admin.changes.independence import approves_from
from idp.admin.errors import InvalidInputError
from idp.app.foundation.opening import Foundation
from idp.app.officers import compose_officer_accounts
from idp.audit.model import EventName, RecordEvent
from idp.cli.errors import OperatorError
from idp.cli.officers.bootstrap import rested_from
from idp.cli.officers.officers import Code, find_officer, officer_state
from idp.cli.output import AsJson, moment, say, say_json, say_table
from idp.cli.session import operator_event, operator_name, run
from idp.kernel.ids import RoleGrantId, new_id
from idp.officers.administrators import Administrator
from idp.officers.model import Officer
from idp.officers.roles import APPROVING_RIGHT_RESTS, NATIONAL, OPERATOR, GrantRole, RevokeRole, Role, RoleGrant
from idp.web.officers.paths import ENROL

admins_program = typer.Typer(
    help="Issue administrators' accounts; list, grant and revoke their roles.", no_args_is_help=True
)
_PAGE = 500

RoleName = Annotated[str, typer.Option("--role", metavar="ROLE", help=f"One of {', '.join(Role)}.")]
Over = Annotated[
    str,
    typer.Option("--over", metavar="CODE", help=f"Agency that the role is for, with all below it; or {NATIONAL_WORD}."),
]
Until = Annotated[str, typer.Option("--until", metavar="DATE", help="Last day, YYYY-MM-DD.")]


class _Row(Struct, frozen=True):
    """One line of the list: an administrator and one of their grants, or none."""

    administrator: Administrator
    grant: RoleGrant | None
    now: datetime


@admins_program.command("create")
def create_command(
    agency: Annotated[str, typer.Option(metavar="CODE", help="Agency that issues the account, such as G22.")],
    name: Annotated[str, typer.Option(metavar="NAME", help="Name within the agency, such as nvbinh.")],
    full_name: Annotated[str, typer.Option(metavar="TEXT", help="The administrator's full name.")],
    post: Annotated[str, typer.Option(metavar="TEXT", help="The post.")],
    role: RoleName,
    until: Until,
    over: Over = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Make an account that holds a role; prints the sign-in name and a one-time enrolment code, not shown again.

    The role is for the account's agency, a national operator's for the country, unless --over says otherwise. Until
    the country has two national operators it approves at once; from then on 72 hours after it was given.

    This command makes the first two. Whom they issue themselves takes both of them, and the code goes to the officer.
    """
    place = over or (NATIONAL_WORD if role == Role.NATIONAL_OPERATOR else agency)
    command = PostCommand(agency, name, full_name, post, until)
    document = run(lambda foundation: _create(foundation, command, RoleCommand(role, place)))
    if as_json:
        say_json(document)
        return
    say(f"sign-in name: {document['sign_in_name']}")
    say(f"officer code: {document['officer_code']}")
    say(f"role: {document['role']} over {document['over']}")
    say(f"approves from: {document['approves_from']}")
    say(f"enrolment code: {document['enrolment_code']}")
    say(f"Set up at {document['enrol_at']} until {document['enrolment_ends_at']}. The code is not shown again.")
    say("The host makes the first two; further administrators are issued in the console, where two people are needed.")


@admins_program.command("list")
def list_command(
    agency: Annotated[str, typer.Option(metavar="CODE", help="Only who holds a role for exactly this agency.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """List administrators with each role they hold, for what and until when; no names of persons."""
    wanted = read_agency(agency) if agency else None
    found = run(lambda foundation: _list(foundation, wanted))
    if as_json:
        say_json([_document(row) for row in found])
        return
    columns = ("code", "account", "role", "over", "until", "given by")
    say_table(columns, [tuple(str(value) for value in _cells(row)) for row in found])


@admins_program.command("grant")
def grant_command(who: Code, role: RoleName, over: Over, until: Until) -> None:
    """Give a role to an officer's account, from today to the last day."""
    wanted = _read(RoleCommand(role, over))
    say(run(lambda foundation: _grant(foundation, who, wanted, until)))


@admins_program.command("revoke")
def revoke_command(who: Code, role: RoleName, over: Over) -> None:
    """Take a role back; it ends with the next request."""
    wanted = _read(RoleCommand(role, over))
    say(run(lambda foundation: _revoke(foundation, who, wanted)))


async def _create(foundation: Foundation, post_command: PostCommand, role_command: RoleCommand) -> dict[str, object]:
    now = foundation.clock.now()
    try:
        post, role = read_post(post_command, operator_name(), now), read_role(role_command)
    except InvalidInputError as error:
        raise _reported(error) from error
    event = _event(EventName.ADMINISTRATOR_ISSUED, now, role)
    first = await rested_from(foundation, now)
    issued = await compose_officer_accounts(foundation).issue(
        post, event, then=lambda officer: (GrantRole(grant=_new_grant(officer, role, now, post.ends_at, first)),)
    )
    if issued is None:
        raise OperatorError(f"{post.name.text} is taken; a withdrawn officer's name is not given again")
    return {
        "sign_in_name": issued.name.text,
        "officer_code": issued.officer.code,
        "role": role.role.value,
        "over": role.agency or NATIONAL_WORD,
        "approves_from": moment(first or now + APPROVING_RIGHT_RESTS),
        "enrolment_code": issued.enrolment_code.reveal(),
        "enrol_at": f"{foundation.settings.issuer}{ENROL}",
        "enrolment_ends_at": moment(issued.enrolment_ends_at),
        "account_id": issued.officer.account_id,
    }


async def _list(foundation: Foundation, agency: str | None) -> list[_Row]:
    found: list[_Row] = []
    after, now = "", foundation.clock.now()
    agencies = None if agency is None else (agency,)
    while page := await foundation.database.administrators.page(agencies, after, _PAGE):
        found.extend(row for administrator in page for row in _rows(administrator, now))
        after = page[-1].officer.account_id
    return found


def _rows(administrator: Administrator, now: datetime) -> Sequence[_Row]:
    lasting = [grant for grant in administrator.grants if grant.ends_at > now]
    return [_Row(administrator, grant, now) for grant in lasting] or [_Row(administrator, None, now)]


async def _grant(foundation: Foundation, who: str, role: NewRole, until: str) -> str:
    now, problems = foundation.clock.now(), Problems()
    ends_at = read_last_day(until, "until", now, problems)
    try:
        problems.raise_any()
    except InvalidInputError as error:
        raise _reported(error) from error
    officer = await find_officer(foundation, compose_officer_accounts(foundation), who)
    event = _event(EventName.ADMINISTRATOR_GRANTED, now, role, officer)
    first = await rested_from(foundation, now)
    if not await foundation.database.ledger.commit(
        GrantRole(grant=_new_grant(officer, role, now, ends_at, first)), event
    ):
        raise OperatorError(f"{officer.code} holds that role already, is withdrawn, or its last day has passed")
    approves = moment(first or now + APPROVING_RIGHT_RESTS)
    return (
        f"{officer.code} is {role.role} over {role.agency or NATIONAL_WORD} until {moment(ends_at)}; "
        f"what the role approves, it approves from {approves}."
    )


async def _revoke(foundation: Foundation, who: str, role: NewRole) -> str:
    now = foundation.clock.now()
    officer = await find_officer(foundation, compose_officer_accounts(foundation), who)
    administrator = await foundation.database.administrators.by_account(officer.account_id)
    grants = administrator.grants if administrator else ()
    lasting = [one for one in grants if one.revoked_at is None and one.ends_at > now]
    same = [one for one in lasting if (one.role, one.agency) == (role.role, role.agency)]
    event = _event(EventName.ADMINISTRATOR_REVOKED, now, role, officer)
    revoking = [
        RevokeRole(person_id=one.person_id, account_id=one.account_id, grant_id=one.id, at=now, by=OPERATOR)
        for one in same
    ]
    if not revoking or not await foundation.database.ledger.commit(*revoking, event):
        raise OperatorError(f"{officer.code} does not hold {role.role} over {role.agency or NATIONAL_WORD}")
    return f"{officer.code} is no longer {role.role} over {role.agency or NATIONAL_WORD}."


def _new_grant(officer: Officer, role: NewRole, now: datetime, ends_at: datetime, first: datetime | None) -> RoleGrant:
    return RoleGrant(
        RoleGrantId(new_id()),
        officer.person_id,
        officer.account_id,
        role.role,
        role.agency,
        OPERATOR,
        now,
        now,
        ends_at,
        approves_from=first,
    )


def _event(name: EventName, now: datetime, role: NewRole, officer: Officer | None = None) -> RecordEvent:
    details = {"role": role.role.value, "over": role.agency or NATIONAL_WORD}
    if officer is not None:
        details |= {"officer": officer.account_id, "officer_code": officer.code, "agency": officer.agency}
    person_id = officer.person_id if officer else None
    return operator_event(name, now, reason="operator", person_id=person_id, details=details)


def _read(command: RoleCommand) -> NewRole:
    try:
        return read_role(command)
    except InvalidInputError as error:
        raise _reported(error) from error


def read_agency(text: str) -> str:
    """Return an agency of the list: a code, or NATIONAL for the word. Raises OperatorError."""
    return NATIONAL if text.strip().lower() == NATIONAL_WORD else _read(RoleCommand(Role.AUDITOR, text)).agency


def _reported(error: InvalidInputError) -> OperatorError:
    options = (f"--{one.field.replace('_', '-')}: {one.reason}; {one.remedy}" for one in error.problems)
    return OperatorError(" | ".join(options))


def _cells(row: _Row) -> tuple[str, ...]:
    officer, grant = row.administrator.officer, row.grant
    state = officer_state(officer, row.now)
    if grant is None:
        return officer.code, state, "-", "-", "-", "-"
    return officer.code, state, grant.role.value, grant.agency or NATIONAL_WORD, moment(grant.ends_at), grant.given_by


def _document(row: _Row) -> dict[str, object]:
    officer, grant = row.administrator.officer, row.grant
    return {
        "officer_code": officer.code,
        "account_id": officer.account_id,
        "agency": officer.agency,
        "post": officer.post,
        "state": officer_state(officer, row.now),
        "role": grant.role.value if grant else None,
        "over": (grant.agency or NATIONAL_WORD) if grant else None,
        "from": grant.starts_at.isoformat(timespec="seconds") if grant else None,
        "until": grant.ends_at.isoformat(timespec="seconds") if grant else None,
        "approves_from": approves_from(grant).isoformat(timespec="seconds") if grant else None,
        "given_by": grant.given_by if grant else None,
        "grant_id": grant.id if grant else None,
    }
