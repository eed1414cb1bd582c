"""Phones that nobody confirmed for long: their people are asked a month before they stop counting."""

from datetime import datetime

from msgspec import Struct

from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices, Reachable
from idp.account.ports import AccountReader
from idp.factors.contacts.phone_ages import AskPhone, DuePhone, PhoneAgeReader, due_before
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger


class PhonesDue(Struct, frozen=True):
    """Asks for them. Any number of processes may do this: each phone is claimed by one."""

    ages: PhoneAgeReader
    accounts: AccountReader
    ledger: Ledger
    notices: Notices
    clock: Clock

    async def ask(self, limit: int) -> int:
        """Ask for up to `limit` phones and return how many were found."""
        now = self.clock.now()
        found = await self.ages.due(due_before(now), limit)
        for phone in found:
            await self._ask(phone, now)
        return len(found)

    async def _ask(self, phone: DuePhone, now: datetime) -> None:
        record = await self.accounts.by_id(phone.person_id, phone.account_id)
        reported = () if record is None else self.notices.remind(Reachable.of(record), NoticeKind.PHONE_DUE, now)
        await self.ledger.commit(AskPhone(phone=phone, at=now), *reported)
