"""Reminders: while a recovery waits, the owner of the account is told again each day, on every channel."""

from hashlib import sha256

from msgspec import Struct

from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices, Reachable
from idp.account.ports import AccountReader
from idp.grants.model import ClaimOnce
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.recovery.model import Recovery
from idp.recovery.policy import RecoveryPolicy
from idp.recovery.ports import RecoveryReader

_AT_ONCE = 100


class RecoveryReminders(Struct, frozen=True):
    """Sends reminders. Any number of processes may do this: each reminder is claimed by one."""

    reader: RecoveryReader
    accounts: AccountReader
    notices: Notices
    ledger: Ledger
    policy: RecoveryPolicy
    clock: Clock

    async def send_due(self) -> int:
        """Send every reminder that is due and return how many were."""
        sent, after_id, now = 0, "", self.clock.now()
        while True:
            found = await self.reader.waiting(now - self.policy.remind_every, now, after_id, _AT_ONCE)
            for recovery in found:
                sent += await self._remind(recovery)
            if len(found) < _AT_ONCE:
                return sent
            after_id = found[-1].id

    async def _remind(self, recovery: Recovery) -> bool:
        now = self.clock.now()
        record = await self.accounts.by_id(recovery.person_id, recovery.account_id)
        if record is None or record.gone:
            return False
        day = (now - recovery.started_at) // self.policy.remind_every
        once = ClaimOnce(
            purpose="recovery_reminder",
            value_hash=sha256(f"{recovery.id}:{day}".encode()).digest(),
            expires_at=recovery.ends_at,
        )
        owner = Reachable.of(record)
        return await self.ledger.commit(once, *self.notices.tell(owner, NoticeKind.RECOVERY_STARTED, now))
