"""Roles of administrators: what an officer's account may do beyond filing for citizens, where, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

# The agency of a grant that holds for the whole country.
NATIONAL = ""


class Role(StrEnum):
    """The roles there are; what each may do is a table (`idp.admin.permissions`)."""

    NATIONAL_OPERATOR = "national_operator"
    AGENCY_ADMINISTRATOR = "agency_administrator"
    CLIENT_DEVELOPER = "client_developer"
    AUDITOR = "auditor"
    SUPPORT = "support"


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """One role of one account, for an agency and everything below it, or for the country (`NATIONAL`)."""

    id: str
    person_id: str
    account_id: str
    role: Role
    agency: str
    # The account of whoever gave it; "operator" for the operator's command.
    given_by: str
    given_at: datetime
    starts_at: datetime
    ends_at: datetime
    revoked_at: datetime | None = None
    revoked_by: str | None = None

    def stands(self, now: datetime) -> bool:
        """Say whether the role may be used."""
        return self.revoked_at is None and self.starts_at <= now < self.ends_at


class RoleReader(Protocol):
    """Reads what roles an account holds."""

    async def held(self, person_id: str, account_id: str, now: datetime) -> Sequence[RoleGrant]:
        """Return the grants of an account that stand, oldest first. One round trip."""
