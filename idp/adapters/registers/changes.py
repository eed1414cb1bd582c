"""What is kept of a row of the register's feed, whichever way it was written down.

vietnam.md 7.2 names how the feed is asked (TuNgay, DenNgay, Loai, Trang, SoBanGhi), not how it answers: the names of
the answer's fields and kinds are ours until an agreement with the register settles them, and stand only here.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from clients.local_days import VIETNAM
from idp.adapters.registers.feed_cursor import PAGE_SIZE, FeedCursor
from idp.adapters.registers.records import read_name
from idp.proofing.registers.feed import ChangeKind, FeedPage, RegisterChange
from idp.proofing.registers.ports import Garbled
from idp.proofing.values.errors import InvalidPersonalNumberError
from idp.proofing.values.personal_numbers import PersonalNumber

WANTED = frozenset(
    {"MaThayDoi", "Loai", "ThoiDiem", "SoDinhDanh", "SoDinhDanhMoi", "HoVaTen/Ho", "HoVaTen/ChuDem", "HoVaTen/Ten"}
)
KINDS: Mapping[str, ChangeKind] = {
    "THAY_SO": ChangeKind.NUMBER_REPLACED,
    "CAI_CHINH_HO_TEN": ChangeKind.NAME_CHANGED,
    "KHAI_TU": ChangeKind.DIED,
}
ASKED_KINDS = ",".join(KINDS)


def read_page(rows: Iterable[Mapping[str, str]], cursor: FeedCursor, now: datetime) -> FeedPage | Garbled:
    """Return the changes that the cursor has not handed on yet; one unreadable row stops the page, none is lost."""
    listed = list(rows)
    if len(listed) > PAGE_SIZE:
        return Garbled("several_pages")
    try:
        read = [_change(row) for row in listed[cursor.unseen_of(len(listed)) :]]
    except ValueError:
        return Garbled("unreadable_change")
    changes = tuple(change for change in read if change is not None)
    return FeedPage(changes, str(cursor.after(len(listed), now)), more=len(listed) == PAGE_SIZE)


def _change(row: Mapping[str, str]) -> RegisterChange | None:
    """Return a change, or None for one that cannot concern an account; ValueError if that cannot be told."""
    kind, number = KINDS.get(row.get("Loai", "")), _number(row.get("SoDinhDanh", ""))
    if kind is None or number is None:
        return None
    new_number = _number(row.get("SoDinhDanhMoi", "")) if kind is ChangeKind.NUMBER_REPLACED else None
    new_name = read_name(row) if kind is ChangeKind.NAME_CHANGED else None
    named = row.get("MaThayDoi", "")
    if not named or (kind is ChangeKind.NUMBER_REPLACED and new_number is None) or new_name == "":
        raise ValueError("a change without its id or without what is new")
    return RegisterChange(named, kind, number, _moment(row.get("ThoiDiem", "")), new_number, new_name)


def _number(text: str) -> PersonalNumber | None:
    """Return a personal number; an older card's is none, and nobody signs in by it."""
    try:
        return PersonalNumber(text)
    except InvalidPersonalNumberError:
        return None


def _moment(text: str) -> datetime:
    """Return a moment written as yyyyMMddHHmmss or as ISO 8601; Vietnam's time unless it says else."""
    written = f"{text[:8]}T{text[8:]}" if len(text) == 14 and text.isdecimal() else text
    moment = datetime.fromisoformat(written)
    return (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).astimezone(UTC)
