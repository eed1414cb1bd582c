"""A raw HTTP server on loopback that answers with exactly the bytes a test wants, slowly or endlessly if need be."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(slots=True)
class LocalServer:
    """Where it listens, how many connections came, and the requests as they were received."""

    port: int = 0
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)

    def url(self, host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}/path?query=1"

    @property
    def allow(self) -> str:
        return f"127.0.0.1:{self.port}"


def says(answer: bytes) -> Behaviour:
    """Behave as a server that sends these bytes and closes."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    return behave


def ok(body: bytes = b"hello", *headers: bytes) -> Behaviour:
    """Behave as a server that answers 200 with this body."""
    lines = [b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), b"Content-Type: text/plain", *headers]
    return says(b"\r\n".join(lines) + b"\r\n\r\n" + body)


@asynccontextmanager
async def local_server(behave: Behaviour, tls: ssl.SSLContext | None = None) -> AsyncIterator[LocalServer]:
    local = LocalServer()
    serving: set[asyncio.Task[None] | None] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        local.connections += 1
        serving.add(asyncio.current_task())
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = await reader.readuntil(b"\r\n\r\n")
            local.requests.append(head + await reader.readexactly(_body_length(head)))
            await behave(writer)
        writer.close()
        with suppress(ConnectionError, ssl.SSLError, asyncio.CancelledError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    async with server:
        local.port = server.sockets[0].getsockname()[1]
        try:
            yield local
        finally:
            running = [task for task in serving if task is not None]
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)


def _body_length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0
