"""Finds the handler of a request by its path: nearly every address of ours is an exact one."""

from collections.abc import Awaitable, Callable, Iterable, Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from idp.web.http.leaving import LeaveEarly

Handler = Callable[[Request], Awaitable[Response]]
# Path, handler and methods.
Row = tuple[str, Handler, tuple[str, ...]]
# The segments of a path that names something, and the handlers by method.
_Pattern = tuple[tuple[str, ...], dict[str, Handler]]


class Router:
    """The table of routes as an ASGI application.

    Starlette's router tries one pattern after the other and wraps each handler twice; a dictionary is all we need,
    and it takes a fifth off the cost of an introspection. Paths that name an object are looked at after it.
    """

    def __init__(self, table: Iterable[Row]) -> None:
        self._exact: dict[str, dict[str, Handler]] = {}
        # By the number of segments, so that few are tried.
        self._patterns: dict[int, list[_Pattern]] = {}
        named: dict[str, dict[str, Handler]] = {}
        for path, handler, methods in table:
            place = named if "{" in path else self._exact
            place.setdefault(path, {}).update(dict.fromkeys(methods, handler))
        for path, handlers in named.items():
            segments = tuple(path.split("/"))
            self._patterns.setdefault(len(segments), []).append((segments, handlers))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; raises `HTTPException` 404, or 405 naming the allowed methods (RFC 9110 15.5.6)."""
        handlers = self._exact.get(scope["path"]) or self._by_pattern(scope)
        method: str = scope["method"]
        # RFC 9110 9.3.2: HEAD is GET without the body, which the server leaves out.
        handler = handlers.get("GET" if method == "HEAD" else method)
        if handler is None:
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(handlers))})
        try:
            response = await handler(Request(scope, receive, send))
        except LeaveEarly as leaving:
            response = leaving.response
        await response(scope, receive, send)

    def _by_pattern(self, scope: Scope) -> Mapping[str, Handler]:
        found = tuple(scope["path"].split("/"))
        for segments, handlers in self._patterns.get(len(found), ()):
            names = match_segments(segments, found)
            if names is not None:
                scope["path_params"] = names
                return handlers
        raise HTTPException(404)


def match_segments(wanted: tuple[str, ...], found: tuple[str, ...]) -> dict[str, str] | None:
    """Return what the named segments hold; None where a segment differs or is empty."""
    names: dict[str, str] = {}
    for segment, text in zip(wanted, found, strict=True):
        if segment.startswith("{") and text:
            names[segment[1:-1]] = text
        elif segment != text:
            return None
    return names
