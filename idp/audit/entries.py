"""An event as it is sealed: its id and the digest of all else, and the list of a checkpoint's events."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

from msgspec import Struct

from idp.kernel.ids import EventId

# Every column of a stored event but its id, in the order that is hashed. Another column makes another form.
FORM: Final = 1
SEALED_COLUMNS: Final = (
    *("name", "at", "correlation_id", "address", "port"),
    *("person_id", "client_id", "session_id", "reason", "details"),
)
_LENGTH_BYTES, _ID_LENGTH_BYTES, MARK_BYTES = 8, 2, 8


class Entry(Struct, frozen=True):
    """An event as it is found in the log."""

    id: EventId
    digest: bytes

    @property
    def leaf(self) -> bytes:
        """Return what the tree takes of it."""
        return _text(self.id) + self.digest

    @property
    def mark(self) -> bytes:
        """Return the beginning of the digest, which the list of a checkpoint keeps: enough to tell what changed."""
        return self.digest[:MARK_BYTES]


class SealedEntry(Struct, frozen=True):
    """An event as a checkpoint lists it."""

    id: EventId
    mark: bytes


def digest_of(values: Sequence[object]) -> bytes:
    """Return the digest of the values of `SEALED_COLUMNS`, as they are stored, each with its kind and length.

    A tampered table may hold any kind of value, so every one has a form, and no two have the same.
    """
    content = sha256(b"idp audit event %d\x00" % FORM)
    for value in values:
        kind, data = _form_of(value)
        content.update(kind + len(data).to_bytes(_LENGTH_BYTES) + data)
    return content.digest()


def write_listing(entries: Iterable[Entry]) -> bytes:
    """Return the list of a checkpoint's events: for each the length of the id, the id, and its mark."""
    ids = ((_text(entry.id), entry.mark) for entry in entries)
    return b"".join(len(id_).to_bytes(_ID_LENGTH_BYTES) + id_ + mark for id_, mark in ids)


def read_listing(listing: bytes) -> list[SealedEntry] | None:
    """Return what `write_listing` wrote; None if it is damaged."""
    entries: list[SealedEntry] = []
    place = 0
    while place < len(listing):
        begin = place + _ID_LENGTH_BYTES
        end = begin + int.from_bytes(listing[place:begin])
        place = end + MARK_BYTES
        if place > len(listing):
            return None
        try:
            id_ = listing[begin:end].decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return None
        entries.append(SealedEntry(EventId(id_), listing[end:place]))
    return entries


def _form_of(value: object) -> tuple[bytes, bytes]:
    match value:
        case None:
            return b"n", b""
        case str():
            return b"t", _text(value)
        case int():
            return b"i", b"%d" % value
        case bytes():
            return b"b", value
        case _:
            return b"x", _text(repr(value))


def _text(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
