"""The provider's web edge on a port of its own, in a thread of this process, over a store that is as a test left it."""

import asyncio
import socket
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import uvicorn

from idp.app.foundation.opening import open_foundation
from idp.app.web import compose_web
from idp.environment import Settings
from idp.web.routes import web_application
from tests.support.patience import patient


@contextmanager
def web_edge(folder: Path) -> Iterator[str]:
    """Serve the SQLite store in a folder, without background jobs, and yield the address."""
    settings = Settings(
        issuer="http://localhost:8000",
        database_url=f"sqlite+aiosqlite:///{folder}/idp.db",
        master_key_file=folder / "master.key",
    )
    opened: Future[uvicorn.Server] = Future()

    def end(serving: "Future[None]") -> None:
        if not opened.done():
            opened.set_exception(serving.exception() or RuntimeError("the edge ended before it was open"))

    # It listens from here on: whoever comes before the edge is open waits.
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as thread:
        serving = thread.submit(asyncio.run, _serve(settings, listening, opened))
        serving.add_done_callback(end)
        server = opened.result(patient(30))
        try:
            yield f"http://localhost:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            serving.result(patient(30))


async def _serve(settings: Settings, listening: socket.socket, opened: "Future[uvicorn.Server]") -> None:
    async with AsyncExitStack() as stack:
        web = web_application(compose_web(await open_foundation(settings, stack)))
        config = uvicorn.Config(web, lifespan="off", ws="none", log_config=None, access_log=False)
        server = uvicorn.Server(config)
        opened.set_result(server)
        await server.serve([listening])
