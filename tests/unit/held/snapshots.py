"""Texts that are kept in files and compared: a move leaves them equal, a change shows in its commit.

`TEST_HELD=write` writes them anew.
"""

import os
from collections.abc import Iterable
from pathlib import Path

_FOLDER = Path(__file__).parent / "snapshots"
_WRITING = os.environ.get("TEST_HELD") == "write"


def hold(name: str, lines: Iterable[str]) -> None:
    """Compare lines with the file of that name, or write it."""
    path, text = _FOLDER / f"{name}.txt", "\n".join(lines) + "\n"
    if _WRITING:
        path.write_text(text, "utf-8")
    assert text.splitlines() == path.read_text("utf-8").splitlines(), f"held in {path.name}: {__doc__}"
