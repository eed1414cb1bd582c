"""The ASGI application: its start, its stop, and what runs beside the requests."""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from datetime import timedelta

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from idp.app.foundation.known_levels import refuse_unknown_levels
from idp.app.foundation.opening import Foundation, open_foundation
from idp.app.start import reporting_start_failure
from idp.app.web import compose_web
from idp.environment import Settings
from idp.kernel.errors import IdpError
from idp.web.routes import web_application

_log = structlog.get_logger("idp.app")
# A disabled client stops, and a rotated key is published, within this time on every process.
REFRESH_EVERY = timedelta(milliseconds=400)


Background = Callable[[Foundation], Awaitable[None]]


class Provider:
    """The ASGI application: opens its parts when the server starts, closes them when it stops."""

    def __init__(self, settings: Settings, background: tuple[Background, ...]) -> None:
        """Take the settings and the jobs that run beside the requests."""
        self._settings = settings
        self._background = background
        self._web: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or the server's start and stop."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif self._web is not None:
            await self._web(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        async with AsyncExitStack() as stack:
            try:
                foundation = await open_foundation(self._settings, stack)
                refuse_unknown_levels(foundation.registry.every())
                self._web = web_application(compose_web(foundation))
            except Exception as error:
                await send({"type": "lifespan.startup.failed", "message": ""})
                if reporting_start_failure(error):
                    return
                _log.exception("start_failed", reason="nobody expected this")
                raise
            for job in (keep_fresh, watch_registers, watch_upstreams, *self._background):
                stack.push_async_callback(_stop, asyncio.create_task(forever(job, foundation)))
            # What lives from here on was made for requests: the collector need not look at the rest again. Nor once
            # before: a start leaves little garbage, and finding it costs a tenth of the start.
            gc.freeze()
            gc.enable()
            gc.set_threshold(50_000, 20, 100)
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


async def keep_fresh(foundation: Foundation) -> None:
    """Follow the changes of other processes."""
    while True:
        await asyncio.sleep(REFRESH_EVERY.total_seconds())
        await foundation.refresh()


async def watch_registers(foundation: Foundation) -> None:
    """Notice that a register went away or came back, also when nobody asks it."""
    await foundation.registers.keep_watch()


async def watch_upstreams(foundation: Foundation) -> None:
    """Notice the same of upstream providers. Where there are none, the job waits."""
    await foundation.upstreams.keep_watch()
    await asyncio.Event().wait()


async def forever(job: Background, foundation: Foundation) -> None:
    """Run a job; when it fails, say so and begin it again."""
    while True:
        try:
            await job(foundation)
        except IdpError as error:
            _log.warning("background_job_interrupted", job=job.__name__, code=error.code)
        except Exception as error:  # noqa: BLE001 - the last guard of a job that must go on
            _log.exception("background_job_failed", job=job.__name__, kind=type(error).__name__)
        await asyncio.sleep(1)


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def build(settings: Settings, background: tuple[Background, ...] = ()) -> Provider:
    """Return the provider as an ASGI application."""
    return Provider(settings, background)
