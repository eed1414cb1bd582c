"""Accounts that were proved by data alone, before evidence was required: matched from the operator's day on."""

from datetime import datetime

from msgspec import Struct

from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices, Reachable
from idp.account.ports import AccountReader
from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import AccountId, EventId, PersonId, new_id
from idp.proofing.proof import LowerToMatched
from idp.proofing.proof_ports import Identities

REASON = "no_evidence"


class EvidenceDue(Struct, frozen=True):
    """Lowers them, each with a notice. Any number of processes may do this: each account is claimed by one."""

    identities: Identities
    accounts: AccountReader
    ledger: Ledger
    notices: Notices
    # None: no day is set yet, and nothing changes.
    required_from: datetime | None
    clock: Clock

    async def lower(self, limit: int) -> int:
        """Lower up to `limit` accounts and return how many were found; fewer than `limit` were all there are."""
        now = self.clock.now()
        if self.required_from is None or now < self.required_from:
            return 0
        found = await self.identities.proved_by_data_alone(limit)
        for person_id, account_id in found:
            await self._lower(person_id, account_id, now)
        return len(found)

    async def _lower(self, person_id: PersonId, account_id: AccountId, now: datetime) -> None:
        record = await self.accounts.by_id(person_id, account_id)
        if record is None:
            return
        owner = Reachable.of(record)
        event = RecordEvent(
            id=EventId(new_id()),
            name=EventName.IDENTITY_NOT_PROVED,
            at=now,
            origin=Origin(new_id()),
            person_id=person_id,
            reason=REASON,
        )
        reported = self.notices.tell(owner, NoticeKind.IDENTITY_MATCHED, now)
        await self.ledger.commit(LowerToMatched(person_id=person_id, account_id=account_id), event, *reported)
