"""A whole run: every row on every target."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta

from bench.cores import ON_SERVER_CORE
from bench.measure import Cell, Pace, measure
from bench.peer_package import NotInstalledError
from bench.report import Results
from bench.rows import ROWS, SIGN_IN
from bench.targets import TARGETS

Tell = Callable[[str], None]
_HASHING = timedelta(seconds=3)


def run(results: Results, rows: Sequence[str], targets: Sequence[str], pace: Pace, tell: Tell) -> Results:
    """Measure the rows on the targets, one server at a time, and return the filled results."""
    before = _hashes() if SIGN_IN in rows else 0.0
    for row in rows:
        results.cells[row] = {}
    for target in targets:
        try:
            with TARGETS[target]() as opened:
                for row in rows:
                    cell = measure(ROWS[row], opened, pace)
                    results.cells[row][target] = cell
                    tell(f"{target}: {row}: {_brief(cell)}")
        except NotInstalledError as error:
            results.absent[target] = str(error)
            tell(f"{target}: not installed: {error}")
    # A machine's clock changes with its neighbours: what the core can hash is asked before and after.
    hashes = round((before + _hashes()) / 2, 2) if SIGN_IN in rows else 0.0
    return Results(results.conditions, results.cells, results.absent, hashes)


def _brief(cell: Cell | None) -> str:
    if cell is None:
        return "has no such thing"
    return f"INVALID ({cell.invalid})" if cell.invalid else f"{cell.rate:,.1f}/s, {cell.cpu_us:,.0f} us"


def _hashes() -> float:
    argv = [*ON_SERVER_CORE, sys.executable, "-m", "bench.hash_rate", str(_HASHING.total_seconds())]
    return float(subprocess.run(argv, capture_output=True, text=True, check=True).stdout)
