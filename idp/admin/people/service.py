"""Use cases: an administrator of the country finds one person, for a purpose that the person reads, and acts.

There is no list and no address of a person: what was found is seen through a lookup, which is one session's and short.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from idp.account.people import AccountKey, Identifier, PeopleReader, PersonRecord
from idp.admin.actor import Actor
from idp.admin.errors import NotFoundError, TooManyError
from idp.admin.people.commands import LookupCommand, Sought, Why, read_lookup
from idp.admin.people.ports import Lookup, LookupStore
from idp.admin.people.rules import PersonShown, may_be_shown, shown
from idp.admin.permissions import Permission
from idp.audit.model import EventName, RecordEvent
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import AccountId
from idp.kernel.secrets import HashKey, Sealer
from idp.kernel.shortlived import ShortLivedStore
from records.structs import Unprinted, replace

LOOKUP_LIFE = timedelta(minutes=15)
# A busy desk helps somebody every three minutes; whoever needs more is looking for something else.
MOST_LOOKUPS, LOOKUPS_WINDOW = 20, timedelta(hours=1)
# A family shares a phone. What more accounts share tells nobody apart: then the number must be asked for.
MOST_SHARING = 3


class PeopleIndexes(Unprinted, Struct, frozen=True):
    """The keys of what is looked for: the three blind indexes, and one that only the audit log has."""

    number: HashKey
    phone: HashKey
    email: HashKey
    sought: HashKey

    def of(self, kind: Identifier, value: str) -> bytes:
        """Return the blind index of a value."""
        keys = {"number": self.number, "phone": self.phone, "email": self.email}
        return keys[kind].digest(value)

    def reported(self, sought: Sought) -> str:
        """Return what the log keeps of a value: the same for the same value, and nothing that leads to it."""
        return self.sought.digest(f"{sought.by}\0{sought.value}").hex()[:32]


class Seen(Unprinted, Struct, frozen=True):
    """A look as it is now, with those whom it shows."""

    name: str
    lookup: Lookup
    people: Sequence[PersonShown]


class People(Struct, frozen=True):
    """Finds people, one by one."""

    reader: PeopleReader
    lookups: LookupStore
    indexes: PeopleIndexes
    store: ShortLivedStore
    ledger: Ledger
    sealer: Sealer
    clock: Clock

    async def find(self, actor: Actor, command: LookupCommand) -> Seen:
        """Look for somebody by one exact value; the look shows nobody where there is nobody, or nobody to be shown.

        Raises `TooManyError` after too many in an hour. What was found is recorded, durably, before it is returned.
        """
        actor.demand(Permission.PEOPLE_FIND, ())
        sought, why = read_lookup(command)
        if await self.store.count(f"people-looks:{actor.account_id}", LOOKUPS_WINDOW) > MOST_LOOKUPS:
            raise TooManyError(LOOKUPS_WINDOW)
        now = self.clock.now()
        records = await self._sought(sought, now)
        lookup = Lookup(tuple(_key(one) for one in records), why.purpose, why.case, now + LOOKUP_LIFE)
        details = {"by": sought.by.value, "case": why.case, "sought": self.indexes.reported(sought)}
        await self.ledger.commit(*_events(actor, why, records, details, now))
        name = await self.lookups.start(lookup, _place(actor))
        return Seen(name, lookup, self._shown(records, now))

    async def see(self, actor: Actor, name: str) -> Seen:
        """Return a lookup with the people as they are now. Raises `NotFoundError` for one that is over or another's."""
        actor.demand(Permission.PEOPLE_FIND, ())
        lookup, records = await self.of_lookup(actor, name)
        return Seen(name, lookup, self._shown(records, self.clock.now()))

    async def choose(self, actor: Actor, name: str, account_id: AccountId) -> str:
        """Return a lookup at one of several whom a lookup found; it ends when that ends."""
        actor.demand(Permission.PEOPLE_FIND, ())
        lookup, records = await self.of_lookup(actor, name)
        chosen = tuple(_key(one) for one in records if one.account.id == account_id)
        if not chosen:
            raise NotFoundError("the look did not find this account")
        return await self.lookups.start(replace(lookup, keys=chosen), _place(actor))

    async def of_lookup(self, actor: Actor, name: str) -> tuple[Lookup, Sequence[PersonRecord]]:
        """Return a lookup and the accounts that it found, as they are now."""
        lookup, now = await self.lookups.load(name, _place(actor)), self.clock.now()
        if lookup is None or lookup.ends_at <= now:
            raise NotFoundError("no such look, or it is over")
        return lookup, await self._records(lookup.keys, now)

    async def _sought(self, sought: Sought, now: datetime) -> Sequence[PersonRecord]:
        kind = sought.identifier
        if kind is None:
            key = await self.reader.with_account_id(AccountId(sought.value))
            return await self._records((key,) if key else (), now)
        index = self.indexes.of(kind, sought.value)
        keys = await self.reader.with_value(kind, index, MOST_SHARING + 1)
        return await self._records(keys if len(keys) <= MOST_SHARING else (), now)

    async def _records(self, keys: Sequence[AccountKey], now: datetime) -> Sequence[PersonRecord]:
        found = [await self.reader.record(key, now) for key in keys]
        return [one for one in found if one is not None and may_be_shown(one)]

    def _shown(self, records: Sequence[PersonRecord], now: datetime) -> Sequence[PersonShown]:
        return [shown(one, self.sealer, now) for one in records]


def _events(
    actor: Actor, why: Why, records: Sequence[PersonRecord], details: dict[str, str], now: datetime
) -> list[RecordEvent]:
    """Return one event for each person who is shown, which they read; for a lookup that shows nobody, one of nobody."""
    if not records:
        return [actor.event(EventName.PERSON_NOT_FOUND, now, reason=why.purpose.value, details=details)]
    return [
        actor.event(
            EventName.PERSON_FOUND,
            now,
            reason=why.purpose.value,
            person_id=one.account.person_id,
            details=details,
        )
        for one in records
    ]


def _key(record: PersonRecord) -> AccountKey:
    return AccountKey(record.account.person_id, record.account.id)


def _place(actor: Actor) -> str:
    return f"{actor.account_id}:{actor.session_id}"
