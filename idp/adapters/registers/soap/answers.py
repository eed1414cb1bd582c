"""What the register's SOAP answers say, and all that is kept of them."""

from collections.abc import Callable
from datetime import datetime

from idp.adapters.registers.changes import WANTED as WANTED_OF_CHANGE
from idp.adapters.registers.changes import read_page
from idp.adapters.registers.feed_cursor import FeedCursor
from idp.adapters.registers.records import WANTED as WANTED_OF_RECORD
from idp.adapters.registers.records import WANTED_OF_WARD, read_record, read_ward
from idp.adapters.registers.soap.envelope import REQUEST, read_body
from idp.adapters.registers.verdicts import read_yes_or_no
from idp.adapters.registers.xml_reader import Path
from idp.proofing.registers.feed import FeedPage
from idp.proofing.registers.ports import Garbled, MatchAnswer, NoAnswer, NoRecord, RegisterAnswer
from idp.proofing.wards import WardAnswer

RECORD = "http://www.mic.gov.vn/dancu/1.0"
_RESULTS = frozenset({"KetQuaXacThuc", "TonTai"})


def read_look_up(body: bytes) -> RegisterAnswer:
    """Return what an answer to `TraCuuThongTinCongDan` says; no record is an answer without a `CongDan`."""
    row = _one(body, _of_record)
    return read_record(row) if isinstance(row, dict) else row


def read_ward_look_up(body: bytes) -> WardAnswer:
    """Return what the same answer says of a child and of whom it names as representing it."""
    row = _one(body, _of_ward)
    return read_ward(row) if isinstance(row, dict) else row


def _one(body: bytes, label_of: Callable[[Path], str | None]) -> dict[str, str] | NoRecord | NoAnswer | Garbled:
    found = read_body(body, label_of)
    if not isinstance(found, list):
        return found
    rows = _rows(found, "CongDan")
    if len(rows) > 1:
        return Garbled("several_records")
    return rows[0] if rows else NoRecord()


def read_match(body: bytes) -> MatchAnswer:
    """Return what an answer to `XacThucThongTinCongDan` says."""
    found = read_body(body, _of_result)
    return read_yes_or_no(text for _, text in found) if isinstance(found, list) else found


def read_changes(body: bytes, cursor: FeedCursor, now: datetime) -> FeedPage | NoAnswer | Garbled:
    """Return a page of the feed; an answer without the list is none, however empty a list may be."""
    found = read_body(body, _of_change)
    if not isinstance(found, list):
        return found
    if "DanhSachThayDoi" not in {name for name, _ in found}:
        return Garbled("not_a_feed")
    return read_page(_rows(found, "ThayDoi"), cursor, now)


def _of_record(path: Path) -> str | None:
    return _in_list(path, f"{RECORD} CongdanCollection", "CongDan", WANTED_OF_RECORD)


def _of_ward(path: Path) -> str | None:
    return _in_list(path, f"{RECORD} CongdanCollection", "CongDan", WANTED_OF_WARD)


def _of_change(path: Path) -> str | None:
    if len(path) <= 2 and path[-1] == f"{REQUEST} DanhSachThayDoi":
        return "DanhSachThayDoi"
    return _in_list(path, f"{REQUEST} DanhSachThayDoi", "ThayDoi", WANTED_OF_CHANGE)


def _of_result(path: Path) -> str | None:
    namespace, _, local = path[-1].rpartition(" ")
    return local if namespace in {REQUEST, RECORD} and local in _RESULTS else None


def _in_list(path: Path, collection: str, row: str, wanted: frozenset[str]) -> str | None:
    """Return the row's name at its end, and the path within the row of what is wanted in it."""
    # Some answers put the collection straight into the body, others into an element of the operation's own.
    start = next((place for place in (0, 1) if path[place : place + 1] == (collection,)), None)
    if start is None:
        return None
    namespace = collection.rpartition(" ")[0]
    within = [name.removeprefix(f"{namespace} ") for name in path[start + 1 :]]
    if within == [row]:
        return row
    field = "/".join(within[1:])
    return field if within[:1] == [row] and field in wanted else None


def _rows(found: list[tuple[str, str]], row: str) -> list[dict[str, str]]:
    """Return the texts of each row; an element ends after everything in it."""
    rows, texts = [], dict[str, str]()
    for name, text in found:
        if name == row:
            rows.append(texts)
            texts = {}
        elif text:
            texts[name] = text
    return rows
