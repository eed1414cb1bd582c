"""The provider in this process, over a database and a Redis link that count what they are sent."""

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import Future
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Self, TypeVar

import uvicorn
from starlette.types import ASGIApp

from idp.adapters.redis.address import parse_address
from idp.adapters.redis.link import RedisLink
from idp.adapters.redis.shortlived import RedisShortLivedStore
from idp.adapters.sql.database import Database, open_database
from idp.app.foundation.opening import open_foundation
from idp.app.web import compose_web
from idp.environment import Settings
from idp.web.routes import web_application
from records.structs import replace
from tests.support.patience import patient
from tests.support.running.sql_stores import StatementCounter
from tests.support.waiting import wait_for

T = TypeVar("T")
_WRITTEN = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")


@dataclass(frozen=True, slots=True)
class Trips:
    """What one operation sent: commands to Redis, and statements to PostgreSQL.

    `noted` are those that write audit events and nothing else: nobody waits for them, many share one.
    """

    redis: int = 0
    reads: int = 0
    writes: int = 0
    noted: int = 0


@dataclass(frozen=True, slots=True)
class _Opened:
    database: Database
    link: RedisLink
    web: ASGIApp


class CountedProvider:
    """Serves on a port from a thread of its own; no job runs beside the requests, so each trip belongs to one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._counter = StatementCounter()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: uvicorn.Server | None = None
        self._serving: Future[None] | None = None
        self._opened: _Opened | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        self._serving = asyncio.run_coroutine_threadsafe(self._serve(), self._loop)
        wait_for("the counted provider serves", self._serves)
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.should_exit = True
        if self._serving is not None:
            self._serving.result(timeout=patient(20))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def trips(self, operation: Callable[[], object]) -> Trips:
        """Run an operation and return what it sent; events that wait to be written are written before and after."""
        opened = self._ready()
        self._run(opened.database.ledger.flush())
        self._counter.take()
        commands = opened.link.commands_sent
        operation()
        self._run(opened.database.ledger.flush())
        written = [tables_written(statement) for statement in self._counter.statements]
        noted, reads = written.count({"audit_events"}), written.count(set())
        return Trips(opened.link.commands_sent - commands, reads, len(written) - reads - noted, noted)

    def _ready(self) -> _Opened:
        assert self._opened is not None
        return self._opened

    def _serves(self) -> bool:
        if self._serving is not None and self._serving.done():
            self._serving.result()
        return self._server is not None and self._server.started

    def _run(self, work: Coroutine[None, None, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=patient(20))

    async def _serve(self) -> None:
        async with self._composed() as opened:
            host, _, port = self._settings.listen.rpartition(":")
            config = uvicorn.Config(opened.web, host=host, port=int(port), lifespan="off", log_config=None)
            server = uvicorn.Server(config)
            self._opened, self._server = opened, server
            await server.serve()

    @asynccontextmanager
    async def _composed(self) -> AsyncIterator[_Opened]:
        async with AsyncExitStack() as stack:
            foundation = await open_foundation(self._settings, stack)
            database = await open_database(self._settings.database_url, observer=self._counter)
            stack.push_async_callback(database.close)
            link = RedisLink(parse_address(self._settings.redis_url))
            stack.push_async_callback(link.close)
            counted = replace(foundation, database=database, shortlived=RedisShortLivedStore(link))
            yield _Opened(database, link, web_application(compose_web(counted)))


def tables_written(statement: str) -> set[str]:
    """Return the tables that a statement changes."""
    return set(_WRITTEN.findall(statement))
