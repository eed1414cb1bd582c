"""The events of one checkpoint, as they were sealed, compared with what the log holds now."""

from collections.abc import Mapping, Sequence

from idp.audit.entries import Entry, SealedEntry
from idp.audit.findings import Finding, FindingKind, Place
from idp.audit.merkle import MerkleTree
from idp.kernel.ids import EventId


class RangeComparison:
    """Sees what the log holds in any order; then says what is gone, edited, added or moved.

    `late` are the events that any checkpoint sealed as late, with their marks; what has a lower id than
    `forgettable_before` may have been forgotten with its person.
    """

    def __init__(
        self, place: Place, sealed: Sequence[SealedEntry], late: Mapping[EventId, bytes], forgettable_before: str
    ) -> None:
        self._place = place
        self._sealed = {entry.id: entry.mark for entry in sealed}
        self._ids_of = {entry.mark: entry.id for entry in sealed}
        self._late = late
        self._forgettable_before = forgettable_before
        self._intact: dict[EventId, bytes] = {}
        self._changed: dict[EventId, Entry] = {}
        self._without_place: list[Entry] = []

    def see(self, entry: Entry) -> Finding | None:
        """Compare one event of the log; return what can be said of it already."""
        mark = self._sealed.get(entry.id)
        if mark == entry.mark:
            self._intact[entry.id] = entry.digest
        elif mark is not None:
            self._changed[entry.id] = entry
        elif entry.id in self._late:
            # If it was edited since, the checkpoint that sealed it as late tells so.
            return self._finding(FindingKind.EVENT_LATE, entry.id) if self._late[entry.id] == entry.mark else None
        # Only what looks like something that was sealed must wait: however many were added, few are held.
        elif entry.mark in self._ids_of and len(self._without_place) < len(self._sealed):
            self._without_place.append(entry)
        else:
            return self._finding(FindingKind.EVENT_ADDED, entry.id)
        return None

    def close(self) -> list[Finding]:
        """Return what else there is to say, now that everything was seen."""
        findings = [self._of_changed(entry) for entry in self._changed.values()]
        moved_away: set[EventId] = set()
        for entry in self._without_place:
            origin = self._ids_of[entry.mark]
            if origin in self._intact or origin in moved_away:
                findings.append(self._finding(FindingKind.EVENT_ADDED, entry.id))
            else:
                moved_away.add(origin)
                findings.append(self._finding(FindingKind.EVENT_MOVED, entry.id, origin))
        gone = self._sealed.keys() - self._intact.keys() - self._changed.keys() - moved_away
        forgotten = {one for one in gone if one < self._forgettable_before}
        findings += [self._finding(FindingKind.EVENT_REMOVED, one) for one in gone - forgotten]
        if forgotten:
            findings.append(Finding(FindingKind.EVENTS_FORGOTTEN, self._place, detail=str(len(forgotten))))
        return sorted(findings, key=lambda finding: finding.event_id)

    def root(self) -> str | None:
        """Return the root of the tree over the sealed events; None unless every one was seen as it was sealed."""
        if len(self._intact) != len(self._sealed):
            return None
        tree = MerkleTree()
        for id_ in self._sealed:
            tree.add(Entry(id_, self._intact[id_]).leaf)
        return tree.root().hex()

    def _of_changed(self, entry: Entry) -> Finding:
        origin = self._ids_of.get(entry.mark)
        # A copy of an event that still stands where it was sealed is an edit like any other.
        if origin is None or origin in self._intact:
            return self._finding(FindingKind.EVENT_EDITED, entry.id)
        return self._finding(FindingKind.EVENT_MOVED, entry.id, origin)

    def _finding(self, kind: FindingKind, event_id: EventId, other_id: EventId = EventId("")) -> Finding:
        return Finding(kind, self._place, event_id, other_id)
