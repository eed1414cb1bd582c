"""What one connection may take: how long a head and a body, how much of a head, and how long it may rest.

uvicorn on httptools bounds none of these: one connection that sent headers without end took 108 MB, and bodies that
trickled held the stop of a server. Behind a proxy these are a second line.
"""

from asyncio import AbstractEventLoop, Transport
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# RFC 6585 5. A request object in an address and thirty cookies fit; nginx takes 32 KiB.
MAX_HEAD_BYTES: Final = 64 << 10
MAX_HEADERS: Final = 100
HEAD_TIMEOUT: Final = timedelta(seconds=10)
# Bodies are at most 64 KiB (`idp.web.http.requests`).
BODY_TIMEOUT: Final = timedelta(seconds=30)
# Longer than the minute for which proxies keep a connection that rests: who closes first must not be we, or a request
# that is under way at that moment is lost (measured behind nginx with 5 s: 48 of 900).
IDLE_TIMEOUT: Final = timedelta(seconds=75)
DRAIN_TIMEOUT: Final = timedelta(seconds=10)
# TLS 1.2 with forward secrecy and AEAD (RFC 9325 4.2); the suites of TLS 1.3 are such all.
TLS_CIPHERS: Final = "ECDHE+AESGCM:ECDHE+CHACHA20"
_STATUS: Final[Mapping[int, bytes]] = {
    400: b"400 Bad Request",
    408: b"408 Request Timeout",
    431: b"431 Request Header Fields Too Large",
}


class _TooLargeError(Exception):
    """A head is larger than is taken: leaves the parser's callback."""


class _OneWrite(Transport):
    """The transport of a connection: a head waits for the body that comes in the same turn of the loop.

    uvicorn writes them one after the other, which is two records of TLS and may be two packets.
    """

    __slots__ = ("_held", "_loop", "_transport")

    def __init__(self, transport: Transport, loop: AbstractEventLoop) -> None:
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._held = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Hold one piece until the turn ends; send what comes after it together with it."""
        if self._held:
            held, self._held = self._held, b""
            self._transport.write(held + data)
        elif data:
            self._held = bytes(data)
            self._loop.call_soon(self._flush)

    def close(self) -> None:
        """Close after what is held was sent."""
        self._flush()
        self._transport.close()

    def abort(self) -> None:
        """Close at once; what is held is lost."""
        self._transport.abort()

    def is_closing(self) -> bool:
        """Answer as the transport does."""
        return self._transport.is_closing()

    def _flush(self) -> None:
        held, self._held = self._held, b""
        # Whoever asked may have gone within this turn: uvloop raises for a write to a connection that is closed.
        if held and not self._transport.is_closing():
            self._transport.write(held)


class LimitedConnection(HttpToolsProtocol):
    """One connection, within its limits. Only one of its timers runs at a time."""

    _refusal = 400
    _in_head = False
    _began_in_chunk = False
    _chunk_bytes = 0
    _head_bytes = 0
    _heads = 0
    # How long what began in this chunk may take: most requests come in one, and need no timer.
    _limit: timedelta | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self.transport = _OneWrite(transport, self.loop)
        self._timer = self.loop.call_later(IDLE_TIMEOUT.total_seconds(), self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the timer of the connection."""
        self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes; a head that goes on for ever ends here."""
        if self.transport.is_closing():
            return
        self._began_in_chunk, self._chunk_bytes = False, len(data)
        super().data_received(data)
        if self._limit is not None:
            self._wait(self._limit)
        if not self._in_head or self.transport.is_closing():
            return
        # Where the head began within this chunk is not known; a chunk is no larger than the buffer of a socket.
        if not self._began_in_chunk:
            self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD_BYTES:
            self._refuse(431)

    def on_message_begin(self) -> None:
        """Begin to read a head."""
        super().on_message_begin()
        self._in_head, self._began_in_chunk, self._head_bytes = True, True, 0
        self._limit = HEAD_TIMEOUT

    def on_headers_complete(self) -> None:
        """Judge the head as a whole, then begin to read the body."""
        if len(self.headers) > MAX_HEADERS or self._is_head_too_large():
            self._refusal = 431
            raise _TooLargeError
        self._in_head = False
        self._limit = BODY_TIMEOUT
        super().on_headers_complete()
        self._heads += 1

    def on_message_complete(self) -> None:
        """Stop waiting: now the application has its own deadlines."""
        self._limit = None
        self._timer.cancel()
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - as uvicorn calls it
        """Refuse what is no request, or too large a one."""
        self._refuse(self._refusal)

    def _is_head_too_large(self) -> bool:
        if self._began_in_chunk and self._chunk_bytes <= MAX_HEAD_BYTES:
            return False
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > MAX_HEAD_BYTES

    def _wait(self, limit: timedelta) -> None:
        self._limit = None
        self._timer.cancel()
        self._timer = self.loop.call_later(limit.total_seconds(), self._give_up)

    def _give_up(self) -> None:
        """Close a connection on which nothing comes; who began a request is told."""
        if self._in_head or self._in_body():
            self._refuse(408)
        else:
            self.transport.abort()

    def _in_body(self) -> bool:
        return self._heads > 0 and self.cycle.more_body and not self.cycle.response_started

    def _refuse(self, status: int) -> None:
        # Said only where no answer to an earlier request is owed: it would be taken for that answer.
        free = not self._heads or self.cycle.response_complete
        if free or (self._in_body() and not self._in_head):
            line = b"HTTP/1.1 " + _STATUS[status]
            self.transport.write(line + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        self.transport.close()
