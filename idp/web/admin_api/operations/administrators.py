"""Administrators: listed, issued, given roles and relieved of them, set up anew, taken back."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from hashlib import sha256
from typing import Annotated

import msgspec

from idp.admin.administrators.posts import PostCommand, RoleCommand, read_role
from idp.admin.administrators.service import Seen
from idp.admin.changes.independence import approves
from idp.admin.errors import SecondPersonNeededError, SecondPersonNotNeededError, StaleVersionError
from idp.admin.permissions import Permission
from idp.kernel.ids import AccountId, ChangeId, RoleGrantId
from idp.officers.roles import NATIONAL, Role, RoleGrant
from idp.web.admin_api.decoding import KIND
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.admin_api.operation import B, Call, Nothing, Operation, Proposal, Reply, operation, proposal
from idp.web.admin_api.operations.changing import ChangesOf
from idp.web.admin_api.operations.confirmations import change_id_of, proposed_account, waits
from idp.web.admin_api.paging import PageQuery, cursor_of, position_of
from idp.web.admin_api.problems import Code

_Agency = Annotated[str, msgspec.Meta(max_length=35, description="A code of QĐ 20/2020/QĐ-TTg, such as H55.242.")]
_Over = Annotated[str, msgspec.Meta(max_length=35, description="The agency that a role is for, or `national`.")]
_Day = Annotated[str, msgspec.Meta(max_length=10, description="The last day, YYYY-MM-DD, in Viet Nam.")]
_Text = Annotated[str, msgspec.Meta(max_length=200)]
_Account = Annotated[AccountId, msgspec.Meta(max_length=64)]
_Version = Annotated[str, msgspec.Meta(max_length=64, description="The ETag of the account, without quotes.")]
_Contact = Annotated[
    str, msgspec.Meta(max_length=300, description="The officer's own mobile number or e-mail address.")
]
_ETAG_LENGTH = 32


class GrantedRole(msgspec.Struct, frozen=True):
    """A role for an agency and all below it (null: for the country), with who gave it and who took it back."""

    id: str
    role: Role
    agency: str | None
    starts_at: datetime
    ends_at: datetime
    given_by: str
    revoked_at: datetime | None
    revoked_by: str | None
    # What it approves waits for another administrator.
    unconfirmed: bool


class Administrator(msgspec.Struct, frozen=True):
    """An officer's account that holds or held roles; those over other agencies than the asker's are left out."""

    account_id: AccountId
    officer_code: str
    full_name: str
    agency: str
    post: str
    starts_at: datetime
    ends_at: datetime
    withdrawn_at: datetime | None
    # Until when the enrolment code sets the account up; null once it was, and while the code waits.
    enrolment_ends_at: datetime | None
    # The code that waits for another administrator: who wants it, since when, and, for who may confirm, where it goes.
    code_asked_by: str | None
    code_asked_at: datetime | None
    code_goes_to: str | None
    roles: list[GrantedRole]
    # Where what waits is read and decided: the id of a change; null where nothing waits.
    change_id: ChangeId | None


class AdministratorPage(msgspec.Struct, frozen=True):
    """A page of administrators by account id; `next` is the cursor to the following one, null at the end."""

    items: list[Administrator]
    next: str | None


class IssueAdministratorProposal(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field=KIND, tag="issue_administrator"
):
    """An account that an agency issues, and its first role."""

    agency: _Agency
    name: Annotated[str, msgspec.Meta(max_length=100, description="Name within the agency, such as nvbinh.")]
    full_name: _Text
    post: _Text
    contact: _Contact
    role: Annotated[str, msgspec.Meta(max_length=40)]
    over: _Over
    until: _Day


class RenewEnrolmentCodeProposal(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field=KIND, tag="renew_enrolment_code"
):
    """A new enrolment code, and where it goes once another administrator has confirmed it."""

    account_id: _Account
    version: _Version
    contact: _Contact


class NewRole(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A further role."""

    role: Annotated[str, msgspec.Meta(max_length=40)]
    over: _Over
    until: _Day


class GiveRoleProposal(NewRole, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field=KIND, tag="give_role"):
    """A further role that approves what others propose, for the account as it was read."""

    account_id: _Account
    version: _Version


class LastDay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another last day of the account, also an earlier one."""

    until: _Day


class Withdrawal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why an account is taken back: a word of a closed list, which the refusal of another names."""

    reason: Annotated[str, msgspec.Meta(max_length=40)]


async def list_administrators(parts: AdminApiDependencies, call: Call[PageQuery, Nothing]) -> Reply:
    """Return a page of the administrators that the actor may see."""
    position = position_of(call.query.after)
    found = await parts.administrators.page(call.actor, position[0] if position else "", call.query.limit)
    following = cursor_of(found.after) if found.after else None
    return Reply(AdministratorPage([_schema(one) for one in found.entries], following))


async def show_administrator(parts: AdminApiDependencies, call: Call[Nothing, Nothing]) -> Reply:
    """Return one administrator."""
    return _reply(await parts.administrators.get(call.actor, AccountId(call.path["account_id"])))


async def issue_administrator(parts: AdminApiDependencies, call: Call[Nothing, IssueAdministratorProposal]) -> Reply:
    """Make an account with a role, whose code waits for another administrator."""
    body = call.body
    post = PostCommand(body.agency, body.name, body.full_name, body.post, body.until)
    officer = await parts.administrators.issue(call.actor, post, RoleCommand(body.role, body.over), body.contact)
    return await proposed_account(parts, call.actor, officer.account_id)


async def give_role(parts: AdminApiDependencies, call: Call[Nothing, NewRole]) -> Reply:
    """Give an administrator a further role, at once."""
    body = call.body
    account_id = (await _found(parts, call)).officer.account_id
    command = RoleCommand(body.role, body.over)
    if approves(read_role(command).role):
        raise SecondPersonNeededError("the role approves what others propose")
    await parts.administrators.grant(call.actor, account_id, command, body.until)
    return await _again(parts, call)


async def propose_role(parts: AdminApiDependencies, call: Call[Nothing, GiveRoleProposal]) -> Reply:
    """Give an administrator a further role, whose right to approve waits for another administrator."""
    body = call.body
    account_id = (await _read(parts, call, body.account_id, body.version)).officer.account_id
    command = RoleCommand(body.role, body.over)
    if not approves(read_role(command).role):
        raise SecondPersonNotNeededError("the role approves nothing")
    await parts.administrators.grant(call.actor, account_id, command, body.until)
    return await proposed_account(parts, call.actor, account_id)


async def revoke_role(parts: AdminApiDependencies, call: Call[Nothing, Nothing]) -> Reply:
    """Take a role back."""
    account_id = (await _found(parts, call)).officer.account_id
    await parts.administrators.revoke(call.actor, account_id, RoleGrantId(call.path["role_id"]))
    return await _again(parts, call)


async def extend_administrator(parts: AdminApiDependencies, call: Call[Nothing, LastDay]) -> Reply:
    """Give an account another last day."""
    account_id = (await _found(parts, call)).officer.account_id
    await parts.administrators.extend(call.actor, account_id, call.body.until)
    return await _again(parts, call)


async def renew_code(parts: AdminApiDependencies, call: Call[Nothing, RenewEnrolmentCodeProposal]) -> Reply:
    """Ask for a new enrolment code, which waits for another administrator."""
    body = call.body
    account_id = (await _read(parts, call, body.account_id, body.version)).officer.account_id
    await parts.administrators.renew_enrolment(call.actor, account_id, body.contact)
    return await proposed_account(parts, call.actor, account_id)


async def withdraw_administrator(parts: AdminApiDependencies, call: Call[Nothing, Withdrawal]) -> Reply:
    """Take an account back for good."""
    account_id = (await _found(parts, call)).officer.account_id
    await parts.administrators.withdraw(call.actor, account_id, call.body.reason)
    return await _again(parts, call)


async def _found(parts: AdminApiDependencies, call: Call[Nothing, B]) -> Seen:
    return await _read(parts, call, AccountId(call.path["account_id"]), call.version)


async def _read(parts: AdminApiDependencies, call: Call[Nothing, B], account_id: AccountId, version: str) -> Seen:
    """Return the administrator whom the caller read before. Raises `StaleVersionError` if that is not so any more."""
    seen = await parts.administrators.get(call.actor, account_id)
    if version != _version(seen):
        raise StaleVersionError(seen.officer.account_id)
    return seen


async def _again(parts: AdminApiDependencies, call: Call[Nothing, B]) -> Reply:
    return _reply(await parts.administrators.get(call.actor, AccountId(call.path["account_id"])))


def _reply(seen: Seen) -> Reply:
    return Reply(_schema(seen), version=_version(seen))


def _version(seen: Seen) -> str:
    """Return what changes with anything that is told of an administrator."""
    return sha256(msgspec.json.encode(_schema(seen))).hexdigest()[:_ETAG_LENGTH]


def _schema(seen: Seen) -> Administrator:
    officer = seen.officer
    return Administrator(
        account_id=officer.account_id,
        officer_code=officer.code,
        full_name=seen.full_name,
        agency=officer.agency,
        post=officer.post,
        starts_at=officer.starts_at,
        ends_at=officer.ends_at,
        withdrawn_at=officer.withdrawn_at,
        enrolment_ends_at=officer.enrolment_ends_at,
        code_asked_by=officer.asked.by if officer.asked else None,
        code_asked_at=officer.asked.at if officer.asked else None,
        code_goes_to=seen.contact or None,
        roles=[_role(grant) for grant in seen.grants],
        change_id=change_id_of(officer.account_id) if waits(seen) else None,
    )


def _role(grant: RoleGrant) -> GrantedRole:
    return GrantedRole(
        id=grant.id,
        role=grant.role,
        agency=None if grant.agency == NATIONAL else grant.agency,
        starts_at=grant.starts_at,
        ends_at=grant.ends_at,
        given_by=grant.given_by,
        revoked_at=grant.revoked_at,
        revoked_by=grant.revoked_by,
        unconfirmed=grant.unconfirmed,
    )


_BROKEN = (Code.NOT_FOUND, Code.INVALID_INPUT, Code.CONFLICT)
_CHANGES = ChangesOf("/administrators/{account_id}", Permission.ADMINISTRATORS_CHANGE, Administrator, _BROKEN)
_GIVES = ChangesOf(
    _CHANGES.path, _CHANGES.permission, Administrator, (*_BROKEN, Code.TOO_LATE, Code.SECOND_PERSON_NEEDED)
)


def _takes_two(
    handle: Callable[[AdminApiDependencies, Call[Nothing, B]], Awaitable[Reply]],
    body: type[B],
    summary: str,
    *codes: Code,
) -> Proposal:
    """Return the row of a proposal about an administrator."""
    permission = Permission.ADMINISTRATORS_CHANGE
    return proposal(handle, body, summary=summary, permission=permission, codes=(*_BROKEN, *codes))


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "GET",
        "/administrators",
        "list_administrators",
        list_administrators,
        summary="Who holds or held a role over one's own agencies, by account.",
        permission=Permission.ADMINISTRATORS_READ,
        scope="admin:read",
        query=PageQuery,
        body=Nothing,
        answer=AdministratorPage,
    ),
    operation(
        "GET",
        "/administrators/{account_id}",
        "show_administrator",
        show_administrator,
        summary="One administrator with every role there was, as far as one's own agencies reach.",
        permission=Permission.ADMINISTRATORS_READ,
        scope="admin:read",
        query=Nothing,
        body=Nothing,
        answer=Administrator,
        codes=(Code.NOT_FOUND,),
    ),
    _GIVES.row("roles", "give_role", give_role, "Give an administrator a further role that approves nothing.", NewRole),
    _CHANGES.row("roles/{role_id}/revoke", "revoke_role", revoke_role, "Take a role back.", Nothing),
    _CHANGES.row("extend", "extend_administrator", extend_administrator, "Give an account another last day.", LastDay),
    _CHANGES.row(
        "withdraw", "withdraw_administrator", withdraw_administrator, "Take an account back for good.", Withdrawal
    ),
)
PROPOSALS: tuple[Proposal, ...] = (
    _takes_two(issue_administrator, IssueAdministratorProposal, "Make an account with a role, and send its code."),
    _takes_two(
        propose_role,
        GiveRoleProposal,
        "Give an administrator a further role that approves what others propose.",
        *(Code.STALE_VERSION, Code.TOO_LATE, Code.SECOND_PERSON_NOT_NEEDED),
    ),
    _takes_two(
        renew_code,
        RenewEnrolmentCodeProposal,
        "Send another enrolment code to an account that was not set up.",
        *(Code.STALE_VERSION, Code.TOO_LATE),
    ),
)
