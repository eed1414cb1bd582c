"""Contacts that have waited take their place: claims, notices and codes follow the new one from then on."""

from datetime import datetime

from msgspec import Struct

from idp.account.contact_claims import with_contact
from idp.account.own_choices import ReplaceProfile
from idp.account.ports import AccountReader
from idp.audit.model import EventName, Origin, RecordEvent
from idp.factors.change_model import ChangeReader, ContactChange, RaiseEpoch, SettleContact
from idp.factors.model import ForgetTries
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import EventId, new_id
from idp.kernel.secrets import Sealer
from idp.sign_in.levels import SMS


class SettleContacts(Struct, frozen=True):
    """Settles what is due. Any number of processes may do this: each change is claimed by one."""

    changes: ChangeReader
    accounts: AccountReader
    ledger: Ledger
    sealer: Sealer
    clock: Clock

    async def run(self, limit: int) -> int:
        """Settle up to `limit` changes and return how many."""
        now = self.clock.now()
        return sum([await self._settle(change, now) for change in await self.changes.due(now, limit)])

    async def _settle(self, change: ContactChange, now: datetime) -> bool:
        record = await self.accounts.by_id(change.person_id, change.account_id)
        if record is None:
            return False
        new = change.contact.sealed if change.contact else None
        profile = with_contact(record.account.person_id, record.profile_sealed, change.kind, new, self.sealer, now)
        return await self.ledger.commit(
            RaiseEpoch(person_id=change.person_id, account_id=change.account_id),
            SettleContact(person_id=change.person_id, account_id=change.account_id, change_id=change.id, at=now),
            ReplaceProfile(person_id=change.person_id, profile_before=record.profile_sealed, profile_sealed=profile),
            *_forgotten(change),
            RecordEvent(
                id=EventId(new_id()),
                name=EventName.CONTACT_CHANGED if change.contact else EventName.CONTACT_REMOVED,
                at=now,
                origin=Origin(new_id()),
                person_id=change.person_id,
                details={"contact": change.kind},
            ),
        )


def _forgotten(change: ContactChange) -> tuple[Effect, ...]:
    # Wrong codes at the old phone say nothing of the new one.
    return (
        (ForgetTries(person_id=change.person_id, account_id=change.account_id, factor=SMS),)
        if change.kind == "phone"
        else ()
    )
