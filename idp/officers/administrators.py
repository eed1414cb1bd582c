"""Administrators: officers together with the roles that they hold or held."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from idp.kernel.ids import AccountId
from idp.officers.model import Officer
from idp.officers.roles import RoleGrant
from records.structs import Unprinted


class Administrator(Unprinted, Struct, frozen=True):
    """An officer's account, its sealed profile (which has the name), and grants of roles, oldest first."""

    officer: Officer
    profile_sealed: bytes
    grants: tuple[RoleGrant, ...]

    def standing(self, now: datetime) -> tuple[RoleGrant, ...]:
        """Return the grants that may be used: none of an account that may not be."""
        return tuple(grant for grant in self.grants if grant.stands(now)) if self.officer.stands(now) else ()


class AdministratorReader(Protocol):
    """Reads administrators."""

    async def page(self, agencies: Sequence[str] | None, after_id: str, limit: int) -> Sequence[Administrator]:
        """Return up to `limit` administrators whose account id follows `after_id`, in order. One round trip.

        Those who hold or held a role for one of `agencies`; None for all. Their grants are those not revoked, also the
        ones for other agencies.
        """

    async def by_account(self, account_id: AccountId) -> Administrator | None:
        """Return one administrator with every grant there was; None for an account that never held a role."""
