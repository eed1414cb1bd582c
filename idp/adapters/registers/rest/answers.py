"""What the REST wrapper's answers say: the QCVN 109 messages as JSON, and all that is kept of them."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import orjson

from idp.adapters.registers.changes import WANTED as WANTED_OF_CHANGE
from idp.adapters.registers.changes import read_page
from idp.adapters.registers.exchange import MAX_BYTES
from idp.adapters.registers.feed_cursor import FeedCursor
from idp.adapters.registers.records import WANTED as WANTED_OF_RECORD
from idp.adapters.registers.records import WANTED_OF_WARD, read_record, read_ward
from idp.adapters.registers.verdicts import read_yes_or_no
from idp.proofing.registers.feed import FeedPage
from idp.proofing.registers.ports import Garbled, MatchAnswer, NoAnswer, NoRecord, RegisterAnswer
from idp.proofing.wards import WardAnswer

_FAULTS = ("Fault", "ThrowException")


def read_look_up(body: bytes) -> RegisterAnswer:
    """Return what an answer to a look-up says; no record is a collection without a `CongDan`."""
    row = _one(body, WANTED_OF_RECORD)
    return read_record(row) if isinstance(row, Mapping) else row


def read_ward_look_up(body: bytes) -> WardAnswer:
    """Return what the same answer says of a child and of whom it names as representing it."""
    row = _one(body, WANTED_OF_WARD)
    return read_ward(row) if isinstance(row, Mapping) else row


def _one(body: bytes, wanted: frozenset[str]) -> Mapping[str, str] | NoRecord | NoAnswer | Garbled:
    rows = _read_list(body, "CongdanCollection", "CongDan", wanted)
    if not isinstance(rows, list):
        return rows
    if len(rows) > 1:
        return Garbled("several_records")
    return rows[0] if rows else NoRecord()


def read_match(body: bytes) -> MatchAnswer:
    """Return what an answer to a match says: `KetQuaXacThuc`, or `TonTai` in it or beside it."""
    answer = _read_object(body)
    if not isinstance(answer, dict):
        return answer
    result: object = answer.get("KetQuaXacThuc")
    inner: object = result.get("TonTai") if isinstance(result, dict) else result
    return read_yes_or_no(text for text in (_text(inner), _text(answer.get("TonTai"))) if text is not None)


def read_changes(body: bytes, cursor: FeedCursor, now: datetime) -> FeedPage | NoAnswer | Garbled:
    """Return a page of the feed."""
    rows = _read_list(body, "DanhSachThayDoi", "ThayDoi", WANTED_OF_CHANGE)
    return read_page(rows, cursor, now) if isinstance(rows, list) else rows


def _read_object(body: bytes) -> dict[str, object] | NoAnswer | Garbled:
    if len(body) > MAX_BYTES:
        return Garbled("oversized")
    try:
        answer: object = orjson.loads(body)
    except ValueError:
        return Garbled("not_json")
    if not isinstance(answer, dict):
        return Garbled("not_an_answer")
    return NoAnswer("fault") if any(answer.get(name) for name in _FAULTS) else answer


def _read_list(
    body: bytes, collection: str, row: str, wanted: frozenset[str]
) -> list[Mapping[str, str]] | NoAnswer | Garbled:
    """Return the wanted texts of each row; a missing collection is no answer, an empty one is."""
    answer = _read_object(body)
    if not isinstance(answer, dict):
        return answer
    held: object = answer.get(collection)
    if not isinstance(held, dict):
        return Garbled("not_an_answer")
    rows: object = held.get(row) or []
    listed: list[object] = rows if isinstance(rows, list) else [rows]
    if not all(isinstance(one, dict) for one in listed):
        return Garbled("not_an_answer")
    return [dict(_wanted_texts(one, wanted)) for one in listed]


def _wanted_texts(row: object, wanted: frozenset[str]) -> Iterator[tuple[str, str]]:
    for path in wanted:
        node = row
        for name in path.split("/"):
            node = node.get(name) if isinstance(node, dict) else None
        text = _text(node)
        if text:
            yield path, text


def _text(value: object) -> str | None:
    """Return a JSON text, truth value or whole number as text; nothing else is a value here."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip() if isinstance(value, str | int) else None
