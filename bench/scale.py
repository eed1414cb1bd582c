"""`python -m bench scale`: what sign-in, refresh and account search cost with few accounts and with many."""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from bench.cores import cpu_of_children, memory_mib, spent_since
from bench.multiplied import MOST_TIMES, multiply
from bench.scale_rig import SEED, open_rig
from idp.environment import Settings
from tests.support.running.servers import REPOSITORY, PostgresServer

SIZES = (10_000, 1_000_000)
# More than this is not imported but made of an imported store of this size, row by row under new keys.
IMPORTED_AT_MOST = 1_000_000
BATCHES, BATCH, WARM_UP = 30, 25, 150

HOW: Mapping[str, str] = {
    "costs": "median processor time of one act, our process and PostgreSQL's together, over "
    f"{BATCHES} batches of {BATCH} after {WARM_UP} to warm up, the sizes taking turns batch by batch; differences: to "
    "the first line",
    "stores": "one PostgreSQL server with a quarter of the memory as shared_buffers; each database vacuumed and "
    "checkpointed before; one without an import rate is the imported one before it, each row again under new keys "
    "(bench/multiplied.py), and those who act in it are among the imported",
    "first search": "by number, then by account id; nobody has asked for these rows before: their pages come "
    "from the disk or the system's memory where the database is larger than shared_buffers",
    "sign-in": "by an imported hash ({SSHA512}) that is renewed; Argon2 so small that it hides nothing",
    "code": "redeemed for the first refresh token of each person, with the read of the session before it",
    "search": "the first search again",
}


@dataclass(frozen=True, slots=True)
class Store:
    """A store of one size: how many of its accounts were imported, and in how many seconds; 0 if it is a copy."""

    accounts: int
    imported: int
    settings: Settings
    seconds: float = 0


@dataclass(frozen=True, slots=True)
class ScaleLine:
    """One size: what an act costs in microseconds of processor time, server and PostgreSQL together."""

    accounts: int
    import_seconds: float
    bytes_each: float
    costs: Mapping[str, float]


def measure_scale(sizes: Sequence[int], tell: Callable[[str], None]) -> list[ScaleLine]:
    """Return a line for each size; each has a database of its own, deleted afterwards."""
    settings = {"shared_buffers": f"{memory_mib() // 4}MB", "max_wal_size": "8GB", "checkpoint_timeout": "15min"}
    with PostgresServer(settings) as server, tempfile.TemporaryDirectory(prefix="idp-scale-") as name:
        stores: list[Store] = []
        for size in sizes:
            base = next((store for store in stores if store.accounts == IMPORTED_AT_MOST < size), None)
            made = _multiplied(server, base, size, tell) if base else _import(server, Path(name), size, tell)
            stores.append(made)
        for store in stores:
            server.settle(store.settings.database_url)
        return asyncio.run(_measure(server, stores, tell))


def _import(server: PostgresServer, folder: Path, size: int, tell: Callable[[str], None]) -> Store:
    url, file = server.create_database(), folder / f"{size}.jsonl"
    environment = {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "IDP_ISSUER": "http://localhost:8000",
        "IDP_DATABASE_URL": url,
        "IDP_MASTER_KEY_FILE": str(folder / f"{size}.key"),
    }
    _operator(environment, "prepare")
    _operator(environment, "accounts", "generate", str(size), "--out", str(file), "--hash", "ssha", "--seed", str(SEED))
    began = perf_counter()
    _operator(environment, "accounts", "import", str(file), "--wrap-later", "--json")
    seconds = perf_counter() - began
    file.unlink()
    tell(f"{size} accounts imported in {seconds:.0f} s")
    settings = Settings(
        issuer=environment["IDP_ISSUER"],
        database_url=url,
        master_key_file=Path(environment["IDP_MASTER_KEY_FILE"]),
    )
    return Store(size, size, settings, seconds)


def _multiplied(server: PostgresServer, base: Store, size: int, tell: Callable[[str], None]) -> Store:
    """Return a copy of a store with `size` accounts, a multiple of what it has."""
    times, rest = divmod(size, base.accounts)
    if rest or times > MOST_TIMES:
        raise ValueError(f"{size} is no multiple of {base.accounts} up to {MOST_TIMES} times")
    url = server.create_database(base.settings.database_url.rsplit("/", 1)[1])
    asyncio.run(multiply(url, times))
    tell(f"{size} accounts made of {base.accounts}")
    return Store(size, base.imported, base.settings.model_copy(update={"database_url": url}))


def _operator(environment: Mapping[str, str], *arguments: str) -> None:
    command = [sys.executable, "-m", "idp.cli", *arguments]
    subprocess.run(command, cwd=REPOSITORY, env=dict(environment), check=True, capture_output=True)


async def _measure(server: PostgresServer, stores: Sequence[Store], tell: Callable[[str], None]) -> list[ScaleLine]:
    async with AsyncExitStack() as stack:
        people = WARM_UP + BATCHES * BATCH
        rigs = [await open_rig(stack, store.settings, store.imported, people) for store in stores]
        sizes = [await rig.stored_bytes() for rig in rigs]
        costs: list[dict[str, float]] = [{} for _ in rigs]
        for name in rigs[0].acts:
            tell(f"measuring {name}")
            for cost, found in zip(costs, await _taking_turns(server, [rig.acts[name] for rig in rigs]), strict=True):
                cost[name] = found
    return [
        ScaleLine(store.accounts, store.seconds, size / store.accounts, cost)
        for store, size, cost in zip(stores, sizes, costs, strict=True)
    ]


async def _taking_turns(server: PostgresServer, acts: Sequence[Callable[[int], Awaitable[object]]]) -> list[float]:
    """Return for each store the median over batches of processor microseconds for one act."""
    for act in acts:
        for place in range(WARM_UP):
            await act(place)
    costs: list[list[float]] = [[] for _ in acts]
    for batch in range(BATCHES):
        # What the machine does beside us falls on every size alike: they take turns.
        for act, cost in zip(acts, costs, strict=True):
            ours, theirs = process_time(), cpu_of_children(server.pid)
            for place in range(BATCH):
                await act(WARM_UP + batch * BATCH + place)
            spent = process_time() - ours + spent_since(theirs, cpu_of_children(server.pid))
            cost.append(spent / BATCH * 1_000_000)
    return [median(cost) for cost in costs]


def render_scale(lines: Sequence[ScaleLine], conditions: Mapping[str, str]) -> str:
    """Return the table as Markdown."""
    first = lines[0].costs
    heads = ["accounts", "import, accounts/s", "import, s", "bytes each on disk", *(f"{name}, µs" for name in first)]
    rows = [_row(heads), _row(["---:"] * len(heads))]
    for line in lines:
        seconds = line.import_seconds
        importing = (f"{line.accounts / seconds:,.0f}", f"{seconds:,.0f}") if seconds else ("-", "-")
        costs = [f"{line.costs[name]:,.0f} ({line.costs[name] / first[name] - 1:+.1%})" for name in first]
        rows.append(_row([f"{line.accounts:,}", *importing, f"{line.bytes_each:,.0f}", *costs]))
    reported = [f"- {name}: {value}" for name, value in conditions.items()]
    return "\n".join(["# Cost by number of accounts", "", *reported, "", *rows, ""])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
