"""A connection to PostgreSQL that blocking code keeps open: a process of psql for each statement costs 0.4 s."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import TypeVar

import asyncpg

from tests.support.patience import patient

_T = TypeVar("_T")


class PostgresSession:
    """Connects at the first statement, and again after `close`; the driver's loop runs in a thread of its own."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._connection: asyncpg.Connection | None = None

    def execute(self, script: str) -> None:
        """Run statements as one transaction, or one that takes none."""
        self._run(self._execute(script))

    def fetch(self, query: str) -> list[asyncpg.Record]:
        """Return the rows of a query."""
        return self._run(self._fetch(query))

    def close(self) -> None:
        """Let go of the server without waiting for it, as it may be gone."""
        if self._loop is None or self._thread is None:
            return
        self._run(self._terminate())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = self._thread = None

    def _run(self, work: Coroutine[None, None, _T]) -> _T:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, name="postgres session", daemon=True)
            self._thread.start()
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _execute(self, script: str) -> None:
        await (await self._connected()).execute(script)

    async def _fetch(self, query: str) -> list[asyncpg.Record]:
        rows: list[asyncpg.Record] = await (await self._connected()).fetch(query)
        return rows

    async def _connected(self) -> "asyncpg.Connection":
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(self._address, timeout=patient(30))
        return self._connection

    async def _terminate(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None
        # The transport closes itself in the next turn of the loop.
        await asyncio.sleep(0)
