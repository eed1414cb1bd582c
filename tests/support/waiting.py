"""Bounded waiting: a test waits for what must happen, and says what did not."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from tests.support.patience import patiently

T = TypeVar("T")
# Far beyond what any correct run needs, so that a slow machine fails nothing.
LIMIT = patiently(30)
_POLL_SECONDS = 0.02


def wait_for(what: str, ask: Callable[[], T | None], within: timedelta = LIMIT) -> T:
    """Return the first answer of `ask` that is true; fail with `what` when there is none in time."""
    deadline = time.monotonic() + within.total_seconds()
    while True:
        found = ask()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"did not happen within {within}: {what}")
        time.sleep(_POLL_SECONDS)
