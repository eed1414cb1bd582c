"""Debian's Chromium, which the browser tests drive."""

import shutil
from pathlib import Path

from tests.support.errors import MissingComponentError


def chromium_path() -> Path:
    """Return the browser's program, for Playwright's `executable_path`."""
    program = shutil.which("chromium")
    if program is None:
        raise MissingComponentError("Chromium", "chromium")
    return Path(program)
