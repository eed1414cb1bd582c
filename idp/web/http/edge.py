"""The outermost layer, pure ASGI: correlation id, security headers, and the last word on errors."""

from collections.abc import Awaitable, Callable
from os import urandom
from re import fullmatch

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from idp.kernel.errors import TemporarilyUnavailableError
from idp.kernel.logs import described

ErrorAnswer = Callable[[Scope, Exception], Awaitable[ASGIApp]]
Headers = tuple[tuple[bytes, bytes], ...]

_log = structlog.get_logger("idp.web")

# Nothing inside sets any of these: they are added without looking.
_ALWAYS: Headers = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    # `same-origin` and not `no-referrer`: with the latter, browsers send `Origin: null` from our own forms.
    (b"referrer-policy", b"same-origin"),
    # A window that somebody opened us in keeps no handle on us, and no other site loads what is a person's.
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
# What a portal's page may show in a frame; its own Content-Security-Policy says whose.
_EMBEDDED: Headers = tuple(
    (name, b"cross-origin" if name == b"cross-origin-resource-policy" else value)
    for name, value in _ALWAYS
    if name != b"x-frame-options"
)
_UNAVAILABLE, _CAUSE = 503, "unavailable_because"
_SHOWN = frozenset({200, 304})
_HSTS = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")


class Edge:
    """Wraps the application."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        secure: bool,
        answer_error: ErrorAnswer,
        embedded: str = "",
        readers: Callable[[Scope], Headers] = lambda _: (),
    ) -> None:
        """`embedded` is the path of the one page that others may show in a frame; `readers` says whose scripts may
        read an answer, an error too.
        """
        self._app = app
        self._headers = (*_ALWAYS, _HSTS) if secure else _ALWAYS
        self._of_embedded = (*_EMBEDDED, _HSTS) if secure else _EMBEDDED
        self._embedded = embedded
        self._readers = readers
        self._answer_error = answer_error

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        correlation_id = urandom(13).hex()
        scope.setdefault("state", {})["correlation_id"] = correlation_id
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                embedded = scope["path"] == self._embedded and message["status"] in _SHOWN
                if message["status"] == _UNAVAILABLE:
                    _log_unavailable(scope)
                message["headers"] = [
                    *message["headers"],
                    *(self._of_embedded if embedded else self._headers),
                    *self._readers(scope),
                    (b"x-correlation-id", correlation_id.encode()),
                ]
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:
            if started:
                raise
            if isinstance(error, TemporarilyUnavailableError):
                scope["state"][_CAUSE] = f"{type(error).__name__}: {error.detail or error.code}"
            answer = await self._answer_error(scope, error)
            await answer(scope, receive, send_with_headers)


def log_unexpected(scope: Scope, error: Exception) -> None:
    """Write down an error nobody expected: its type and place, never its text, which may hold personal data."""
    _log.error("unexpected_error", **_asked(scope), **described(error))


def because(request: Request, cause: str) -> None:
    """Say why this request is answered with 503, where no error says so; for the log only, without personal data."""
    request.scope.setdefault("state", {})[_CAUSE] = cause


def _log_unavailable(scope: Scope) -> None:
    """Write down a 503 and its cause: an operator must not have to guess what was away."""
    _log.warning("unavailable", **_asked(scope), cause=scope["state"].get(_CAUSE, "not told"))


def _asked(scope: Scope) -> dict[str, object]:
    """Return what was asked, as far as it can hold nothing personal."""
    path = str(scope.get("path", ""))
    return {
        "correlation_id": scope.get("state", {}).get("correlation_id"),
        "path": path if fullmatch(r"[a-z0-9/_.-]{1,80}", path) else "?",
        "method": scope.get("method"),
    }
