"""Where an agency stands in the tree of a day."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol


class AgencyLines(Protocol):
    """Reads the lines of the tree: what is above an agency, what is below it."""

    async def lineage(self, code: str, day: date) -> tuple[str, ...]:
        """Return the agency and all above it, nearest first; empty for a code that is nobody's on that day."""

    async def subtree(self, code: str, day: date) -> Sequence[str]:
        """Return the agency and all below it; empty for a code that is nobody's on that day."""
