"""The outermost layer, pure ASGI: correlation id, security headers, and the last word on errors."""

from collections.abc import Awaitable, Callable
from os import urandom
from re import fullmatch

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ErrorAnswer = Callable[[Scope, Exception], Awaitable[ASGIApp]]

_log = structlog.get_logger("idp.web")

# Nothing inside sets any of these: they are added without looking.
_ALWAYS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    # `same-origin` and not `no-referrer`: with the latter, browsers send `Origin: null` from our own forms.
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
_HSTS = (b"strict-transport-security", b"max-age=63072000; includeSubDomains")


class Edge:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, *, secure: bool, answer_error: ErrorAnswer) -> None:
        """Take the application and how an error becomes an answer."""
        self._app = app
        self._headers = (*_ALWAYS, _HSTS) if secure else _ALWAYS
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
                message["headers"] = [
                    *message["headers"],
                    *self._headers,
                    (b"x-correlation-id", correlation_id.encode()),
                ]
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:
            if started:
                raise
            answer = await self._answer_error(scope, error)
            await answer(scope, receive, send_with_headers)


def log_unexpected(scope: Scope, error: Exception) -> None:
    """Write down an error nobody expected: its type and place, never its text, which may hold personal data."""
    path = str(scope.get("path", ""))
    frames = []
    trace = error.__traceback__
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}")
        trace = trace.tb_next
    _log.error(
        "unexpected_error",
        correlation_id=scope.get("state", {}).get("correlation_id"),
        path=path if fullmatch(r"[a-z0-9/_.-]{1,80}", path) else "?",
        method=scope.get("method"),
        kind=type(error).__name__,
        cause=type(error.__cause__).__name__ if error.__cause__ else None,
        frames=frames[-12:],
    )
