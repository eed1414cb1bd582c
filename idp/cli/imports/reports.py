"""The two files beside an import: rejects, and accounts of one person. Lines and words, never what stood in a row."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec
import orjson
from msgspec import Struct

from idp.imports.model import Duplicate, Reject


class _Numbered(Struct):
    line: int


class ReportFiles(Struct):
    """Implements `idp.imports.service.ImportReport`."""

    rejects: BinaryIO
    duplicates: BinaryIO
    _before: tuple[int, int] = (0, 0)

    @classmethod
    @contextmanager
    def beside(cls, file: Path, lines_read: int) -> Iterator["ReportFiles"]:
        """Open both, cut back to what was committed: a killed process may have reported lines beyond it."""
        names = [file.with_name(f"{file.name}.{kind}.jsonl") for kind in ("rejects", "duplicates")]
        for name in names:
            _cut(name, lines_read)
        with names[0].open("ab") as rejects, names[1].open("ab") as duplicates:
            yield cls(rejects, duplicates)

    def write(self, rejects: list[Reject], duplicates: list[Duplicate], *, again: bool) -> None:
        """Append, down to the disk: what is committed afterwards must not outlive its report."""
        if again:
            for file, end in zip((self.rejects, self.duplicates), self._before, strict=True):
                file.truncate(end)
        self._before = (_end(self.rejects), _end(self.duplicates))
        _append(self.rejects, [{"line": one.line, "reason": one.reason} for one in rejects])
        _append(self.duplicates, [_reported(one) for one in duplicates])


def _reported(one: Duplicate) -> dict[str, object]:
    return {"line": one.line, "why": one.why, "account_id": one.account_id, "other_account_id": one.other_account_id}


def _end(file: BinaryIO) -> int:
    return file.seek(0, os.SEEK_END)


def _append(file: BinaryIO, entries: list[dict[str, object]]) -> None:
    if entries:
        file.write(b"".join(orjson.dumps(entry) + b"\n" for entry in entries))
        file.flush()
        os.fsync(file.fileno())


def _cut(name: Path, lines_read: int) -> None:
    """Drop the entries beyond a line; entries stand in the order of lines, so everything after the first goes."""
    with name.open("a+b") as file:
        file.seek(0)
        end = 0
        for entry in file:
            if not entry.endswith(b"\n") or msgspec.json.decode(entry, type=_Numbered).line > lines_read:
                break
            end += len(entry)
        file.truncate(end)
