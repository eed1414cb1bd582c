"""Lets the browser that holds a run meet the client's twin on the pages of signing in; nobody else ever does."""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response

from idp.web.http.cookies import Cookies
from idp.web.http.router import Handler, Route
from idp.web.parts import Parts


def with_twins(routes: Iterable[Route], parts: Parts, cookies: Cookies) -> list[Route]:
    """Return the routes, which know the twin of a run in the requests of the browser that holds it."""
    return [(path, _knowing(handler, parts, cookies), methods) for path, handler, methods in routes]


def _knowing(handler: Handler, parts: Parts, cookies: Cookies) -> Handler:
    async def handle(request: Request) -> Response:
        held = cookies.trial(request)
        running = await parts.trying.trials.running(held) if held else None
        if running is None:
            return await handler(request)
        with parts.registry.with_twin(running.twin):
            return await handler(request)

    return handle
