"""Calls by scripts of other origins (Fetch 3.3): from the origins of browser apps, at the routes that say so."""

from collections.abc import Iterable
from typing import Protocol

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from idp.web.http.edge import Headers
from idp.web.http.route import RouteFacts

# How long a browser may remember what it was allowed; a client that is stopped is refused by the answer itself.
_REMEMBERED = "600"
# What a script sends beside a form, and what it must read to answer a challenge (RFC 6750 3, RFC 9449 8).
_SENT = "Authorization, Content-Type, DPoP"
_READ = (b"access-control-expose-headers", b"DPoP-Nonce, WWW-Authenticate")
_VARY = (b"vary", b"Origin")


class Origins(Protocol):
    """The origins whose scripts may read answers."""

    def __contains__(self, origin: str, /) -> bool: ...


class CrossOrigin:
    """Says whose scripts may read an answer, and answers what browsers ask before they send one's request.

    No page and no authorization endpoint is among the routes (RFC 9700 2.6). Credentials of the browser are never
    allowed (Fetch 3.3.5): a cookie proves nothing there. To an origin that is not registered every answer is as it
    would be without this, so that it learns nothing.
    """

    def __init__(self, routes: Iterable[RouteFacts], origins: Origins) -> None:
        self._methods: dict[str, str] = {one.path: ", ".join(one.methods) for one in routes if one.browser_apps}
        self._origins = origins

    def headers(self, scope: Scope) -> Headers:
        """Return what any answer to a request says, an error too: without it a library could not read why."""
        if scope["path"] not in self._methods:
            return ()
        origin = self._allowed(scope)
        return (_VARY,) if origin is None else (_VARY, _READ, (b"access-control-allow-origin", origin))

    def around(self, app: ASGIApp) -> ASGIApp:
        """Return an application with the answers to preflights (Fetch 3.3.3); none reads a body or a store."""

        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            asked = scope["method"] == "OPTIONS" and scope["path"] in self._methods and _asks_before(scope)
            if asked and self._allowed(scope) is not None:
                await self._granted(scope["path"])(scope, receive, send)
            else:
                await app(scope, receive, send)

        return serve

    def _granted(self, path: str) -> Response:
        headers = {
            "Access-Control-Allow-Methods": self._methods[path],
            "Access-Control-Allow-Headers": _SENT,
            "Access-Control-Max-Age": _REMEMBERED,
            "Cache-Control": "no-store",
        }
        return Response(None, 204, headers)

    def _allowed(self, scope: Scope) -> bytes | None:
        """Return the origin that asks, if it is one and registered. That of a sandboxed frame is `null`: nobody's."""
        named = [value for name, value in scope["headers"] if name == b"origin"]
        return named[0] if len(named) == 1 and named[0].decode("latin-1") in self._origins else None


def _asks_before(scope: Scope) -> bool:
    return any(name == b"access-control-request-method" for name, _ in scope["headers"])
