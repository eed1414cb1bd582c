"""Finds the handler of a request by its path: nearly every address of ours is an exact one."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Generic, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from idp.web.http.leaving import LeaveEarly

Handler = Callable[[Request], Awaitable[Response]]
# Path, handler and methods.
Row = tuple[str, Handler, tuple[str, ...]]
T = TypeVar("T")


class PathIndex(Generic[T]):
    """Finds what stands under a path: an exact one first, then one whose segments such as `{name}` take any text."""

    def __init__(self, values: Mapping[str, T]) -> None:
        self.exact = {path: value for path, value in values.items() if "{" not in path}
        # By the number of segments, so that few are tried.
        self._patterns: dict[int, list[tuple[tuple[str, ...], T]]] = {}
        for path, value in values.items():
            if path not in self.exact:
                segments = tuple(path.split("/"))
                self._patterns.setdefault(len(segments), []).append((segments, value))

    def by_pattern(self, path: str) -> tuple[T, dict[str, str]] | None:
        """Return what stands under a path that names something, with what its named segments hold."""
        found = tuple(path.split("/"))
        for segments, value in self._patterns.get(len(found), ()):
            names = _match(segments, found)
            if names is not None:
                return value, names
        return None


class Router:
    """The table of routes as an ASGI application.

    Starlette's router tries one pattern after the other and wraps each handler twice; a dictionary is all we need,
    and it takes a fifth off the cost of an introspection. Paths that name an object are looked at after it.
    """

    def __init__(self, table: Iterable[Row]) -> None:
        handlers: dict[str, dict[str, Handler]] = {}
        for path, handler, methods in table:
            handlers.setdefault(path, {}).update(dict.fromkeys(methods, handler))
        self._paths = PathIndex(handlers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; raises `HTTPException` 404, or 405 naming the allowed methods (RFC 9110 15.5.6)."""
        handlers = self._paths.exact.get(scope["path"]) or self._by_pattern(scope)
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
        found = self._paths.by_pattern(scope["path"])
        if found is None:
            raise HTTPException(404)
        handlers, scope["path_params"] = found
        return handlers


def _match(wanted: tuple[str, ...], found: tuple[str, ...]) -> dict[str, str] | None:
    """Return what the named segments hold; None where a segment differs or is empty."""
    names: dict[str, str] = {}
    for segment, text in zip(wanted, found, strict=True):
        if segment.startswith("{") and text:
            names[segment[1:-1]] = text
        elif segment != text:
            return None
    return names
