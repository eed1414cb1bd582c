"""Who may decide on whose proposal: two people are independent if neither lately made the other an administrator."""

from datetime import datetime, timedelta
from typing import Protocol

from idp.admin.actor import Actor
from idp.admin.errors import NotIndependentError, NotPermittedError, PersonUnknownError, RightRestsError
from idp.admin.permissions import Permission, allows, permissions_of
from idp.kernel.ids import AccountId
from idp.officers.roles import APPROVING_RIGHT_RESTS, Role, RoleGrant

# Whoever was made an administrator is their own person after this time; shorter only in a rehearsal.
APART_FOR = timedelta(days=30)
# What lets one person complete what another began. It rests while it is new, so that others can see that it was given.
APPROVING = frozenset(
    {
        Permission.CLIENTS_APPROVE,
        Permission.CLIENTS_APPROVE_NATIONAL,
        Permission.SETTINGS_APPROVE,
        Permission.AGENCIES_APPROVE,
        # It confirms whom another made an administrator.
        Permission.ADMINISTRATORS_CHANGE,
    },
)


class TieReader(Protocol):
    """Reads who made whom an administrator."""

    async def tied(self, one: str, other: str, since: datetime) -> bool:
        """Say whether one person can be behind both accounts.

        A step leads from an account to the one that issued it, gave it a role, or renewed its enrolment after `since`.
        Two accounts are tied where steps from each lead to the same account, which may be one of the two; and, however
        old they are, where both carry the number of one person.
        """

    async def any_nameless(self, one: str, other: str) -> bool:
        """Say whether one of two accounts carries no person's number."""


def approves_from(grant: RoleGrant) -> datetime:
    """Return when the approving rights of a role begin to count."""
    return grant.approves_from or grant.given_at + APPROVING_RIGHT_RESTS


def approves(role: Role) -> bool:
    """Say whether a role approves what others propose: then giving it takes two."""
    return bool(permissions_of(role) & APPROVING)


def unconfirmed_until(role: Role, ends_at: datetime) -> datetime | None:
    """Return what a role given by one administrator approves from: never, where it would approve anything."""
    return ends_at if approves(role) else None


def demand_rested(actor: Actor, permission: Permission, lineage: tuple[str, ...], now: datetime) -> None:
    """Raise `RightRestsError` where a right to approve is held by roles that are too new for it."""
    rested = [grant for grant in actor.grants if approves_from(grant) <= now]
    if permission in APPROVING and not allows(rested, permission, lineage):
        raise RightRestsError(permission)


async def demand_another(
    actor: Actor, account_id: AccountId, ties: TieReader, since: datetime, *, numbers_needed: bool = False
) -> None:
    """Raise `NotPermittedError` for one's own, `NotIndependentError` where the same person can be behind both.

    With `numbers_needed`, `PersonUnknownError` where it is not known whose account one of the two is: it may be the
    other's.
    """
    if account_id == actor.account_id:
        raise NotPermittedError("nobody decides their own proposal, or reviews their own act")
    if await ties.tied(actor.account_id, account_id, since):
        raise NotIndependentError("one of the two made the other an administrator, a third made both, or both are one")
    if numbers_needed and await ties.any_nameless(actor.account_id, account_id):
        raise PersonUnknownError("the account of one of the two carries no number")


def numbers_needed(numbered_from: datetime | None, now: datetime) -> bool:
    """Say whether the operators' day has come; no day, no need."""
    return numbered_from is not None and now >= numbered_from
