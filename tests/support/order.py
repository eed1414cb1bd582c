"""The order of a run: what computes before what waits, and in each process's share the long tests before the short."""

import os
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")
TESTS = Path(__file__).resolve().parents[1]
# What computes before what waits: a system and a browser cost processor time for as long as they run, so that they are
# started late; and the cheapest failure comes first. An unknown folder runs after these.
STAGES = ("unit", "architecture", "contract", "flows", "security", "browser")


def stage_of(path: Path) -> str:
    """Return the first folder below tests/ that holds the file."""
    return path.relative_to(TESTS).parts[0]


def ordered(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Return the items in the order to run: by stage, and the marked ones where each process begins.

    A test that takes a minute and begins last keeps every other core waiting for it.
    """
    ranks = {stage: rank for rank, stage in enumerate(STAGES)}
    staged = sorted(items, key=lambda item: ranks.get(stage_of(item.path), len(STAGES)))
    long = [item for item in staged if item.get_closest_marker("long")]
    return dealt(long, [item for item in staged if not item.get_closest_marker("long")], processes())


def processes() -> int:
    """Return how many processes share the run (pytest-xdist tells each of its own)."""
    return int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))


def dealt(long: Sequence[T], short: Sequence[T], shares: int) -> list[T]:
    """Return all items, so that each of `shares` equal runs of them begins with its part of the long ones.

    Work stealing gives process number n the n-th of as many runs, and moves items from ends of runs only.
    """
    rest, order, late = iter(short), list[T](), list[T]()
    total = len(long) + len(short)
    for share in range(shares):
        size, own = (total - len(order)) // (shares - share), long[share::shares]
        order += own[:size]
        late += own[size:]
        order += islice(rest, size - len(own[:size]))
    return [*order, *late, *rest]
