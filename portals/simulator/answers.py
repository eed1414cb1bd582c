"""What the population register answers, before it is written as XML or JSON."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta, timezone

from portals.simulator.book import Book, Change, ChangeKind
from portals.simulator.person import Person
from portals.simulator.record import Node, citizen

# The feed's days and moments are Vietnam's.
VIETNAM = timezone(timedelta(hours=7))
KINDS = {
    "THAY_SO": ChangeKind.NUMBER_REPLACED,
    "CAI_CHINH_HO_TEN": ChangeKind.NAME_CHANGED,
    "KHAI_TU": ChangeKind.DIED,
}
_KIND_CODES = {kind: code for code, kind in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Claim:
    """About whom is asked, as it was written: number or older card, name, and yyyyMMdd or yyyy."""

    number: str
    name: str
    born: str


@dataclass(frozen=True, slots=True)
class Window:
    """Which changes are asked for: days as yyyyMMdd, kinds, page from 1 and how many rows it has."""

    first_day: str
    last_day: str
    kinds: tuple[ChangeKind, ...]
    page: int
    size: int


def read_window(first_day: str, last_day: str, kinds: str, page: str, size: str) -> Window | None:
    """Return the window, or None if a value is none."""
    days = (first_day, last_day)
    codes = [code for code in kinds.split(",") if code]
    if not all(len(text) == 8 and text.isdecimal() for text in days) or not set(codes) <= KINDS.keys():
        return None
    if not (page.isdecimal() and size.isdecimal() and int(page) >= 1 and 1 <= int(size) <= 1000):
        return None
    return Window(first_day, last_day, tuple(KINDS[code] for code in codes) or tuple(ChangeKind), int(page), int(size))


def matches(claim: Claim, person: Person | None) -> bool:
    """Say whether number, name and birth date are one person's, letter by letter; the register forgives nothing."""
    if person is None or claim.number not in {person.number, person.extra.old_card}:
        return False
    return _letters(claim.name) == _letters(person.full_name) and claim.born == person.born.replace("-", "")


def looked_up(person: Person | None, book: Book) -> Node:
    """Return the record of a person, or an empty text for nobody."""
    return "" if person is None else citizen(person, book.people.get(person.extra.guardian))


def changes(book: Book, window: Window) -> list[Mapping[str, Node]]:
    """Return one page of changes."""
    rows = book.page(window.first_day, window.last_day, window.kinds, window.page, window.size)
    return [_row(change) for change in rows]


def _row(change: Change) -> Mapping[str, Node]:
    return {
        "MaThayDoi": change.id,
        "Loai": _KIND_CODES[change.kind],
        "ThoiDiem": f"{change.at:%Y%m%d%H%M%S}",
        "SoDinhDanh": change.number,
        "SoDinhDanhMoi": change.new_number,
        "HoVaTen": {"Ho": "", "ChuDem": "", "Ten": change.new_name.upper()},
    }


def _letters(name: str) -> str:
    return unicodedata.normalize("NFC", " ".join(name.split())).upper()
