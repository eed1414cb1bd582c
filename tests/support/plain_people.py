"""A town without people, and the use cases about them: for tests of what stands around them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from idp.accounts.people import AccountKey, Identifier, PeopleReader, PersonRecord
from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.admin.people import LOOK_LIFE, People, PeopleIndexes
from idp.admin.people_acts import PeopleActs
from idp.admin.people_ports import Look
from idp.app.people import NoticeTeller
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.secrets import HashKey
from idp.selfservice.drafts import DraftShelf
from idp.selfservice.messages import Messages
from idp.selfservice.notices import Notices
from idp.web.message_texts import email_text, sms_text
from tests.support.protocol_builders import HOUSE

INDEXES: Final = PeopleIndexes(*(HashKey(letter * 32) for letter in (b"n", b"p", b"e", b"s")))


class NoPeople:
    """Implements `idp.accounts.people.PeopleReader`: finds nobody."""

    async def with_value(self, kind: Identifier, index: bytes, limit: int) -> Sequence[AccountKey]:
        """Return nobody."""
        return ()

    async def with_account_id(self, account_id: str) -> AccountKey | None:
        """Return nobody."""
        return None

    async def record(self, key: AccountKey, now: datetime) -> PersonRecord | None:
        """Return nobody."""
        return None


def people_of(reader: PeopleReader, ledger: Ledger, clock: Clock) -> PeopleActs:
    """Return the use cases, composed as the provider does, with a store in memory for what is short-lived."""
    store = MemoryShortLivedStore(clock)
    looks = DraftShelf(store, HOUSE.sealer, "people-look", Look, LOOK_LIFE)
    notices = Notices(Messages(HOUSE.sealer, sms_text, email_text), HOUSE.sealer, HashKey(b"a" * 32))
    people = People(reader, looks, INDEXES, store, ledger, HOUSE.sealer, clock)
    return PeopleActs(people, NoticeTeller(notices), ledger, HOUSE.sealer, clock)
