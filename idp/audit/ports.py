"""Where the sealer and the verification read and write."""

from collections.abc import Sequence
from typing import Protocol

from idp.audit.checkpoints import Link
from idp.audit.entries import Entry
from idp.kernel.ids import EventId


class SealedLog(Protocol):
    """The stored events, read as they stand: a value that no event could have is read too."""

    async def page(self, after_id: str, to_id: str, limit: int) -> Sequence[Entry]:
        """Return up to `limit` events with after_id < id <= to_id, in the order of ids."""

    async def count(self, after_id: str, to_id: str) -> int:
        """Return how many events page after page would give."""

    async def count_after(self, after_id: str, limit: int) -> int:
        """Return how many events follow an id, `limit` at most."""

    async def entry(self, event_id: EventId) -> Entry | None:
        """Return one event."""


class Checkpoints(Protocol):
    """The stored chain."""

    async def newest_first(self, below: int, limit: int) -> Sequence[Link]:
        """Return up to `limit` links with lower numbers than `below`, highest first."""

    async def in_order(self, after: int, limit: int, *, late_only: bool = False) -> Sequence[Link]:
        """Return up to `limit` links with higher numbers than `after`, lowest first; or only those with late events."""

    async def listing(self, number: int) -> bytes:
        """Return the list of a checkpoint's events; empty if there is no such checkpoint."""

    async def add(self, link: Link, listing: bytes, late: int) -> bool:
        """Append a checkpoint; False, with nothing written, if one with this number is there."""
