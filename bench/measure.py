"""Rounds, and their median."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from bench.cores import cpu_time
from bench.rows import Row
from bench.targets import Target
from bench.wrk import fire

_LOOK = timedelta(milliseconds=500)
_PATIENCE = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long everything takes."""

    warm_up: timedelta = timedelta(seconds=2)
    round: timedelta = timedelta(seconds=5)
    rounds: int = 3


QUICK = Pace(warm_up=timedelta(seconds=1), round=timedelta(seconds=2), rounds=1)


class Cell(msgspec.Struct, frozen=True):
    """The median of a row's rounds on one target. `invalid` says why the numbers must not be used; "" if they may.

    `rate` counts flows a second in a row about flows, requests a second elsewhere; so does `cpu_us`, the server
    process's own processor time for one of them. `spread` is (highest - lowest) / median of the rounds' rates.
    """

    rate: float
    cpu_us: float
    p50_ms: float
    p99_ms: float
    spread: float = 0.0
    invalid: str = ""


def measure(row: Row, target: Target, pace: Pace) -> Cell | None:
    """Return the row's numbers; None if the target has no such thing."""
    warm = row.load(target)
    if warm is None:
        return None
    fire(target.base_url, warm, pace.warm_up)
    _wait_until_idle(target)
    return median([_round(row, target, pace) for _ in range(pace.rounds)])


def _round(row: Row, target: Target, pace: Pace) -> Cell:
    load = row.load(target)
    if load is None:
        raise RuntimeError(f"{row.name} can no longer be prepared")
    before = cpu_time(target.server.pid)
    outcome = fire(target.base_url, load, pace.round)
    used = cpu_time(target.server.pid) - before
    _wait_until_idle(target)
    done = outcome.flows if row.flows else outcome.requests
    return Cell(
        rate=done / (outcome.microseconds / 1e6),
        cpu_us=used / timedelta(microseconds=1) / max(done, 1),
        p50_ms=outcome.p50 / 1000,
        p99_ms=outcome.p99 / 1000,
        invalid=outcome.complaint or ("" if done else "nothing was answered"),
    )


def _wait_until_idle(target: Target) -> None:
    """Wait until the server has finished what was still under way when the load stopped: sign-ins that queue, say."""
    deadline = time.monotonic() + _PATIENCE.total_seconds()
    while time.monotonic() < deadline:
        before = cpu_time(target.server.pid)
        time.sleep(_LOOK.total_seconds())
        if cpu_time(target.server.pid) - before < _LOOK / 20:
            return


def median(rounds: Sequence[Cell]) -> Cell:
    """Return the middle of each number; one invalid round makes the whole cell invalid."""

    def middle(number: Callable[[Cell], float]) -> float:
        return round(statistics.median(number(one) for one in rounds), 2)

    rates = [one.rate for one in rounds]
    rate = middle(lambda one: one.rate)
    return Cell(
        rate=rate,
        cpu_us=middle(lambda one: one.cpu_us),
        p50_ms=middle(lambda one: one.p50_ms),
        p99_ms=middle(lambda one: one.p99_ms),
        spread=round((max(rates) - min(rates)) / rate, 3) if rate else 0.0,
        invalid=next((one.invalid for one in rounds if one.invalid), ""),
    )
