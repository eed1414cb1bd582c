"""What runs in the processes that judge and seal rows. It imports little: each has the memory of what it imports."""

import os
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context, parent_process
from threading import Thread

import msgspec

from idp.imports.import_lines import prepare
from idp.imports.import_rows import RowSealer
from idp.imports.model import Prepared

_rows: list[RowSealer] = []
_encoder, _decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Prepared)


def open_pool(processes: int, rows: RowSealer) -> ProcessPoolExecutor:
    """Start the processes. They are not forked: a copy of the parent would hold its connections."""
    return ProcessPoolExecutor(processes, get_context("spawn"), initializer=_begin, initargs=(rows,))


def prepare_lines(lines: list[tuple[int, bytes]], header: tuple[str, ...], now: datetime) -> bytes:
    """Return what becomes of a batch of lines, packed: objects by the thousand are slow to pickle."""
    return _encoder.encode(prepare(lines, header, _rows[0], now))


def unpack(made: bytes) -> Prepared:
    """Return what `prepare_lines` packed."""
    return _decoder.decode(made)


def _begin(rows: RowSealer) -> None:
    _rows.append(rows)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End when the import does, however it ends: one that was killed could not stop its processes, which hold keys."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
