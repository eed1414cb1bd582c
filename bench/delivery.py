"""`python -m bench delivery`: how long a code by SMS takes while notices wait for a receiver that answers nothing."""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

import orjson

from bench.our_store import CLIENT
from idp.app.foundation.opening import Foundation, open_foundation
from idp.environment import Settings
from idp.kernel.ids import new_id
from idp.kernel.outbox import Enqueue
from tests.contract.egress.local_server import LocalServer, local_server, ok
from tests.support.running.provider import Provider
from tests.support.running.servers import PostgresServer, RedisServer

NOTICES, CODES, PROCESSES = 1_500, 40, 2
GOAL_SECONDS = 2.0
_GIVEN_UP = 600
_PAUSE = 0.25
_CLIENT = "hung"

HOW: Mapping[str, str] = {
    "waiting": f"{NOTICES:,} logout notices for one portal that takes every connection and answers nothing",
    "code": "from the commit that puts a registration code in the outbox until the gateway has read it",
    "processes": f"{PROCESSES} of `server.py` on PostgreSQL and Redis, with all their jobs; {CODES} codes in turn",
}


def measure_delivery() -> list[float]:
    """Return for each code the seconds until the gateway had it."""
    with (
        tempfile.TemporaryDirectory(prefix="idp-delivery-") as name,
        PostgresServer() as sql,
        RedisServer() as redis,
    ):
        return asyncio.run(_measure(Path(name), sql.create_database(), redis.url))


async def _measure(folder: Path, database_url: str, redis_url: str) -> list[float]:
    async def never(_: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with AsyncExitStack() as stack:
        hung = await stack.enter_async_context(local_server(never))
        gateway = await stack.enter_async_context(local_server(ok()))
        provider = Provider(folder, database_url, redis_url, PROCESSES, {"IDP_MESSAGE_GATEWAY_URL": gateway.url()})
        client = deepcopy({**CLIENT, "client_id": _CLIENT, "backchannel_logout_uri": hung.url()})
        await asyncio.to_thread(provider.prepare, [client], [])
        settings = {name.removeprefix("IDP_").lower(): said for name, said in provider.environment(port=1).items()}
        foundation = await open_foundation(Settings.model_validate(settings), stack)
        await _wait_for_hung(foundation)
        await asyncio.to_thread(provider.__enter__)
        stack.callback(provider.__exit__)
        async with asyncio.timeout(_GIVEN_UP):
            while not hung.connections:  # noqa: ASYNC110 (the server tells nobody)
                await asyncio.sleep(0.01)
        return [await _one_code(foundation, gateway) for _ in range(CODES)]


async def _wait_for_hung(foundation: Foundation) -> None:
    now = foundation.clock.now()
    said = [{"session_id": new_id(), "client_id": _CLIENT, "person_id": new_id()} for _ in range(NOTICES)]
    notices = [
        Enqueue(
            kind="logout_notice",
            key=f"{one['session_id']}:{_CLIENT}",
            payload=orjson.dumps(one),
            due_at=now,
            gives_up_at=now + timedelta(days=1),
            receiver=_CLIENT,
        )
        for one in said
    ]
    await foundation.database.ledger.commit(*notices)


async def _one_code(foundation: Foundation, gateway: LocalServer) -> float:
    values: dict[str, str | timedelta] = {"code": "123456", "valid_for": timedelta(minutes=2)}
    messages, now, before = foundation.shared.messages, foundation.clock.now(), len(gateway.requests)
    code = messages.sms("registration_code", "+84912345678", "vi", values, now, timedelta(minutes=10))
    started = perf_counter()
    await foundation.database.ledger.commit(code)
    async with asyncio.timeout(_GIVEN_UP):
        while len(gateway.requests) == before:  # noqa: ASYNC110 (the server tells nobody)
            await asyncio.sleep(0.002)
    taken = perf_counter() - started
    await asyncio.sleep(_PAUSE)
    return taken


def render_delivery(seconds: Sequence[float], reported: Mapping[str, str]) -> str:
    """Return the table as Markdown."""
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, round(len(ordered) * 0.95))]
    reached = "yes" if ordered[-1] < GOAL_SECONDS else "**no**"
    cells = " | ".join(f"{one * 1000:.0f}" for one in (median(ordered), p95, ordered[-1], GOAL_SECONDS))
    head = "| | median ms | 95 % ms | longest ms | goal ms | reached |\n| --- | --- | --- | --- | --- | --- |"
    lines = [
        "# A code by SMS beside a receiver that hangs",
        "",
        *(f"- {name}: {value}" for name, value in reported.items()),
    ]
    return "\n".join([*lines, "", head, f"| the gateway has the code | {cells} | {reached} |", ""])
