"""A TCP relay between a server and its store that can hold, cut and wait for bytes."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Self
from urllib.parse import urlsplit, urlunsplit

from tests.support.patience import patient

_CHUNK = 65536
Judge = Callable[[int, bytes], bool]


@dataclass(slots=True)
class Fault:
    """What the relay does from now on; a change counts for connections that are open too.

    `before_send` sees each chunk on its way to the store with the number of its connection, `before_answer` each on
    its way back: returning False cuts the connection instead of passing the chunk on. `hang` passes nothing on,
    `refuse` takes no new connection. `latency` is a pause before each chunk.
    """

    before_send: Judge = field(default=lambda _connection, _chunk: True)
    before_answer: Judge = field(default=lambda _connection, _chunk: True)
    hang: bool = False
    refuse: bool = False
    latency: timedelta = timedelta(0)


class FaultProxy:
    """Listens on a free port and relays to `target_url`'s host and port; runs in a thread of its own."""

    def __init__(self, target_url: str) -> None:
        parts = urlsplit(target_url)
        self._parts = parts
        self._target = (parts.hostname or "", parts.port or 0)
        self.fault = Fault()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._port = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._numbers = count()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(patient(10)), "the relay did not start"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    @property
    def url(self) -> str:
        """The store's address through the relay."""
        user = f"{self._parts.username}@" if self._parts.username else ""
        return urlunsplit(self._parts._replace(netloc=f"{user}127.0.0.1:{self._port}"))

    def cut_all(self) -> None:
        """Cut every open connection at once."""
        self._loop.call_soon_threadsafe(self._abort_all)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        self._abort_all()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*asyncio.all_tasks(self._loop), return_exceptions=True))
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def _abort_all(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.fault.refuse:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        both, number = {writer, far_writer}, next(self._numbers)
        self._writers |= both
        ways = [
            asyncio.ensure_future(self._relay(reader, far_writer, lambda c: self.fault.before_send(number, c))),
            asyncio.ensure_future(self._relay(far_reader, writer, lambda c: self.fault.before_answer(number, c))),
        ]
        # When one side ends, so does the other: half-open connections would outlive the test.
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        for one in both:
            one.transport.abort()
        self._writers -= both

    async def _relay(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, judge: Callable[[bytes], bool]
    ) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(_CHUNK):
                if self.fault.latency:
                    await asyncio.sleep(self.fault.latency.total_seconds())
                while self.fault.hang:  # noqa: ASYNC110 - the test flips a flag from its own thread
                    await asyncio.sleep(0.02)
                if not judge(chunk):
                    return
                writer.write(chunk)
                await writer.drain()
