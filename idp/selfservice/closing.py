"""Closing one's account: it ends everywhere at once, and what the law does not keep is erased in the same commit."""

from dataclasses import dataclass
from datetime import datetime

from idp.accounts.closing import EraseAccount
from idp.accounts.mandate_effects import HoldSide
from idp.accounts.model import PROFILE_PLACE, Account, AccountStatus, SetAccountStatus
from idp.accounts.notices import NoticeKind
from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import new_id
from idp.kernel.secrets import Sealer
from idp.protocol.security_events import ACCOUNT_PURGED
from idp.selfservice.mandate_ends import MandateEnds
from idp.selfservice.notices import Notices, Reachable
from idp.selfservice.portal_news import PortalNews
from idp.sessions.model import SessionView
from idp.sessions.policy import TELL_FOR

REASON = "closed_by_owner"
_NO_CLAIMS = b"{}"


@dataclass(frozen=True, slots=True)
class Closing:
    """Closes accounts for their owners, who have just shown two factors."""

    ledger: Ledger
    notices: Notices
    news: PortalNews
    mandates: MandateEnds
    sealer: Sealer
    clock: Clock

    async def close(self, view: SessionView, origin: Origin) -> bool:
        """Close and erase; False if the account is no longer open.

        Sessions end, portals are told, grants and consents end. The person stays, with the number sealed: who proves
        to be them at the register opens a new account with the same pairwise subjects (architecture section 4).
        """
        now, account = self.clock.now(), view.account
        owner = Reachable(account, view.phone_sealed, view.email_sealed)
        return await self.ledger.commit(
            *await self.effects(account, REASON, origin, now, view.session.id),
            *self.notices.tell(owner, NoticeKind.ACCOUNT_CLOSED, now),
        )

    async def effects(
        self, account: Account, reason: str, origin: Origin, now: datetime, session_id: str | None = None
    ) -> tuple[Effect, ...]:
        """Return what closes and erases an account as it was read; too late if its status has changed since."""
        nothing = self.sealer.seal(_NO_CLAIMS, PROFILE_PLACE)
        return (
            # Mandates before sessions: the order of locks (docs/architecture.md).
            HoldSide(account.person_id, account.id),
            *await self.mandates.leaving(account.person_id, reason, now, origin),
            SetAccountStatus(
                account_id=account.id,
                person_id=account.person_id,
                before=account.status,
                status=AccountStatus.CLOSED,
                at=now,
                reason=reason,
                gives_up_at=now + TELL_FOR,
            ),
            EraseAccount(account.id, account.person_id, nothing, now, reason),
            *await self.news.tell(account.person_id, ACCOUNT_PURGED, now),
            RecordEvent(
                id=new_id(),
                name=EventName.ACCOUNT_CLOSED,
                at=now,
                origin=origin,
                person_id=account.person_id,
                session_id=session_id,
                reason=reason,
            ),
        )
