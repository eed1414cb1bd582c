"""Time to sign in, kept as a histogram: fixed bounds, so that processes and hours can be added up."""

from bisect import bisect_left
from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

# Slot 0 is "no time was taken"; slot n ends with the bound before it, the last has no end.
NO_TIME = 0
BOUNDS: tuple[timedelta, ...] = tuple(
    timedelta(seconds=seconds) for seconds in (1, 2, 3, 5, 8, 12, 16, 20, 25, 30, 45, 60, 90, 120, 180, 300, 600, 1800)
)
SLOTS = len(BOUNDS) + 1


class Between(NamedTuple):
    """Where a quantile lies: longer than `over`, up to `upto`; None where there is no bound."""

    over: timedelta
    upto: timedelta | None


def slot_of(taken: timedelta) -> int:
    """Return the slot of a time."""
    return bisect_left(BOUNDS, max(taken, timedelta(0))) + 1


def quantile(histogram: Mapping[int, int], share: float) -> Between | None:
    """Return where the smallest time lies that `share` of all do not exceed; None where nothing was timed."""
    timed = sum(amount for slot, amount in histogram.items() if slot != NO_TIME)
    if timed <= 0:
        return None
    seen = 0
    for slot in range(1, SLOTS + 1):
        seen += histogram.get(slot, 0)
        if seen >= share * timed:
            return _between(slot)
    return _between(SLOTS)


def _between(slot: int) -> Between:
    over = BOUNDS[slot - 2] if slot >= 2 else timedelta(0)
    return Between(over, BOUNDS[slot - 1] if slot <= len(BOUNDS) else None)
