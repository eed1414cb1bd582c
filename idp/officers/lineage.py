"""The agency of an officer's post and the agencies above it: they decide which portals accept the officer."""

from datetime import datetime

from msgspec import Struct

from clients.local_days import day_of
from idp.account.model import Account
from idp.agencies.ports import AgencyLineages
from idp.officers.model import OfficerReader


class OfficerPosts(Struct, frozen=True):
    """Reads it anew each time: posts and agencies change, and a change counts at once."""

    officers: OfficerReader
    agencies: AgencyLineages

    async def lineage(self, account: Account, now: datetime) -> tuple[str, ...]:
        """Return the agency of an officer's account and all above it today; empty where there is no post now."""
        officer = await self.officers.of_account(account.person_id, account.id)
        if officer is None or not officer.stands(now):
            return ()
        return await self.agencies.lineage(officer.agency, day_of(now))
