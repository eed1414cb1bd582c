"""How long tests wait for what must happen. One setting scales every limit, so that a busy machine breaks none.

A limit is waited out only by a test that fails: being generous costs a green run nothing.
"""

import os
from datetime import timedelta

# TEST_PATIENCE=1 fails sooner while one writes a test; 10 is for a machine that does thirty other things.
FACTOR = float(os.environ.get("TEST_PATIENCE", "4"))


def patient(seconds: float) -> float:
    """Return a limit in seconds, scaled: `seconds` is what a machine with nothing else to do never needs."""
    return seconds * FACTOR


def patiently(seconds: float) -> timedelta:
    """Return the same limit as a duration."""
    return timedelta(seconds=patient(seconds))
