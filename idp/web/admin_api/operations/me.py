"""GET /me: who the token speaks for, as the administration knows them."""

from datetime import datetime

import msgspec

from idp.admin.permissions import TABLE, Permission, agencies_of
from idp.kernel.ids import AccountId
from idp.officers.roles import NATIONAL, RoleGrant
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.admin_api.operation import Call, Nothing, Operation, Reply, operation


class HeldRole(msgspec.Struct, frozen=True):
    """One role, for an agency and all below it; `national` where it holds for the country."""

    role: str
    agency: str | None
    national: bool
    starts_at: datetime
    ends_at: datetime


class HeldPermission(msgspec.Struct, frozen=True):
    """What may be done, for which agencies (and all below them), and how strongly one must have signed in."""

    permission: str
    national: bool
    agencies: list[str]
    level: str


class CurrentAdministrator(msgspec.Struct, frozen=True):
    """The administrator: account, agency, roles that stand, and what follows from them."""

    account_id: AccountId
    officer_code: str
    agency: str
    # The client, where a program asks: then there is no account.
    program: str | None
    # A second factor was shown a short while ago.
    fresh: bool
    roles: list[HeldRole]
    permissions: list[HeldPermission]


async def show_me(_parts: AdminApiDependencies, call: Call[Nothing, Nothing]) -> Reply:
    """Return who asks. An officer without any role is told so by empty lists."""
    actor = call.actor
    return Reply(
        CurrentAdministrator(
            account_id=actor.account_id,
            officer_code=actor.officer_code,
            agency=actor.agency,
            program=actor.program.client_id if actor.program is not None else None,
            fresh=actor.fresh,
            roles=[_role(grant) for grant in actor.grants],
            permissions=[_permission(actor.grants, one) for one in TABLE if agencies_of(actor.grants, one)],
        )
    )


def _role(grant: RoleGrant) -> HeldRole:
    national = grant.agency == NATIONAL
    return HeldRole(grant.role, None if national else grant.agency, national, grant.starts_at, grant.ends_at)


def _permission(grants: tuple[RoleGrant, ...], permission: Permission) -> HeldPermission:
    agencies = agencies_of(grants, permission)
    return HeldPermission(permission, NATIONAL in agencies, sorted(agencies - {NATIONAL}), TABLE[permission].level)


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "GET",
        "/me",
        "show_me",
        show_me,
        summary="Who the token speaks for: account, roles, permissions.",
        permission=None,
        scope="admin:read",
        query=Nothing,
        body=Nothing,
        answer=CurrentAdministrator,
    ),
)
