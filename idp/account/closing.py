"""Closing one's account: it ends everywhere at once, and what the law does not keep is erased a month later."""

from datetime import datetime, timedelta

from msgspec import Struct

from idp.account.closing_effects import (
    ERASE_AFTER,
    BeginErasure,
    ClosedAccountIds,
    ClosedAccounts,
    EraseAccount,
    ScheduleErasure,
)
from idp.account.model import PROFILE_PLACE, Account, AccountStatus, SetAccountStatus
from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices, Reachable
from idp.account.portal_news import PortalNews
from idp.audit.model import EventName, Origin, RecordEvent
from idp.delegation.effects import HoldSide
from idp.delegation.mandates.ends import MandateEnds
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import EventId, SessionId, new_id
from idp.kernel.secrets import Sealer
from idp.protocol.tokens.security_events import ACCOUNT_PURGED
from idp.recovery.model import EndTrust
from idp.sessions.model import SessionView
from idp.sessions.policy import TELL_FOR

REASON = "closed_by_owner"
_NO_CLAIMS = b"{}"


class Closing(Struct, frozen=True):
    """Closes accounts for their owners, who have just shown two factors."""

    ledger: Ledger
    notices: Notices
    news: PortalNews
    mandates: MandateEnds
    sealer: Sealer
    clock: Clock
    closed: ClosedAccounts
    erase_after: timedelta = ERASE_AFTER

    async def close(self, view: SessionView, origin: Origin) -> bool:
        """Close; False if the account is no longer open.

        At once nobody signs in, sessions and grants end, portals are told, mandates rest. It is erased when the wait
        is over: until then a recovery opens it again, by whatever was a factor before, for it may have been a thief
        who closed it.
        """
        now, account = self.clock.now(), view.account
        owner = Reachable.of(view)
        return await self.ledger.commit(
            HoldSide(person_id=account.person_id, account_id=account.id),
            *await self.mandates.resting(account.person_id, now, origin),
            _closed(account, REASON, now),
            ScheduleErasure(account_id=account.id, person_id=account.person_id, erase_at=now + self.erase_after),
            EndTrust(person_id=account.person_id, account_id=account.id, at=now, reason=REASON),
            _event(account, REASON, origin, now, view.session.id),
            *self.notices.tell(owner, NoticeKind.ACCOUNT_CLOSED, now),
        )

    async def erase_due(self, limit: int) -> int:
        """Erase what was closed long enough ago; return how many accounts that were.

        The person stays, with the number sealed: who proves to be them at the register opens a new account with the
        same pairwise subjects (docs/architecture.md).
        """
        now = self.clock.now()
        return sum([await self._erase(ids, now) for ids in await self.closed.due_for_erasure(now, limit)])

    async def _erase(self, ids: ClosedAccountIds, now: datetime) -> bool:
        origin, nothing = Origin(new_id()), self.sealer.seal(_NO_CLAIMS, PROFILE_PLACE.of(ids.person_id))
        return await self.ledger.commit(
            BeginErasure(account_id=ids.account_id, person_id=ids.person_id, now=now),
            *await self.mandates.leaving(ids.person_id, REASON, now, origin),
            EraseAccount(
                account_id=ids.account_id, person_id=ids.person_id, profile_sealed=nothing, at=now, reason=REASON
            ),
            *await self.news.tell(ids.person_id, ACCOUNT_PURGED, now),
        )

    async def effects(self, account: Account, reason: str, origin: Origin, now: datetime) -> tuple[Effect, ...]:
        """Return what closes and erases an account as it was read; too late if its status has changed since."""
        nothing = self.sealer.seal(_NO_CLAIMS, PROFILE_PLACE.of(account.person_id))
        return (
            # Mandates before sessions: the order of locks (docs/architecture.md).
            HoldSide(person_id=account.person_id, account_id=account.id),
            *await self.mandates.leaving(account.person_id, reason, now, origin),
            _closed(account, reason, now),
            EraseAccount(
                account_id=account.id, person_id=account.person_id, profile_sealed=nothing, at=now, reason=reason
            ),
            *await self.news.tell(account.person_id, ACCOUNT_PURGED, now),
            _event(account, reason, origin, now, None),
        )


def _closed(account: Account, reason: str, now: datetime) -> SetAccountStatus:
    return SetAccountStatus(
        account_id=account.id,
        person_id=account.person_id,
        before=account.status,
        status=AccountStatus.CLOSED,
        at=now,
        reason=reason,
        gives_up_at=now + TELL_FOR,
    )


def _event(account: Account, reason: str, origin: Origin, now: datetime, session_id: SessionId | None) -> RecordEvent:
    return RecordEvent(
        id=EventId(new_id()),
        name=EventName.ACCOUNT_CLOSED,
        at=now,
        origin=origin,
        person_id=account.person_id,
        session_id=session_id,
        reason=reason,
    )
