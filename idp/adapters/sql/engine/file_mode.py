"""A database in a file is its owner's alone: not everything in it is sealed."""

import os
from contextlib import suppress
from pathlib import Path

_OWNER_ONLY = 0o600
_OTHERS = 0o077


def make_closed(path: Path) -> None:
    """Make the file, empty, if there is none; its companions (-wal, -shm) get its mode from SQLite.

    Where it cannot be made, whoever opens it next says why.
    """
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY))
    close_to_others(path)


def close_to_others(path: Path) -> None:
    """Take every right of others away from the file and its companions, which an earlier release left open."""
    for one in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        # Only the owner can; whoever else may use the file was given it by them.
        with suppress(FileNotFoundError, PermissionError):
            if one.stat().st_mode & _OTHERS:
                one.chmod(_OWNER_ONLY)
