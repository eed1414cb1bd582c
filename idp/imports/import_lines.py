"""Lines of an import file into rows: JSON lines or CSV, one account a line."""

import csv
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from idp.imports.import_rows import COLUMNS, ImportRow, RowRefusedError, RowSealer
from idp.imports.model import Prepared, Reject

FileForm = Literal["jsonl", "csv"]
# A row is some hundred bytes; a line that does not end must not fill the memory.
LONGEST_LINE = 16_384

_json = msgspec.json.Decoder(ImportRow)


def read_header(line: bytes) -> tuple[str, ...]:
    """Return the columns of a CSV file; ValueError when one is unknown, doubled, or a necessary one is missing."""
    names = tuple(name.strip() for name in _cells(line.removeprefix(b"\xef\xbb\xbf")))
    unknown = [name for name in names if name not in COLUMNS]
    if unknown or len(set(names)) != len(names) or not {"number", "name", "birth_date"} <= set(names):
        raise ValueError(f"the first line must name columns out of: {', '.join(COLUMNS)}")
    return names


def prepare(lines: Sequence[tuple[int, bytes]], header: tuple[str, ...], rows: RowSealer, now: datetime) -> Prepared:
    """Return the sealed accounts and the rejects of (number, line) pairs; a header says that they are CSV."""
    read: Callable[[bytes], ImportRow] = (lambda line: _from_csv(line, header)) if header else _json.decode
    prepared = Prepared([], [])
    for number, line in lines:
        if not line.strip():
            prepared.rejects.append(Reject(number, "line: empty"))
            continue
        try:
            prepared.rows.append(rows.prepared(number, _row(line, read), now))
        except RowRefusedError as error:
            prepared.rejects.append(Reject(number, str(error)))
    return prepared


def _row(line: bytes, read: Callable[[bytes], ImportRow]) -> ImportRow:
    if len(line) > LONGEST_LINE:
        raise RowRefusedError("line: too_long")
    try:
        return read(line)
    except msgspec.ValidationError as error:
        raise RowRefusedError("line: fields") from error
    except (msgspec.DecodeError, ValueError, csv.Error) as error:
        raise RowRefusedError("line: form") from error


def _from_csv(line: bytes, header: tuple[str, ...]) -> ImportRow:
    cells = _cells(line)
    if len(cells) != len(header):
        raise RowRefusedError("line: fields")
    return ImportRow(**dict(zip(header, cells, strict=True)))


def _cells(line: bytes) -> list[str]:
    found = list(csv.reader([line.decode("utf-8").rstrip("\r\n")], strict=True))
    return found[0] if found else []
