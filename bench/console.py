"""`python -m bench console`: every page of administration over a store as large as the country's."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

from bench import cores, our_store
from bench.console_facts import gather_facts
from bench.console_lookups import LOOK
from bench.console_pages import Ask, every_ask
from bench.console_rows import Tell
from bench.console_statements import StatementCount, counting
from bench.console_store import OPERATOR_POST, PROVINCE, PROVINCE_POST, ConsoleStore, Size
from bench.console_viewer import Looked, Viewer
from bench.cores import ON_SERVER_CORE, cpu_of_children, exact_cpu_time, spent_since
from idp.kernel.ids import AccountId
from idp.web.admin.routes import CONSOLE
from idp.web.admin_api.table import OPERATIONS
from migrations.runner import upgrade
from tests.support.running.servers import PROVIDER, PostgresServer, ServerProcess, free_port

GOAL_MS = 100
ACCOUNTS, CLIENTS, EVENTS, SAMPLES = 1_000_000, 10_000, 50_000_000, 60
_COUNTED, _WARM_UP = 5, 3
# A search of the log looks up to three times, however many rows there are: for what is rare it takes two more.
_LOOKS = 2
_GOOD, _FORBIDDEN = 200, {403, 404}
# What is the country's alone, whatever a role brings elsewhere.
REFUSED = "refused to them"
UNKNOWN = "not measured: the tool knows no object or value to ask for"
HOW: Mapping[str, str] = {
    "goal": f"every page answers in less than {GOAL_MS} ms; judged by p95, beside it the slowest",
    "placement": "server (with its jobs) on one core, PostgreSQL and the reader on the other; one request at a time",
    "processor": "time of the server and PostgreSQL together for one answer, whatever else the machine does",
    "time": "of the whole answer, as a program on the same machine waits for it; of an export, of its first piece",
    "addresses": "those of one row take turns: objects and values from all over the store, the busiest among them",
    "who": f"the operator of the country; the administrator of {PROVINCE}, the largest province, its communes included",
    "statements": "sent for one answer, written events apart: with 10 rows, then with 100 (the API) or with the page's "
    "50 (the console); least and most of several objects",
    "rows": "API lists with limit=100, the console's with 50",
}


@dataclass(frozen=True, slots=True)
class ConsoleLine:
    """What was found of one ask. `statements`: with few rows, and with many, each from least to most."""

    who: str
    title: str
    milliseconds: tuple[float, ...] = ()
    # Of the server and of PostgreSQL together, for one answer, in milliseconds.
    processor: float = 0
    statements: tuple[tuple[int, int], ...] = ()
    # Why there are no numbers, or why they are not to be trusted.
    trouble: str = ""

    @property
    def p95(self) -> float:
        """Return what 95 of 100 do not exceed."""
        found = self.milliseconds
        return quantiles(found, n=20, method="inclusive")[-1] if len(found) > 1 else max(found)

    @property
    def reached(self) -> bool:
        """Say whether the goal is."""
        return bool(self.milliseconds) and not self.trouble and self.p95 < GOAL_MS

    @property
    def grows(self) -> bool:
        """Say whether more rows take more statements."""
        return len(self.statements) > 1 and self.statements[1][1] > self.statements[0][1] + _LOOKS


def measure_console(size: Size, folder: Path | None, samples: int, tell: Tell) -> list[ConsoleLine]:
    """Return a line for each page; a store in a `folder` is kept, and used again where it has that size."""
    kept = folder or Path(tempfile.mkdtemp(prefix="idp-console-"))
    try:
        store = ConsoleStore(kept)
        loaded = store.size
        if loaded is None or not loaded.same_as(size):
            shutil.rmtree(kept, ignore_errors=True)
            store.load(size, our_store.ISSUER, tell)
        return _on_store(store, samples, tell)
    finally:
        if folder is None:
            shutil.rmtree(kept, ignore_errors=True)


def _on_store(store: ConsoleStore, samples: int, tell: Tell) -> list[ConsoleLine]:
    size, port = store.size, free_port()
    if size is None:
        raise RuntimeError("nothing is loaded")
    base_url = f"http://127.0.0.1:{port}"
    with PostgresServer(_measured(), kept=store.server_folder) as server:
        upgrade(server.url)
        environment = {
            "IDP_ISSUER": our_store.ISSUER,
            "IDP_LISTEN": f"127.0.0.1:{port}",
            "IDP_DATABASE_URL": server.url,
            "IDP_MASTER_KEY_FILE": str(store.master_key),
            "IDP_TRUSTED_PROXIES": "127.0.0.1",
        }
        argv, log = [*ON_SERVER_CORE, *PROVIDER], store.folder / "server.log"
        with ServerProcess(argv, base_url=base_url, environment=environment, log_path=log) as process:
            viewers = {
                "country": Viewer(base_url, OPERATOR_POST, "198.51.100.1"),
                "province": Viewer(base_url, PROVINCE_POST, "198.51.100.2"),
            }

            def used() -> Mapping[int, float]:
                own = exact_cpu_time(process.pid).total_seconds()
                return {process.pid: own, **cpu_of_children(server.pid)}

            return asyncio.run(_Run(store, server.url, size, samples, used, tell).lines(viewers))


def _measured() -> dict[str, str]:
    return {"shared_buffers": f"{cores.memory_mib() // 4}MB"}


@dataclass(frozen=True, slots=True)
class _Run:
    """One run over a loaded store. `used`: the processor time of each process so far."""

    store: ConsoleStore
    url: str
    size: Size
    samples: int
    used: Callable[[], Mapping[int, float]]
    tell: Tell

    async def lines(self, viewers: Mapping[str, Viewer]) -> list[ConsoleLine]:
        """Return what each of those who look finds."""
        found = []
        async with counting(self.store.settings(self.url, our_store.ISSUER)) as count:
            for who, viewer in viewers.items():
                facts = await gather_facts(self.url, self.size, national=who == "country")
                for ask in every_ask(facts, CONSOLE, OPERATIONS):
                    found.append(await self._line(who, viewer, ask, count))
                    self.tell(_brief(found[-1]))
        return found

    async def _line(self, who: str, viewer: Viewer, ask: Ask, count: StatementCount) -> ConsoleLine:
        if not ask.addresses:
            return ConsoleLine(who, ask.title, trouble=UNKNOWN)
        viewer.refresh()
        seen = _found(ask, [viewer.look_for(AccountId(one)) for one in ask.sought])
        self._look(viewer, seen, range(-_WARM_UP, 0))
        before = self.used()
        looked = self._look(viewer, seen, range(self.samples))
        processor = spent_since(before, self.used()) / self.samples * 1000
        # The server closes what rests, and counting takes a while.
        viewer.close()
        wrong = sorted({one.status for one in looked if one.status != _GOOD})
        if wrong and set(wrong) <= _FORBIDDEN and who != "country":
            return ConsoleLine(who, ask.title, trouble=REFUSED)
        if wrong:
            return ConsoleLine(who, ask.title, trouble=f"answered {', '.join(map(str, wrong))}")
        # An export goes through the whole log, in any number of statements.
        calling = viewer.headers(api=True)
        counted = _found(ask, [await count.look_for(AccountId(one), calling) for one in ask.sought[:_COUNTED]])
        groups = () if ask.streamed else tuple(some for some in (counted.few, counted.addresses) if some)
        headers = viewer.headers(api=ask.api)
        statements = [await count.most_and_least(some[:_COUNTED], headers) for some in groups]
        milliseconds = tuple(one.milliseconds for one in looked)
        return ConsoleLine(who, ask.title, milliseconds, processor, tuple(statements))

    def _look(self, viewer: Viewer, ask: Ask, places: Iterable[int]) -> list[Looked]:
        addresses = ask.addresses
        return [viewer.look(addresses[place % len(addresses)], api=ask.api, streamed=ask.streamed) for place in places]


def _found(ask: Ask, looks: Sequence[str]) -> Ask:
    """Return an ask at the addresses of the looks that were made for it, if it needs any."""
    if not ask.sought:
        return ask
    paired = zip(ask.addresses, looks, strict=False)
    return replace(ask, addresses=tuple(address.replace(LOOK, look) for address, look in paired))


def _brief(line: ConsoleLine) -> str:
    if line.trouble:
        return f"{line.who}: {line.title}: {line.trouble}"
    slowest = max(line.milliseconds)
    numbers = f"p50 {median(line.milliseconds):.1f} p95 {line.p95:.1f} max {slowest:.1f} cpu {line.processor:.1f}"
    return f"{line.who}: {line.title}: {numbers} statements {_statements(line)}"


def render_console(lines: Sequence[ConsoleLine], reported: Mapping[str, str]) -> str:
    """Return the table as Markdown."""
    heads = ["who", "page", "p50, ms", "p95, ms", "max, ms", "processor, ms", "statements", f"under {GOAL_MS} ms"]
    rows = [_row(heads), _row(["---", "---", "---:", "---:", "---:", "---:", "---:", "---"])]
    rows += [_row(_cells(line)) for line in lines]
    return "\n".join(["# Pages of administration", "", *(f"- {name}: {text}" for name, text in reported.items()),
                      "", *_verdict(lines), "", *rows, ""])  # fmt: skip


def _verdict(lines: Sequence[ConsoleLine]) -> list[str]:
    measured = [line for line in lines if line.milliseconds]
    slow = [line for line in measured if not line.reached]
    once = [line for line in measured if max(line.milliseconds) >= GOAL_MS]
    cheap = sum(line.processor < GOAL_MS for line in measured)
    growing = [line for line in measured if line.grows]
    unknown = [line for line in lines if not line.milliseconds and line.trouble != REFUSED]
    others = ", **NOT reached** by the others" if slow else ""
    return [
        (
            f"{len(measured) - len(slow)} of {len(measured)} rows reach the goal by p95{others}; the slowest answer of "
            f"{len(once)} was above it. {len(growing)} rows take more statements for more rows. "
            f"{len(unknown)} were not measured. {cheap} of {len(measured)} take under {GOAL_MS} ms of the processor."
        )
    ]


def _cells(line: ConsoleLine) -> list[str]:
    if line.trouble:
        return [line.who, line.title, *"-----", line.trouble]
    numbers = [median(line.milliseconds), line.p95, max(line.milliseconds), line.processor]
    verdict = "yes" if line.reached else "**NOT reached**"
    return [line.who, line.title, *(f"{one:.1f}" for one in numbers), _statements(line), verdict]


def _statements(line: ConsoleLine) -> str:
    texts = [f"{least}" if least == most else f"{least}-{most}" for least, most in line.statements]
    return " → ".join(texts) + (" GROWS" if line.grows else "")


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def new_size(accounts: int, clients: int, events: int) -> Size:
    """Return a size to be loaded now."""
    return Size(accounts, clients, events, datetime.now(UTC))
