"""Where a row's processor time goes: the server with a sampler beside it."""

import os
import signal
import sys
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import msgspec

from bench.cores import cpu_time
from bench.rows import Row
from bench.sampled_server import Samples
from bench.targets import Target, ours_embedded, ours_production
from bench.wrk import Load, fire

STORES = {"sqlite": ours_embedded, "postgres": ours_production}
_WARM_UP, _LOAD, _STOP = timedelta(seconds=2), timedelta(seconds=6), timedelta(seconds=60)


def profile(row: Row, store: str, lines: int) -> str:
    """Load the row on our provider and return the functions and lines that cost most, in microseconds a request."""
    with tempfile.TemporaryDirectory(prefix="idp-profile-") as folder:
        found = Path(folder) / "samples.json"
        server = (sys.executable, "-m", "bench.sampled_server", str(found))
        with STORES[store](server) as target:
            fire(target.base_url, _load(row, target), _WARM_UP)
            load = _load(row, target)
            before = cpu_time(target.server.pid)
            os.kill(target.server.pid, signal.SIGUSR2)
            outcome = fire(target.base_url, load, _LOAD)
            used = cpu_time(target.server.pid) - before
            # A keyboard's interrupt ends the server and leaves the sampler to write.
            target.server.interrupt(_STOP)
        if outcome.complaint:
            raise RuntimeError(outcome.complaint)
        samples = msgspec.json.decode(found.read_bytes(), type=Samples)
    done = outcome.flows if row.flows else outcome.requests
    return _render(samples, used / timedelta(microseconds=1) / done, lines)


def _load(row: Row, target: Target) -> Load:
    load = row.load(target)
    if load is None:
        raise ValueError(f"{row.name} is nothing that our provider does")
    return load


def _render(samples: Samples, each: float, lines: int) -> str:
    cost = each / max(1, sum(samples.own.values()))
    parts = [
        f"{each:.0f} microseconds of processor time each, sampled {sum(samples.own.values())} times",
        "\nfunctions by their own time",
        *_top(samples.own, cost, lines),
        "\nfunctions by their whole time",
        *_top(samples.whole, cost, lines),
        "\nlines by their own time",
        *_top(samples.lines, cost, lines),
    ]
    return "\n".join(parts)


def _top(ticks: Mapping[str, int], cost: float, lines: int) -> list[str]:
    ordered = sorted(ticks.items(), key=lambda entry: -entry[1])[:lines]
    return [f"{count * cost:8.1f}  {place}" for place, count in ordered]
