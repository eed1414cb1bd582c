"""How much of a long test is done: the short form in `make test`, everything in `make test-all`."""

import os

# `make test-all` sets TEST_EXTENT=full.
FULL = os.environ.get("TEST_EXTENT", "short") == "full"


def rounds(short: int, full: int) -> int:
    """Return how often something is tried."""
    return full if FULL else short
