"""Tells portals about sessions that expired, as about those that somebody ended (Back-Channel Logout 1.0)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.sessions.shared_computers import IdleSession, ending

REASON = "expired"
# A session that another server's clock still calls live may be renewed until its last instant.
_MARGIN = timedelta(seconds=10)
# What ran out while no worker was there for longer is not told any more: portals' own sessions have ended.
_REPORTED_WITHIN = timedelta(days=1)


class ExpiredSession(IdleSession, frozen=True):
    """A session by its ids, and when it ran out."""

    expired_at: datetime


class ExpiredSessionReader(Protocol):
    """Finds sessions that ran out and that nobody ended."""

    async def expired(self, since: datetime, before: datetime, limit: int) -> Sequence[ExpiredSession]:
        """Return up to `limit` of them that ran out from `since` on and before an instant, the oldest first."""


class ExpiredSessions:
    """Ends them and tells their portals. Any number of processes may do this: each session is claimed by one.

    It remembers how far it has come, so that a look reads what ran out since the last one and no more.
    """

    def __init__(self, reader: ExpiredSessionReader, ledger: Ledger, clock: Clock) -> None:
        """Begin a day ago."""
        self._reader = reader
        self._ledger = ledger
        self._clock = clock
        self._since = clock.now() - _REPORTED_WITHIN

    async def run(self, limit: int) -> int:
        """Look at up to `limit` sessions, end them and return how many were looked at."""
        now = self._clock.now()
        found = await self._reader.expired(self._since, now - _MARGIN, limit)
        for one in found:
            await self._ledger.commit(*ending(one, now, REASON))
        # Those of the last instant that did not fit are found again, and those that were ended are not.
        self._since = found[-1].expired_at if len(found) == limit else now - _MARGIN
        return len(found)
