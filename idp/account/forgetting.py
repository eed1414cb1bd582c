"""Deletes what the law kept of a closed account when its time is over, as the page of closing says."""

from datetime import datetime, timedelta

from msgspec import Struct

from idp.account.closing_effects import ClosedAccountIds, ClosedAccounts, ForgetAccount
from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import EventId, new_id

# Five years, and both leap days that may lie in them: NĐ 69/2024 (what was released), NĐ 356/2025 Đ6 (consents, from
# their end, which is the closing at the latest). The page `account/close` names the same span.
KEPT_AFTER_CLOSING = timedelta(days=5 * 365 + 2)
_REASON = "kept_long_enough"


class Forgetting(Struct, frozen=True):
    """Forgets closed accounts. Any number of processes may do this: each account is claimed by one."""

    closed: ClosedAccounts
    ledger: Ledger
    clock: Clock

    async def forget_due(self, limit: int) -> int:
        """Forget up to `limit` accounts and return how many were found; fewer than `limit` were all there are."""
        now = self.clock.now()
        due = await self.closed.closed_before(now - KEPT_AFTER_CLOSING, limit)
        for account in due:
            await self._forget(account, now)
        return len(due)

    async def _forget(self, account: ClosedAccountIds, now: datetime) -> bool:
        # The event that stays says that something was deleted, and not whose it was.
        return await self.ledger.commit(
            ForgetAccount(
                account_id=account.account_id, person_id=account.person_id, closed_before=now - KEPT_AFTER_CLOSING
            ),
            RecordEvent(
                id=EventId(new_id()), name=EventName.ACCOUNT_FORGOTTEN, at=now, origin=Origin(new_id()), reason=_REASON
            ),
        )
