"""Where files go that need not outlive a test: in memory, as the stores wait for the disk at every commit."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_IN_MEMORY = Path("/dev/shm")


@contextmanager
def quick_folder() -> Iterator[Path]:
    """Make a folder, in memory where the system has a place for it, and remove it afterwards."""
    parent = _IN_MEMORY if _IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="idp-stores-", dir=parent) as name:
        yield Path(name)
