""" "This was not me": locks an account at once, by the code of a notice or from a session, and leads into recovery."""

from dataclasses import dataclass
from datetime import datetime

from idp.accounts.model import AccountStatus, SetAccountStatus
from idp.accounts.notices import NoticeKind, UseAlarm
from idp.accounts.ports import AccountReader
from idp.accounts.recovery import NOT_ME, CancelRecoveries, EndTrust, HoldRecoveries
from idp.accounts.recovery_ports import NoticeReader, RecoveryReader
from idp.audit.model import EventName, Origin
from idp.authentication.networks import network_admits
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import new_id
from idp.kernel.secrets import HashKey
from idp.kernel.shortlived import ShortLivedStore
from idp.national.limits import STANDARD, Limit, LimitReader
from idp.selfservice.notices import Notices, Reachable
from idp.selfservice.recovery_events import recovery_event
from idp.selfservice.recovery_references import canonical_code
from idp.sessions.model import SessionView
from idp.sessions.policy import TELL_FOR

# Codes of 49 bits are not guessed; this keeps a flood of tries off the store.


@dataclass(frozen=True, slots=True)
class NotMe:
    """Locks accounts for their owners."""

    accounts: AccountReader
    reader: NoticeReader
    recoveries: RecoveryReader
    notices: Notices
    ledger: Ledger
    store: ShortLivedStore
    alarm_hash: HashKey
    clock: Clock
    limits: LimitReader = STANDARD

    async def too_many(self, origin: Origin) -> bool:
        """Count a try of a network and say whether it has made too many."""
        most = self.limits.limit(Limit.NETWORK_ALARMS)
        return not await network_admits(self.store, "not-me", origin.address, most)

    async def report(self, entered: str, origin: Origin) -> bool:
        """Use a notice's code; False if it is wrong, was used or has expired, which all look the same."""
        code_hash, now = self.alarm_hash.digest(canonical_code(entered)), self.clock.now()
        alarm = await self.reader.alarm(code_hash, now)
        if alarm is None:
            return False
        return await self._lock(alarm.person_id, alarm.account_id, origin, now, (UseAlarm(code_hash, now),))

    async def report_from(self, view: SessionView, origin: Origin) -> bool:
        """Do the same for a signed-in person who does not recognise something on their own pages."""
        return await self._lock(view.account.person_id, view.account.id, origin, self.clock.now(), ())

    async def cancel_recovery(self, view: SessionView, origin: Origin) -> bool:
        """End the recovery that somebody waits for, without locking; False if there was none."""
        account, now = view.account, self.clock.now()
        if await self.recoveries.open_of(account.person_id, account.id, now) is None:
            return False
        owner = Reachable(account, view.phone_sealed, view.email_sealed)
        return await self.ledger.commit(
            HoldRecoveries(account.person_id, account.id),
            CancelRecoveries(account.person_id, account.id, now),
            recovery_event(EventName.RECOVERY_CANCELLED, account.person_id, origin, now, "owner"),
            *self.notices.tell(owner, NoticeKind.RECOVERY_CANCELLED, now),
        )

    async def _lock(
        self, person_id: str, account_id: str, origin: Origin, now: datetime, used: tuple[Effect, ...]
    ) -> bool:
        record = await self.accounts.by_id(person_id, account_id)
        if record is None:
            return False
        account = record.account
        # A closed account stays closed: nothing of it can be used, and its owner registers anew.
        closed = account.status is AccountStatus.CLOSED
        status = AccountStatus.CLOSED if closed else AccountStatus.LOCKED
        return await self.ledger.commit(
            *used,
            HoldRecoveries(person_id, account_id),
            SetAccountStatus(account_id, person_id, account.status, status, now, NOT_ME, now + TELL_FOR),
            EndTrust(person_id, account_id, now, NOT_ME),
            CancelRecoveries(person_id, account_id, now, new_id()),
            recovery_event(EventName.ACCOUNT_REPORTED, person_id, origin, now, NOT_ME),
            *self.notices.tell(
                Reachable(account, record.phone_sealed, record.email_sealed), NoticeKind.ACCOUNT_LOCKED, now
            ),
        )
