"""`python -m bench`: the table; `… profile ROW`: its time; `… timing`: EN-1; `… scale`; `… console`; `… delivery`."""

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from bench import cores, report
from bench.console import ACCOUNTS, CLIENTS, EVENTS, measure_console, new_size, render_console
from bench.console import HOW as HOW_PAGES
from bench.console import SAMPLES as PAGE_SAMPLES
from bench.delivery import HOW as HOW_DELIVERED
from bench.delivery import measure_delivery, render_delivery
from bench.measure import QUICK, Pace
from bench.profiling import STORES, profile
from bench.report import RESULTS, Results, conditions, machine, write
from bench.rows import ROWS
from bench.run import run
from bench.scale import HOW, SIZES, measure_scale, render_scale
from bench.stopping import HOW as HOW_STOPPED
from bench.stopping import PROCESSES, STOPS, measure_stopping, render_stopping
from bench.targets import TARGETS
from bench.timing import SAMPLES, measure, render


def main() -> None:
    """Read the arguments and do what they say."""
    parser = _parser()
    arguments = parser.parse_args()
    load_before = os.getloadavg()[0]
    cores.leave_server_core()
    if arguments.command == "timing":
        sys.exit(_timing(arguments.samples, load_before, small_hashes=arguments.small_hashes))
    if arguments.command == "scale":
        _scale(arguments.accounts, load_before)
        return
    if arguments.command == "stopping":
        _stopping(arguments.processes, arguments.stops, load_before)
        return
    if arguments.command == "delivery":
        _keep("delivery", render_delivery(measure_delivery(), {**_conditions(load_before), **HOW_DELIVERED}))
        return
    if arguments.command == "console":
        _console(arguments, load_before)
        return
    if arguments.command == "profile":
        print(profile(ROWS[arguments.row], arguments.store, arguments.lines))
        return
    pace = QUICK if arguments.quick else Pace()
    command = " ".join(["python -m bench", *sys.argv[1:]])
    started = Results(conditions(command, pace, load_before))
    results = run(started, _chosen(arguments.rows, ROWS), _chosen(arguments.targets, TARGETS), pace, _tell)
    whole = not (arguments.quick or arguments.rows or arguments.targets)
    path = write(results, "latest" if whole else "partial")
    print(report.render(results))
    _tell(f"written to {path}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round of each")
    parser.add_argument("--rows", help=f"comma-separated, of: {', '.join(ROWS)}")
    parser.add_argument("--targets", help=f"comma-separated, of: {', '.join(TARGETS)}")
    commands = parser.add_subparsers(dest="command")
    profiling = commands.add_parser("profile", help="sample the server under the load of one row")
    profiling.add_argument("row", choices=ROWS)
    profiling.add_argument("--store", choices=STORES, default="postgres")
    profiling.add_argument("--lines", type=int, default=40)
    telling = commands.add_parser("timing", help="whether known and unknown identifiers take the same time (EN-1)")
    telling.add_argument("--samples", type=int, default=SAMPLES, help="of either kind, on each path")
    telling.add_argument("--small-hashes", action="store_true", help="hashes so cheap that they hide nothing else")
    scaling = commands.add_parser("scale", help="what sign-in, refresh and search cost with many accounts")
    scaling.add_argument("--accounts", default=",".join(map(str, SIZES)), help="sizes, comma-separated")
    stopping = commands.add_parser("stopping", help="how soon every process refuses a client that was stopped")
    stopping.add_argument("--processes", type=int, default=PROCESSES)
    stopping.add_argument("--stops", type=int, default=STOPS)
    commands.add_parser("delivery", help="how long a code by SMS takes while notices wait for a receiver that hangs")
    administering = commands.add_parser("console", help="every page of administration over a store of this size")
    administering.add_argument("--accounts", type=int, default=ACCOUNTS)
    administering.add_argument("--clients", type=int, default=CLIENTS)
    administering.add_argument("--events", type=int, default=EVENTS)
    administering.add_argument("--samples", type=int, default=PAGE_SAMPLES, help="of each page")
    administering.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="keep what is loaded there, and use it again"
    )
    return parser


def _stopping(processes: int, stops: int, load_before: float) -> None:
    """Measure, print, write `results/stopping.md`."""
    found = measure_stopping(processes, stops)
    _keep("stopping", render_stopping(found, {**_conditions(load_before), **HOW_STOPPED}))


def _conditions(load_before: float) -> dict[str, str]:
    """Return what a table of its own says of where it was measured."""
    return dict(machine(" ".join(["python -m bench", *sys.argv[1:]]), load_before))


def _keep(name: str, table: str) -> None:
    print(table)
    (RESULTS / f"{name}.md").write_text(table, "utf-8")
    _tell(f"written to {RESULTS / name}.md")


def _scale(sizes: str, load_before: float) -> None:
    """Measure, print, write `results/scale.md`."""
    lines = measure_scale([int(size) for size in sizes.split(",")], _tell)
    _keep("scale", render_scale(lines, {**_conditions(load_before), **HOW}))


def _console(arguments: argparse.Namespace, load_before: float) -> None:
    """Measure, print, write `results/console.md`; with less than the whole size to `results/partial.md`."""
    size = new_size(arguments.accounts, arguments.clients, arguments.events)
    lines = measure_console(size, arguments.keep, arguments.samples, _tell)
    loaded = f"{size.accounts:,} accounts, {size.clients:,} clients, {size.events:,} audit events"
    reported = {"loaded": loaded, "samples": f"{arguments.samples} of each row", **HOW_PAGES}
    reported["priority"] = f"nice {os.nice(0)} (below 0: before whatever else the machine did)"
    whole = size.same_as(new_size(ACCOUNTS, CLIENTS, EVENTS))
    _keep("console" if whole else "partial", render_console(lines, {**_conditions(load_before), **reported}))


def _timing(samples: int, load_before: float, *, small_hashes: bool) -> int:
    """Measure, print, write `results/timing.md`; 1 if any path tells known from unknown."""
    lines = measure(samples, small_hashes=small_hashes)
    table = render(
        lines,
        {
            "samples": f"{samples} of each kind on each path, in random order",
            "hashes": "small" if small_hashes else "as in production",
            "load average before": f"{load_before:.2f}",
        },
    )
    print(table)
    if samples >= SAMPLES:
        (RESULTS / "timing.md").write_text(table, "utf-8")
        _tell(f"written to {RESULTS / 'timing.md'}")
    return int(any(line.distinguished for line in lines))


def _chosen(wanted: str | None, known: Mapping[str, object]) -> tuple[str, ...]:
    names = tuple(known)
    if wanted is None:
        return names
    chosen = tuple(name.strip() for name in wanted.split(","))
    unknown = [name for name in chosen if name not in names]
    if unknown:
        sys.exit(f"{unknown[0]}: unknown; there are {', '.join(names)}")
    return chosen


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
