"""What one administrator may do to another: pure decisions on who holds what."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from idp.admin.actor import Actor
from idp.admin.administrators.posts import NewRole, Problems, Rule
from idp.admin.errors import InvalidInputError, NotFoundError, NotPermittedError
from idp.admin.permissions import Permission, allows, allows_somewhere, may_grant
from idp.officers.administrators import Administrator
from idp.officers.roles import Role, RoleGrant


class WithdrawalReason(StrEnum):
    """Why an account is taken back."""

    LEFT = "left"
    MOVED = "moved"
    LOST_FACTOR = "lost_factor"
    MISUSE = "misuse"


class Lineages(Struct, frozen=True):
    """The agencies that an administrator's account and roles are for, each with all that is above it."""

    of: Mapping[str, tuple[str, ...]]

    def __getitem__(self, agency: str) -> tuple[str, ...]:
        return self.of[agency]


def agencies_around(administrator: Administrator) -> frozenset[str]:
    """Return the agencies whose lineages decide what may be seen and done of an administrator."""
    return frozenset({administrator.officer.agency, *(grant.agency for grant in administrator.grants)})


def demand_sight(actor: Actor, administrator: Administrator | None, lineages: Lineages) -> Administrator:
    """Return an administrator whom the actor may see: one of an agency of theirs, or with a role over one.

    Raises `NotPermittedError` where administrators may be read nowhere, `NotFoundError` for everybody else's.
    """
    if not allows_somewhere(actor.grants, Permission.ADMINISTRATORS_READ):
        raise NotPermittedError(Permission.ADMINISTRATORS_READ)
    if administrator is None or not any(
        allows(actor.grants, Permission.ADMINISTRATORS_READ, lineages[agency])
        for agency in agencies_around(administrator)
    ):
        raise NotFoundError("no administrator whom the actor may see")
    return administrator


def seen_grants(actor: Actor, administrator: Administrator, lineages: Lineages) -> tuple[RoleGrant, ...]:
    """Return the grants that the actor may see; those for other agencies are not told."""
    may_read = Permission.ADMINISTRATORS_READ
    return tuple(grant for grant in administrator.grants if allows(actor.grants, may_read, lineages[grant.agency]))


def givable_roles(actor: Actor, lineage: Sequence[str]) -> tuple[Role, ...]:
    """Return the roles that the actor may give over an agency."""
    return tuple(role for role in Role if may_grant(actor.grants, role, lineage))


def demand_other(actor: Actor, administrator: Administrator) -> None:
    """Refuse an act on one's own account: whoever may is another administrator."""
    if administrator.officer.account_id == actor.account_id:
        problems = Problems()
        reason = "nobody changes their own account or roles here"
        problems.add("account", Rule.OWN_ACCOUNT, reason, "ask another administrator")
        problems.raise_any()


def demand_grant(actor: Actor, role: NewRole, lineage: Sequence[str], *, known: bool) -> None:
    """Refuse a role that the actor may not give, as a problem of the field that says so.

    `known`: the agency stands in the tree today. One that is another's is told like one that does not exist.
    """
    problems = Problems()
    if not known or not allows(actor.grants, Permission.ADMINISTRATORS_CHANGE, lineage):
        no_such_agency(problems, "over")
    elif not may_grant(actor.grants, role.role, lineage):
        problems.add("role", Rule.MORE_THAN_HELD, "that is more than you hold there", "choose another role")
    problems.raise_any()


def no_such_agency(problems: Problems, name: str) -> None:
    """Note that an agency is none of the actor's, or none at all: the two are told alike."""
    reason = "there is no such agency among yours"
    problems.add(name, Rule.NO_SUCH_AGENCY, reason, "write the code of an agency that you administer")


def demand_account(actor: Actor, administrator: Administrator, lineages: Lineages, now: datetime) -> None:
    """Return if the actor may act on the account itself.

    Whoever ends an account, or gets a code to set it up, decides over every role that it holds: so all of them must be
    ones that the actor may give. Raises `NotFoundError`, `NotPermittedError`, `FreshFactorNeededError`.
    """
    actor.demand(Permission.ADMINISTRATORS_CHANGE, lineages[administrator.officer.agency])
    lasting = lasting_grants(administrator.grants, now)
    if not all(may_grant(actor.grants, grant.role, lineages[grant.agency]) for grant in lasting):
        raise NotPermittedError("the account holds more than the actor may give")


def lasting_grants(grants: Iterable[RoleGrant], now: datetime) -> tuple[RoleGrant, ...]:
    """Return the grants that stand, or will once they begin."""
    return tuple(grant for grant in grants if grant.revoked_at is None and grant.ends_at > now)


def demand_end(ends_at: datetime, account_ends_at: datetime) -> None:
    """Refuse a role that would end after its account."""
    if ends_at > account_ends_at:
        problems = Problems()
        problems.add("until", Rule.AFTER_ACCOUNT, "the account ends before that", "write an earlier day")
        problems.raise_any()


def withdrawal_reason(word: str) -> WithdrawalReason:
    """Return why an account is taken back. Raises `InvalidInputError`."""
    found = next((reason for reason in WithdrawalReason if reason.value == word), None)
    if found is None:
        problems = Problems()
        problems.add("reason", Rule.UNKNOWN_REASON, "there is no such reason", f"one of {', '.join(WithdrawalReason)}")
        raise InvalidInputError(problems.found)
    return found
