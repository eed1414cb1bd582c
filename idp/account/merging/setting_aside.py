"""Setting an account aside: another has its number, and what it holds waits for its owner to join the two."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from idp.account.merging.joining_model import SET_ASIDE, SetAccountAside
from idp.account.model import SignInRecord
from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices, Reachable
from idp.account.ports import AccountReader
from idp.audit.model import EventName, Origin, RecordEvent
from idp.delegation.effects import HoldSide
from idp.delegation.mandates.ends import MandateEnds
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import EventId, new_id
from idp.sessions.policy import TELL_FOR


class SettingAside(Struct, frozen=True):
    """Implements `idp.imports.service.AccountsAside`."""

    accounts: AccountReader
    ledger: Ledger
    notices: Notices
    mandates: MandateEnds

    async def set_aside(self, number_index: bytes, now: datetime) -> None:
        """Take the number from the account that it leads to; nothing where somebody has shown evidence meanwhile."""
        holder = await self.accounts.for_sign_in(number_index)
        if holder is not None:
            await self.ledger.commit(*await self.effects(holder, Origin(new_id()), now))

    async def effects(self, holder: SignInRecord, origin: Origin, now: datetime) -> tuple[Effect, ...]:
        """Return what sets an account aside and tells its owner on every contact."""
        account = holder.account
        resting: Sequence[Effect] = await self.mandates.resting(account.person_id, now, origin)
        return (
            HoldSide(person_id=account.person_id, account_id=account.id),
            *resting,
            SetAccountAside(person_id=account.person_id, account_id=account.id, at=now, gives_up_at=now + TELL_FOR),
            RecordEvent(
                id=EventId(new_id()),
                name=EventName.ACCOUNT_LOCKED,
                at=now,
                origin=origin,
                person_id=account.person_id,
                reason=SET_ASIDE,
            ),
            *self.notices.tell(Reachable.of(holder), NoticeKind.SET_ASIDE, now),
        )
