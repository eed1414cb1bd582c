"""A change as people read it: member by member, what goes and what comes."""

from collections.abc import Iterator

import orjson
from msgspec import Struct

from clients.document import Document
from idp.admin.changes.model import Change, ObjectKind


class MemberDifference(Struct, frozen=True):
    """One member of a document: the texts that only the one before has, and those that only the one after has."""

    member: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


def differences_of(change: Change) -> tuple[MemberDifference, ...]:
    """Return what a change changes."""
    if change.object_kind is ObjectKind.AGENCY:
        return differences(_shown(change.before), _shown(change.after))
    if change.object_kind is not ObjectKind.CLIENT:
        return differences(flattened(change.before), flattened(change.after))
    return differences(change.before, change.after)


def _shown(document: Document) -> Document:
    """Return who stands and holds what, and from which day: the rest of the document is for undoing."""
    shown = {"agencies", "day", "officer_agencies"}
    return {name: value for name, value in flattened(document).items() if name.partition(".")[0] in shown}


def flattened(document: Document) -> Document:
    """Return a nested document by dotted members, so that each is told apart; entries of lists by their ids."""
    return dict(_leaves("", document))


def _leaves(member: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _leaves(f"{member}.{name}" if member else str(name), one)
    elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        for place, one in enumerate(value):
            yield from _leaves(f"{member}[{one.get('id', place)}]", one)
    else:
        yield member, value


def differences(before: Document, after: Document) -> tuple[MemberDifference, ...]:
    """Return what differs, by the names of the members; of lists and scopes the items that differ."""
    return tuple(_differing(before, after))


def _differing(before: Document, after: Document) -> Iterator[MemberDifference]:
    for member in sorted(before.keys() | after.keys()):
        old, new = _items(member, before.get(member)), _items(member, after.get(member))
        if old != new:
            removed = tuple(item for item in old if item not in new)
            added = tuple(item for item in new if item not in old)
            # The same items in another order: both are shown whole, so that there is something to see.
            yield MemberDifference(member, removed, added) if removed or added else MemberDifference(member, old, new)


def _items(member: str, value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if member == "scope" and isinstance(value, str):
        return tuple(value.split(" "))
    if isinstance(value, list):
        return tuple(_text(item) for item in value)
    if isinstance(value, dict):
        return tuple(f"{name}: {_text(item)}" for name, item in sorted(value.items()))
    return (_text(value),)


def _text(value: object) -> str:
    return value if isinstance(value, str) else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
