"""One's own activity, read from the audit log a page at a time."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from idp.audit.model import EventName, RecordEvent
from idp.kernel.ids import ID_LENGTH, EventId, PersonId
from idp.kernel.secrets import HashKey, Secret

PAGE_LENGTH = 25

# Administrators act on clients, agencies and settings; only these of their acts are about somebody.
_OF_PEOPLE = ("admin:administrator:", "admin:console:", "admin:person:")
# Acts of operators on things that are nobody's: no person will ever read of them.
_OF_NOBODY = (name for name in EventName if name.startswith("admin:") and not name.startswith(_OF_PEOPLE))
NEVER_OF_A_PERSON = frozenset(_OF_NOBODY) | {
    EventName.ACCOUNT_FORGOTTEN,
    EventName.ACCOUNTS_IMPORTED,
    EventName.HASHES_WRAPPED,
    EventName.GENERATION_BEGUN,
    EventName.GENERATION_RETIRED,
    EventName.MASTER_KEY_EXCHANGED,
    EventName.CLIENT_CHANGED,
    EventName.CLIENT_SELF_REGISTERED,
    EventName.CLIENT_SELF_CHANGED,
    EventName.CLIENT_SELF_DELETED,
    EventName.REGISTRATION_REFUSED,
    EventName.KEY_ROTATED,
    EventName.KEY_RETIRED,
    EventName.SCHEMA_MIGRATED,
    EventName.ISSUER_CHANGED,
}


def shown_as(name: EventName) -> str:
    """Return the word under which the catalogues have the text of an event."""
    return name.name.lower()


class ActivityReader(Protocol):
    """Reads the events of one person."""

    async def activity_of(self, person_id: PersonId, before_id: str, limit: int) -> Sequence[RecordEvent]:
        """Return up to `limit` events older than `before_id` ("" for the newest), newest first."""


class ActivityPage(Struct, frozen=True):
    """Some events, and the token of the page that follows; None on the last."""

    events: Sequence[RecordEvent]
    older: str | None


class Activity(Struct, frozen=True):
    """Pages through a person's events. A page token is ours and this person's, or it is none."""

    reader: ActivityReader
    key: HashKey

    async def page(self, person_id: PersonId, token: str | None) -> ActivityPage:
        """Return the page that a token names; the first one without a token or with one that is not good."""
        before = self._read(person_id, token) or ""
        found = await self.reader.activity_of(person_id, before, PAGE_LENGTH + 1)
        shown = found[:PAGE_LENGTH]
        return ActivityPage(shown, self._token(person_id, shown[-1].id) if len(found) > PAGE_LENGTH else None)

    def _token(self, person_id: PersonId, event_id: EventId) -> str:
        return event_id + self.key.digest(f"{person_id}|{event_id}").hex()

    def _read(self, person_id: PersonId, token: str | None) -> EventId | None:
        if token is None:
            return None
        event_id = EventId(token[:ID_LENGTH])
        return event_id if Secret(token) == Secret(self._token(person_id, event_id)) else None
