"""How much of a long test is done: the short form in `make test`, everything in `make test-all`."""

import os

from hypothesis import HealthCheck, settings

# `make test-all` sets TEST_EXTENT=full.
FULL = os.environ.get("TEST_EXTENT", "short") == "full"

# For what Hypothesis draws on a store: the fixture is emptied by each try, and a busy machine draws slowly.
ON_STORES = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def rounds(short: int, full: int) -> int:
    """Return how often something is tried."""
    return full if FULL else short
