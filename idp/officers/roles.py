"""Roles of administrators: what an officer's account may do beyond filing for citizens, where, and until when."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Protocol

from msgspec import Struct

from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, PersonId, RoleGrantId

# The agency of a grant that holds for the whole country.
NATIONAL = ""
# Who gave a role that the operator's command gave.
OPERATOR = AccountId("operator")
# How long a new role approves nothing: whoever sees that it was given can still take it back.
APPROVING_RIGHT_RESTS = timedelta(hours=72)


class Role(StrEnum):
    """The roles there are; what each may do is a table (`idp.admin.permissions`)."""

    NATIONAL_OPERATOR = "national_operator"
    AGENCY_ADMINISTRATOR = "agency_administrator"
    CLIENT_DEVELOPER = "client_developer"
    AUDITOR = "auditor"
    SUPPORT = "support"


def may_hold_for(role: Role, agency: str) -> bool:
    """Say whether a role can be held for an agency: the country has one kind of operator, an agency its own."""
    if role is Role.NATIONAL_OPERATOR:
        return agency == NATIONAL
    return role is not Role.AGENCY_ADMINISTRATOR or agency != NATIONAL


class RoleGrant(Struct, frozen=True):
    """One role of one account, for an agency and everything below it, or for the country (`NATIONAL`)."""

    id: RoleGrantId
    person_id: PersonId
    account_id: AccountId
    role: Role
    agency: str
    # The account of whoever gave it; "operator" for the operator's command.
    given_by: str
    given_at: datetime
    starts_at: datetime
    ends_at: datetime
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    # From when it approves what others propose; None: once it has rested. The first two of a country need not wait. Its
    # own end where a second administrator has not confirmed it: until somebody does, it approves nothing.
    approves_from: datetime | None = None

    @property
    def unconfirmed(self) -> bool:
        """Say whether its right to approve waits for a second administrator."""
        return self.approves_from is not None and self.approves_from >= self.ends_at and self.revoked_at is None

    def stands(self, now: datetime) -> bool:
        """Say whether the role may be used."""
        return self.revoked_at is None and self.starts_at <= now < self.ends_at


class RoleReader(Protocol):
    """Reads what roles an account holds."""

    async def held(self, person_id: PersonId, account_id: AccountId, now: datetime) -> Sequence[RoleGrant]:
        """Return the grants of an account that stand, oldest first. One round trip."""


class GrantRole(Effect):
    """Give a role. Too late if the officer's account is withdrawn or over, or holds the role for that agency already.

    Takes the lock of the officer's row, so that of two who give the same at once one comes too late.
    """

    grant: RoleGrant
    claim: ClassVar[bool] = True


class ConfirmRole(Effect):
    """Allow a role to approve from a time on. Too late if it does already, was revoked, or for who gave it."""

    person_id: PersonId
    account_id: AccountId
    grant_id: RoleGrantId
    approves_from: datetime
    by: str
    claim: ClassVar[bool] = True


class HoldRoles(Effect):
    """Claim that whoever decides still holds every role that the decision was made with. Too late if not.

    Takes the lock of the officer's row, as giving and revoking do. Too late if one of them stands no longer.
    """

    person_id: PersonId
    account_id: AccountId
    grant_ids: tuple[RoleGrantId, ...]
    now: datetime
    claim: ClassVar[bool] = True


class RevokeRole(Effect):
    """Take a role back. Too late if it was, or has ended."""

    person_id: PersonId
    account_id: AccountId
    grant_id: RoleGrantId
    at: datetime
    by: str
    claim: ClassVar[bool] = True
