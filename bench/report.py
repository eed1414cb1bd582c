"""The table as people read it, and the file that is kept."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from platform import python_version, release

import msgspec

from bench import cores, peer_package
from bench.goals import judge
from bench.measure import Cell, Pace
from bench.wrk import CONNECTIONS
from tests.support.running.postgres import postgres_programs
from tests.support.running.servers import REPOSITORY

RESULTS = Path(__file__).parent / "results"
_LIBRARIES = ("uvicorn", "uvloop", "httptools", "starlette", "authlib", "joserfc", "cryptography", "asyncpg", "redis")


class Results(msgspec.Struct, frozen=True):
    """One run: row -> target -> numbers; a target that could not be measured has its reason in `absent`."""

    conditions: Mapping[str, str]
    cells: dict[str, dict[str, Cell | None]] = msgspec.field(default_factory=dict)
    absent: dict[str, str] = msgspec.field(default_factory=dict)
    hashes_per_second: float = 0.0


@dataclass(frozen=True, slots=True)
class _Line:
    row: str
    target: str
    numbers: Sequence[str]


def conditions(command: str, pace: Pace, load_before: float) -> Mapping[str, str]:
    """Return where and how a run was made."""
    return {
        **machine(command, load_before),
        "placement": f"server on core {cores.SERVER_CORE}; wrk, PostgreSQL and Redis on core {cores.LOAD_CORE}",
        "load": f"{CONNECTIONS} connections, warm-up {pace.warm_up.seconds} s, "
        f"{pace.rounds} x {pace.round.seconds} s, median",
        "Python": f"{python_version()}, " + ", ".join(f"{name} {version(name)}" for name in _LIBRARIES),
        "Redis": _first_line("redis-server", "--version"),
        "peer": _peer(),
    }


def machine(command: str, load_before: float) -> Mapping[str, str]:
    """Return when and where something was measured, by which command."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": command,
        "commit": _first_line("git", "-C", str(REPOSITORY), "describe", "--always", "--dirty", "--abbrev=12"),
        "machine": f"{cores.model()}, {cores.count()} cores, Linux {release()}",
        "load average before": f"{load_before:.2f} (above 0.5 the machine was not quiet, and the numbers are noisy)",
        "PostgreSQL": _first_line(str(postgres_programs() / "postgres"), "--version"),
    }


def _peer() -> str:
    try:
        return f"oidc-provider {peer_package.install()}, Node {peer_package.node_version()}"
    except peer_package.NotInstalledError as error:
        return f"not installed: {error}"


def _first_line(*argv: str) -> str:
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    return (done.stdout.strip().splitlines() or ["unknown"])[0]


def render(results: Results) -> str:
    """Return the whole report as Markdown that reads well as it is."""
    parts = ["# make bench", _conditions(results), _table(results), _hashes(results), _goals(results)]
    return "\n\n".join(part for part in parts if part) + "\n"


def write(results: Results, name: str) -> Path:
    """Keep the report and its numbers under `bench/results/`; return the report's path."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")
    path = RESULTS / f"{name}.md"
    path.write_text(render(results), encoding="utf-8")
    return path


def _conditions(results: Results) -> str:
    return "\n".join(f"- {name}: {text}" for name, text in results.conditions.items())


def _table(results: Results) -> str:
    lines = [_Line("row", "target", ("per second", "CPU us each", "p50 ms", "p99 ms", "spread"))]
    for row, cells in results.cells.items():
        lines += [_Line(row, target, _numbers(cell)) for target, cell in cells.items() if cell is not None]
    lines += [_Line("(all)", target, ("not installed", "", "", "", "")) for target in results.absent]
    texts = [(line.row, line.target, *line.numbers) for line in lines]
    widths = [max(len(text[place]) for text in texts) for place in range(len(texts[0]))]
    rows = [_row(text, widths) for text in texts]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    reasons = [f"{target}: not installed ({reason})" for target, reason in results.absent.items()]
    return "\n".join([rows[0], rule, *rows[1:], *(["", *reasons] if reasons else [])])


def _row(texts: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        text.ljust(width) if place < 2 else text.rjust(width)
        for place, (text, width) in enumerate(zip(texts, widths, strict=True))
    ]
    return "| " + " | ".join(cells) + " |"


def _numbers(cell: Cell) -> tuple[str, ...]:
    if cell.invalid:
        return ("INVALID", cell.invalid, "", "", "")
    return (
        f"{cell.rate:,.0f}" if cell.rate >= 100 else f"{cell.rate:.1f}",
        f"{cell.cpu_us:,.0f}",
        f"{cell.p50_ms:.1f}",
        f"{cell.p99_ms:.1f}",
        f"{cell.spread:.0%}",
    )


def _hashes(results: Results) -> str:
    if not results.hashes_per_second:
        return ""
    return (
        f"The core alone computes {results.hashes_per_second:.1f} Argon2id hashes a second (before and after the run)."
    )


def _goals(results: Results) -> str:
    lines = [f"- {line}" for line in judge(results.cells, results.hashes_per_second)]
    return "\n".join(["Goals:", *lines]) if lines else ""
