"""Where the log is read and written."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from idp.audit.entries import Entry
from idp.audit.merkle import Subtree
from idp.audit.model import RecordEvent
from idp.kernel.ids import EventId
from idp.transparency.model import LogEntry, Position, StoredHead


class FoundEvent(Struct, frozen=True):
    """An event as the audit log holds it now; `event` is None where the row is none that the provider writes."""

    entry: Entry
    event: RecordEvent | None


class PublishedEvents(Protocol):
    """The events of the audit log whose names are published."""

    async def between(self, after_id: str, to_id: str) -> Sequence[FoundEvent]:
        """Return those with after_id < id <= to_id, in the order of ids."""

    async def one(self, event_id: EventId) -> FoundEvent | None:
        """Return one; None for an event of another name."""


class TransparencyLog(Protocol):
    """The stored log: entries, the hashes of all complete subtrees over them, signed heads."""

    async def position(self) -> Position:
        """Return how far it came."""

    async def known(self, keys: Sequence[str]) -> frozenset[str]:
        """Return which of these keys entries have."""

    async def hashes(self, subtrees: Sequence[Subtree]) -> Mapping[Subtree, bytes]:
        """Return the hashes of subtrees, as far as they are there. One round trip."""

    async def append(
        self, before: Position, after: Position, entries: Sequence[LogEntry], nodes: Mapping[Subtree, bytes]
    ) -> bool:
        """Append entries from index `before.entries` on; False, with nothing written, if the log stands elsewhere."""

    async def leaves(self, start: int, end: int) -> Sequence[tuple[int, bytes]]:
        """Return the leaves with start <= index < end with their indices, in order; what is gone is left out."""

    async def heads(self, limit: int) -> Sequence[StoredHead]:
        """Return the newest signed heads, newest first."""

    async def add_head(self, head: StoredHead) -> bool:
        """Append a signed head; False, with nothing written, if one with this number is there."""
