"""Debian's Chromium, which the browser tests drive."""

import shutil
from pathlib import Path

from tests.support.errors import MissingComponentError

# The same engine without a window around it, which costs a quarter of the processor time; either serves.
_PROGRAMS = ("chromium-headless-shell", "chromium")


def chromium_path() -> Path:
    """Return the browser's program, for Playwright's `executable_path`."""
    for program in _PROGRAMS:
        found = shutil.which(program)
        if found is not None:
            return Path(found)
    raise MissingComponentError("Chromium", _PROGRAMS[0])
