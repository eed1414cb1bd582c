"""`python -m bench stopping`: how soon every server process refuses a client that one administrator stops."""

import asyncio
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

import httpx2

from bench.browser import REDIRECT_URI
from bench.our_store import CLIENT
from clients.model import ClientId
from idp.admin.actor import Actor
from idp.admin.clients.administration import ClientAdministration
from idp.app.admin.clients import compose_client_administration
from idp.app.foundation.opening import open_foundation
from idp.audit.model import Origin
from idp.environment import Settings
from idp.kernel.clock import SystemClock
from idp.kernel.ids import AccountId, PersonId, RoleGrantId, new_id
from idp.officers.roles import NATIONAL, Role, RoleGrant
from tests.support.running.provider import Provider
from tests.support.running.servers import PostgresServer, RedisServer

PROCESSES, STOPS = 4, 40
GOAL_SECONDS = 1.0
# Between two questions to one process; what it adds to the result is at most this and one answer.
_ASK_EVERY, _MOST_QUESTIONS = 0.005, 4_000
_QUERY = {
    "response_type": "code",
    "redirect_uri": REDIRECT_URI,
    "scope": "openid",
    "state": "s",
    "nonce": "n",
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "S256",
}
_REFUSED = 400

HOW: Mapping[str, str] = {
    "stop": "the use case that the console and the API call (`ClientRegistrations.stop`), from one more process",
    "until": "a server process refuses an authorization request of that client; asked every 5 ms, all at once; the "
    "clock starts before the stop is written",
    "processes": f"{PROCESSES} on PostgreSQL and Redis, each with one stop after another of {STOPS} clients",
}


def measure_stopping(processes: int, stops: int) -> list[list[float]]:
    """Return for each stop the seconds until each process refused."""
    with (
        tempfile.TemporaryDirectory(prefix="idp-stopping-") as name,
        _running(Path(name), processes, stops) as provider,
    ):
        return asyncio.run(_stop_them(provider, processes, stops))


@contextmanager
def _running(folder: Path, processes: int, stops: int) -> Iterator[Provider]:
    with PostgresServer() as sql, RedisServer() as redis:
        provider = Provider(folder, sql.create_database(), redis.url, count=processes)
        # Lists of their own: the file that they are written to takes no aliases.
        provider.prepare([deepcopy({**CLIENT, "client_id": _client(place)}) for place in range(stops)], [])
        with provider:
            yield provider


def _client(place: int) -> str:
    return f"stopped-{place}"


async def _stop_them(provider: Provider, processes: int, stops: int) -> list[list[float]]:
    # It serves nobody: the port is a form that must be filled.
    environment = provider.environment(port=1)
    settings = Settings.model_validate({name.removeprefix("IDP_").lower(): said for name, said in environment.items()})
    bases = [provider.base(place) for place in range(processes)]
    async with AsyncExitStack() as stack:
        clients = compose_client_administration(await open_foundation(settings, stack))
        http = await stack.enter_async_context(httpx2.AsyncClient(trust_env=False))
        return [await _stop_one(clients, http, bases, ClientId(_client(place))) for place in range(stops)]


async def _stop_one(
    clients: ClientAdministration, http: httpx2.AsyncClient, bases: Sequence[str], client_id: ClientId
) -> list[float]:
    if any([await _refuses(http, base, client_id) for base in bases]):
        raise RuntimeError(f"{client_id} is refused before it was stopped")
    started = perf_counter()

    async def refused(base: str) -> float:
        for _ in range(_MOST_QUESTIONS):
            if await _refuses(http, base, client_id):
                return perf_counter() - started
            await asyncio.sleep(_ASK_EVERY)
        raise RuntimeError(f"{base} does not refuse {client_id}")

    waiting = [asyncio.create_task(refused(base)) for base in bases]
    await clients.registrations.stop(_operator(), client_id, "measured")
    return list(await asyncio.gather(*waiting))


async def _refuses(http: httpx2.AsyncClient, base: str, client_id: ClientId) -> bool:
    answer = await http.get(f"{base}/authorize", params={**_QUERY, "client_id": client_id})
    return answer.status_code == _REFUSED


def _operator() -> Actor:
    account, now = PersonId(new_id()), SystemClock().now()
    ends_at = now + timedelta(days=1)
    grant = RoleGrant(
        RoleGrantId(new_id()), account, AccountId(account), Role.NATIONAL_OPERATOR, NATIONAL, "bench", now, now, ends_at
    )
    return Actor(account, AccountId(account), "G22", "G22-BENCH1", (grant,), fresh=True, origin=Origin(new_id()))


def render_stopping(found: Sequence[Sequence[float]], reported: Mapping[str, str]) -> str:
    """Return the table as Markdown."""
    last = sorted(max(times) for times in found)
    every = sorted(seconds for times in found for seconds in times)
    rows = (
        ("one process refuses", every),
        ("all processes refuse", last),
    )
    lines = ["# A stopped client on every process", ""]
    lines += [f"- {name}: {value}" for name, value in reported.items()]
    lines += ["", "| | median ms | 95 % ms | longest ms | goal ms | reached |", "| --- | --- | --- | --- | --- | --- |"]
    for name, seconds in rows:
        p95 = seconds[min(len(seconds) - 1, round(len(seconds) * 0.95))]
        reached = "yes" if seconds[-1] < GOAL_SECONDS else "**no**"
        cells = [f"{one * 1000:.0f}" for one in (median(seconds), p95, seconds[-1], GOAL_SECONDS)]
        lines.append(f"| {name} | {' | '.join(cells)} | {reached} |")
    return "\n".join([*lines, ""])
