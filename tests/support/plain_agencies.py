"""A plain tree of agencies that never changes."""

from collections.abc import Mapping, Sequence
from datetime import date

# A province with a commune, another province, and a ministry.
TREE: Mapping[str, str | None] = {"H37": None, "H37.12": "H37", "H26": None, "G15": None}


class PlainAgencies:
    """Implements `idp.accounts.agency_ports.AgencyLines` over a dictionary from code to parent."""

    def __init__(self, parents: Mapping[str, str | None] = TREE) -> None:
        self._parents = parents

    async def lineage(self, code: str, day: date) -> tuple[str, ...]:
        """Return the agency and all above it."""
        line: list[str] = []
        at: str | None = code if code in self._parents else None
        while at is not None:
            line.append(at)
            at = self._parents[at]
        return tuple(line)

    async def subtree(self, code: str, day: date) -> Sequence[str]:
        """Return the agency and all below it."""
        return [one for one in self._parents if code in await self.lineage(one, day)]
