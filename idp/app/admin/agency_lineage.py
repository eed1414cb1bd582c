"""The lineages of the tree of agencies, as administration reads them."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from idp.admin.agencies.register import AgencyRegister
from idp.admin.agencies.service import Agencies
from idp.agencies.ports import AgencyReader
from idp.app.foundation.opening import Foundation


class StandingLineages(Struct, frozen=True):
    """Every agency for itself until one is founded, the tree from then on. Implements `AgencyLineages`."""

    agencies: AgencyReader

    async def lineage(self, code: str, day: date) -> tuple[str, ...]:
        """Return the agency and all above it, nearest first; empty for a code that is nobody's on that day."""
        found = await self.agencies.lineage(code, day)
        return found if found or await self.agencies.known() else (code,)

    async def subtree(self, code: str, day: date) -> Sequence[str]:
        """Return the agency and all below it; empty for a code that is nobody's on that day."""
        found = await self.agencies.subtree(code, day)
        return found if found or await self.agencies.known() else (code,)


def compose_agencies(foundation: Foundation) -> Agencies:
    """Return what shows agencies to administrators and changes them."""
    database, clock = foundation.database, foundation.clock
    register = AgencyRegister(database.agencies, database.ledger, clock)
    return Agencies(database.agencies, register, clock)
