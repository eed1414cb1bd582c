"""What the pages of keys, registers and upstream providers need to read of other packages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from idp.proofing.proof import JobPurpose


class Waiting(Struct, frozen=True):
    """How many verifications wait, and since when the oldest does."""

    count: int
    oldest_at: datetime


class WaitingJobs(Protocol):
    """Counts verifications that wait for a register."""

    async def waiting(self) -> Mapping[JobPurpose, Waiting]:
        """Return what waits by purpose; a purpose of which nothing waits is not there."""


class FeedPosition(Struct, frozen=True):
    """How far a feed has been applied, in the feed's own words, and when it is read on; a lease is a later time."""

    cursor: str
    reads_on_at: datetime


class FeedReader(Protocol):
    """Reads positions in feeds."""

    async def position(self, feed: str) -> FeedPosition | None:
        """Return how far a feed has been applied; None where it was never read."""
