"""Which of an officer's roles a client of their agency is told of: those it registered to see, and no others'."""

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from clients.local_days import day_of
from clients.model import Client
from idp.agencies.ports import AgencyLineages
from idp.kernel.ids import AccountId, PersonId
from idp.officers.model import Officer
from idp.officers.roles import NATIONAL, RoleReader


class OfficerOfAccount(Protocol):
    """Finds the officer of an account."""

    async def of_account(self, person_id: PersonId, account_id: AccountId) -> Officer | None:
        """Return the officer of an account; None for a citizen's."""


class ReportedRoles(Struct, frozen=True):
    """Reads it anew each time: a role that was taken back is told of no more."""

    officers: OfficerOfAccount
    roles: RoleReader
    agencies: AgencyLineages

    async def of(self, client: Client, person_id: PersonId, account_id: AccountId, now: datetime) -> tuple[str, ...]:
        """Return the registered roles that the officer holds over the client's agency; none for anybody else.

        An officer of another agency has no role here, whatever they hold: not even that is told.
        """
        if not client.officer_roles or client.agency is None:
            return ()
        officer = await self.officers.of_account(person_id, account_id)
        if officer is None or not officer.stands(now):
            return ()
        day = day_of(now)
        if client.agency not in await self.agencies.lineage(officer.agency, day):
            return ()
        above = (NATIONAL, *await self.agencies.lineage(client.agency, day))
        held = {
            grant.role.value for grant in await self.roles.held(person_id, account_id, now) if grant.agency in above
        }
        return tuple(role for role in client.officer_roles if role in held)
