"""A server on a free port that answers bytes with bytes, for what a real Redis would never say."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass(slots=True)
class FakeServer:
    """What was received, read by read, and from how many connections."""

    url: str = ""
    received: list[bytes] = field(default_factory=list)
    connections: int = 0


@asynccontextmanager
async def answering(
    answer: Callable[[bytes], bytes], *, byte_by_byte: bool = False, drop_after_answer: bool = False
) -> AsyncIterator[FakeServer]:
    fake = FakeServer()
    serving: set[asyncio.Task[None] | None] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        fake.connections += 1
        serving.add(asyncio.current_task())
        with suppress(ConnectionError):
            while received := await reader.read(1 << 20):
                fake.received.append(received)
                reply = answer(received)
                for piece in [reply[n : n + 1] for n in range(len(reply))] if byte_by_byte else [reply]:
                    writer.write(piece)
                    await writer.drain()
                if drop_after_answer:
                    break
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        fake.url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield fake
        await asyncio.wait([task for task in serving if task is not None], timeout=5)
