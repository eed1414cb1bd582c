"""What a verification of the audit log finds."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from idp.kernel.ids import EventId, made_at


class FindingKind(StrEnum):
    """What was found. Only those of `NOTES` leave the log proved."""

    EVENT_REMOVED = "event_removed"
    EVENT_EDITED = "event_edited"
    EVENT_ADDED = "event_added"
    EVENT_MOVED = "event_moved"
    # Nothing single shows, and yet the tree has another root.
    EVENTS_DIFFER = "events_differ"
    LISTING_CHANGED = "listing_changed"
    CHECKPOINT_MISSING = "checkpoint_missing"
    CHECKPOINT_FORGED = "checkpoint_forged"
    CHAIN_BROKEN = "chain_broken"
    CHAIN_TRUNCATED = "chain_truncated"
    NEVER_SEALED = "never_sealed"
    KEY_WITHDRAWN = "key_withdrawn"
    EVENT_LATE = "event_late"
    EVENTS_FORGOTTEN = "events_forgotten"
    EVENTS_UNSEALED = "events_unsealed"
    SEALING_OVERDUE = "sealing_overdue"
    SEALING_PAUSED = "sealing_paused"


NOTES = frozenset(
    {
        FindingKind.EVENT_LATE,
        FindingKind.EVENTS_FORGOTTEN,
        FindingKind.EVENTS_UNSEALED,
        FindingKind.SEALING_OVERDUE,
        FindingKind.SEALING_PAUSED,
    }
)


class Place(Struct, frozen=True):
    """Which checkpoint, and the ids between which its events lie."""

    number: int
    after_id: str = ""
    to_id: str = ""

    @property
    def since(self) -> datetime | None:
        """Return from when on; None for the beginning of the log."""
        return made_at(self.after_id)

    @property
    def until(self) -> datetime | None:
        """Return until when; None where it is not known."""
        return made_at(self.to_id)


class Finding(Struct, frozen=True):
    """One thing that was found, and where. `other_id` is the id that a moved event was sealed under."""

    kind: FindingKind
    place: Place
    event_id: EventId = EventId("")
    other_id: EventId = EventId("")
    detail: str = ""

    @property
    def serious(self) -> bool:
        """Say whether the log is not what was sealed."""
        return self.kind not in NOTES

    @property
    def event_at(self) -> datetime | None:
        """Return when the event was made, as its id says."""
        return made_at(self.event_id)
