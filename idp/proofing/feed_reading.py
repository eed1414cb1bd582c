"""Reading the register's feed: one worker at a time, from where the last one stopped."""

from datetime import timedelta

from msgspec import Struct

from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.errors import IdpError, TemporarilyUnavailableError
from idp.kernel.ids import EventId, new_id
from idp.proofing.identity_changes import IdentityChanges
from idp.proofing.proof_ports import FeedPositions
from idp.proofing.registers.feed import ChangeFeed, FeedPage, RegisterChange

POPULATION_FEED = "population"
_DEADLINE = timedelta(seconds=20)
# Longer than a page takes to apply. A lease that runs out costs nothing: each change applies once.
_LEASE = timedelta(minutes=2)
_AFTER_TROUBLE = timedelta(minutes=1)


class RegisterFeed(Struct, frozen=True):
    """Applies what the feed reports."""

    feed: ChangeFeed
    positions: FeedPositions
    changes: IdentityChanges
    ledger: Ledger
    clock: Clock

    async def read_on(self, every: timedelta) -> bool:
        """Apply the next page and say whether another waits already; `every` is the pause between reads.

        False too when it is not time yet, another worker is reading, or the register does not answer.
        """
        now = self.clock.now()
        cursor = await self.positions.lease(POPULATION_FEED, now, now + _LEASE)
        if cursor is None:
            return False
        page = await self.feed.changes(cursor, request_id=new_id(), deadline=_DEADLINE)
        if not isinstance(page, FeedPage):
            await self.positions.advance(POPULATION_FEED, cursor, cursor, self.clock.now() + _AFTER_TROUBLE)
            return False
        for change in page.changes:
            await self._apply(change)
        wait = timedelta(0) if page.more else every
        await self.positions.advance(POPULATION_FEED, cursor, page.cursor, self.clock.now() + wait)
        return page.more

    async def _apply(self, change: RegisterChange) -> None:
        try:
            await self.changes.apply(change)
        except TemporarilyUnavailableError:
            # The store, not the change: the lease runs out and the page is read again.
            raise
        except IdpError as error:
            # One change that cannot be applied must not keep a death behind it from being heard.
            self.ledger.enqueue(_not_applied(change, error, self.clock))


def _not_applied(change: RegisterChange, error: IdpError, clock: Clock) -> RecordEvent:
    return RecordEvent(
        id=EventId(new_id()),
        name=EventName.CHANGE_NOT_APPLIED,
        at=clock.now(),
        origin=Origin(new_id()),
        reason=type(error).__name__,
        details={"register_change": change.id},
    )
