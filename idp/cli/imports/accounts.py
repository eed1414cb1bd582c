"""`idp accounts import`: reads the file in order, lets a pool of processes judge and seal, stores batch after batch."""

import asyncio
import hashlib
import os
from collections import deque
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from msgspec import Struct
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from idp.adapters.hashing.wrapping import Argon2Wrapper
from idp.app.account.joining import compose_setting_aside
from idp.app.foundation.opening import Foundation
from idp.audit.model import EventName
from idp.cli.errors import OperatorError
from idp.cli.factors.wrap_hashes import wrapper_of
from idp.cli.imports.reports import ReportFiles
from idp.cli.imports.sealing_process import open_pool, prepare_lines, unpack
from idp.cli.output import AsJson, say, say_json
from idp.cli.session import operator_event, run
from idp.imports.import_lines import LONGEST_LINE, FileForm, read_header
from idp.imports.import_rows import RowSealer
from idp.imports.model import ImportPosition
from idp.imports.service import AccountImport, ImportMovedError, LinesRead
from idp.kernel.key_purposes import KeyPurpose
from idp.kernel.root_key import RootKey

BATCH_LINES = 2_000
# Batches that wait sealed while one is being stored: enough to keep the processes busy, few enough for the memory.
_BATCHES_AHEAD = 2
_IDENTITY_BYTES = 65_536

_CORES = os.cpu_count() or 1

Processes = Annotated[int, typer.Option(min=1, help="How many processes judge and seal rows.")]
Batch = Annotated[int, typer.Option(min=1, max=20_000, help="How many lines one transaction takes.")]

WrapLater = Annotated[
    bool,
    typer.Option("--wrap-later", help="Leave password hashes as they came, and run `idp accounts wrap` afterwards."),
]


def import_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="JSON lines, or CSV.")],
    *,
    processes: Processes = _CORES,
    batch: Batch = BATCH_LINES,
    wrap_later: WrapLater = False,
    as_json: AsJson = False,
) -> None:
    """Import accounts of another system; run it again with the same file to go on where it stopped.

    Beside FILE come FILE.rejects.jsonl (line and reason) and FILE.duplicates.jsonl (accounts under one number or
    TechID: only their owner joins them).
    """
    source = ImportFile.open(file)
    document = run(lambda foundation: _import(foundation, source, processes, batch, later=wrap_later, quiet=as_json))
    if as_json:
        say_json(document)
        return
    for name, value in document.items():
        say(f"{name}: {value}")


class ImportFile(Struct, frozen=True):
    """The file, how it is written, and what it is known by: its beginning and its size, not its name."""

    path: Path
    form: FileForm
    size: int
    identity: str
    header: tuple[str, ...]

    @classmethod
    def open(cls, path: Path) -> "ImportFile":
        """Look at a file; OperatorError when its first line is no header of ours."""
        size, form = path.stat().st_size, "csv" if path.suffix.lower() == ".csv" else "jsonl"
        with path.open("rb") as opened:
            beginning = opened.read(_IDENTITY_BYTES)
        header: tuple[str, ...] = ()
        if form == "csv":
            try:
                header = read_header(beginning.partition(b"\n")[0] + b"\n")
            except ValueError as error:
                raise OperatorError(f"{path.name}: {error}") from error
        digest = hashlib.sha256(beginning).hexdigest()[:32]
        return cls(path, "csv" if header else "jsonl", size, f"{digest}:{size}", header)


class NumberedLines(Struct, frozen=True):
    """A batch of lines with their numbers, and where the file stands after it."""

    lines: list[tuple[int, bytes]]
    header: tuple[str, ...]
    offset_bytes: int
    lines_read: int


async def _import(
    foundation: Foundation, source: ImportFile, processes: int, batch: int, *, later: bool, quiet: bool
) -> dict[str, object]:
    store, clock = foundation.database.imports, foundation.clock
    position = await store.begin(source.identity, clock.now())
    if position.finished_at is not None:
        return _document(position, "was imported before; nothing was done")
    rows = _rows(foundation.root_key, wrapper=None if later else wrapper_of(foundation.root_key))
    with ReportFiles.beside(source.path, position.lines_read) as report, open_pool(processes, rows) as pool:
        importing = AccountImport(store, report, compose_setting_aside(foundation), clock)
        with _progress(quiet=quiet) as progress:
            bar = progress.add_task("importing", total=source.size, completed=position.offset_bytes, rate="")
            began, first = clock.now(), position
            try:
                async for reached in importing.run(first, _batches(pool, _read(source, first, batch), began)):
                    position = reached
                    rate = (position.lines_read - first.lines_read) / max((clock.now() - began).total_seconds(), 0.001)
                    progress.update(bar, completed=position.offset_bytes, rate=f"{rate:,.0f} accounts/s")
            except ImportMovedError as error:
                raise OperatorError(f"{source.path.name} is being imported by another process") from error
    counts = {"accepted": str(position.rows_accepted), "rejected": str(position.rows_rejected)}
    event = operator_event(EventName.ACCOUNTS_IMPORTED, clock.now(), reason="imported", details=counts)
    await foundation.database.ledger.commit(event)
    return _document(position, "imported")


def _document(position: ImportPosition, state: str) -> dict[str, object]:
    return {
        "state": state,
        "lines": position.lines_read,
        "accepted": position.rows_accepted,
        "rejected": position.rows_rejected,
    }


async def _batches(pool: ProcessPoolExecutor, read: Iterator[NumberedLines], now: datetime) -> AsyncIterator[LinesRead]:
    """Hand batches of lines to the processes and give back what they made of them, in the file's order."""
    waiting: deque[tuple[Future[bytes], NumberedLines]] = deque()
    more = True
    while more or waiting:
        while more and len(waiting) <= _BATCHES_AHEAD:
            lines = next(read, None)
            more = lines is not None
            if lines is not None:
                waiting.append((pool.submit(prepare_lines, lines.lines, lines.header, now), lines))
        if waiting:
            future, lines = waiting.popleft()
            made: bytes = await asyncio.wrap_future(future)
            yield LinesRead(unpack(made), lines.offset_bytes, lines.lines_read, last=not more and not waiting)


def _read(source: ImportFile, position: ImportPosition, size: int) -> Iterator[NumberedLines]:
    """Yield numbered lines, batch by batch; at least one batch, though it be empty, so that every import ends."""
    with source.path.open("rb") as opened:
        opened.seek(position.offset_bytes)
        number = position.lines_read
        if source.header and position.offset_bytes == 0:
            opened.readline()
        while True:
            batch: list[tuple[int, bytes]] = []
            while len(batch) < size and (line := _line(opened)):
                number += 1
                batch.append((number, line))
            yield NumberedLines(batch, source.header, opened.tell(), number)
            if opened.tell() >= source.size:
                return


def _line(opened: BinaryIO) -> bytes:
    """Return the next line; of one that is too long the beginning, which is enough to refuse it."""
    line = opened.readline(LONGEST_LINE + 2)
    rest = line
    while rest and not rest.endswith(b"\n"):
        rest = opened.readline(LONGEST_LINE)
    return line


def _rows(root: RootKey, wrapper: Argon2Wrapper | None) -> RowSealer:
    return RowSealer(
        numbers=root.hash_key(KeyPurpose.PERSONAL_NUMBERS),
        phones=root.hash_key(KeyPurpose.PHONES),
        emails=root.hash_key(KeyPurpose.EMAILS),
        tech_ids=root.hash_key(KeyPurpose.TECH_IDS),
        sealer=root.sealer(),
        wrapper=wrapper,
    )


def _progress(*, quiet: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=quiet,
    )
