"""One Redis connection on which the commands of a loop tick leave together.

redis-py takes 38 us of CPU for a GET, nearly all of it in its connection and command layers; packing with hiredis,
one write for each tick and answers resolved in order take 1.8 us (measured, 50 tasks: 287,700 against 26,300 GET/s).
With the deadlines and the store's methods around it that is 4 to 6 us, a sixth or less.
So this file owns the protocol and nothing else: addresses are redis-py's, packing and parsing hiredis's.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import timedelta

import hiredis

from idp.kernel.errors import TemporarilyUnavailableError

Argument = str | bytes | int
_MAX_WAITING = 20_000
_MAX_UNSENT_BYTES = 8 << 20
# uvloop runs timers before it reads: after a pause of our own, the answer may lie unread when the timer fires.
_SECOND_LOOK_SECONDS = 0.01
# The server has changed its role or is not ready: another connection, perhaps to another machine, will do better.
_LEAVE_ON = frozenset({"READONLY", "LOADING", "MASTERDOWN"})


class RedisPipeline(asyncio.Protocol):
    """A connection. A command without an answer fails and is not sent again: the server may have run it."""

    def __init__(self, deadline: timedelta, on_lost: "Callable[[RedisPipeline], None]") -> None:
        """Take the time within which every answer must come, and whom to tell when the connection is lost."""
        self._deadline = deadline.total_seconds()
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._reader = hiredis.Reader()
        self._transport: asyncio.Transport | None = None
        self._congested = False
        self._ended = asyncio.Event()
        self._packed: list[bytes] = []
        self._waiting: deque[asyncio.Future[object]] = deque()
        self._answered = 0
        # For each flush: when the answers are due, and how many answers there must be by then since the beginning.
        self._due: deque[tuple[float, int]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def connected(self) -> bool:
        """Whether the connection is there, as far as is known."""
        return self._transport is not None

    def send(self, *command: Argument) -> asyncio.Future[object]:
        """Queue a command; the future gives the answer, or `TemporarilyUnavailableError`."""
        answer: asyncio.Future[object] = self._loop.create_future()
        if self._transport is None or self._congested or len(self._waiting) >= _MAX_WAITING:
            _fail(answer, "Redis is not connected or too many commands wait", None)
            return answer
        if not self._packed:
            self._loop.call_soon(self._flush)
        # The stub declares a tuple of one.
        self._packed.append(hiredis.pack_command(command))  # type: ignore[arg-type]
        self._waiting.append(answer)
        return answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        # Always a full transport, but uvloop's is no subclass that a check could find.
        stream: asyncio.Transport = transport  # type: ignore[assignment]
        stream.set_write_buffer_limits(high=_MAX_UNSENT_BYTES)
        self._transport = stream

    def pause_writing(self) -> None:
        """Refuse commands: the server no longer reads what is sent."""
        self._congested = True

    def resume_writing(self) -> None:
        """Take commands again."""
        self._congested = False

    def data_received(self, data: bytes) -> None:
        """Resolve the commands that these bytes answer, in the order in which they were sent."""
        self._reader.feed(data)
        try:
            while (reply := self._reader.gets()) is not False:
                self._resolve(reply)
        except (hiredis.ProtocolError, IndexError):
            # Bytes that are no answer, or an answer to nothing: no later one could be matched to its command.
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail every command without an answer."""
        self._transport = None
        self._packed.clear()
        if self._timer is not None:
            self._timer.cancel()
        while self._waiting:
            _fail(self._waiting.popleft(), "the connection to Redis was lost", exc)
        self._ended.set()
        self._on_lost(self)

    async def close(self) -> None:
        """Cut the connection and return when it is gone."""
        self.abort()
        await self._ended.wait()

    def abort(self) -> None:
        """Cut the connection at once; what waits fails."""
        if self._transport is not None:
            self._transport.abort()

    def _flush(self) -> None:
        if self._transport is None or not self._packed:
            return
        self._transport.write(b"".join(self._packed))
        self._packed.clear()
        self._due.append((self._loop.time() + self._deadline, self._answered + len(self._waiting)))
        if self._timer is None:
            self._timer = self._loop.call_at(self._due[0][0], self._look)

    def _look(self) -> None:
        """Look whether the answers due by now are there; one timer serves all commands."""
        if self._is_overdue():
            self._timer = self._loop.call_later(_SECOND_LOOK_SECONDS, self._look_again)

    def _look_again(self) -> None:
        if self._is_overdue():
            self.abort()

    def _is_overdue(self) -> bool:
        """Answer whether an answer is late; if none is, set the timer for the next one that is due."""
        self._timer = None
        while self._due and self._due[0][1] <= self._answered:
            self._due.popleft()
        if not self._due:
            return False
        due = self._due[0][0]
        if due <= self._loop.time():
            return True
        self._timer = self._loop.call_at(due, self._look)
        return False

    def _resolve(self, reply: object) -> None:
        answer = self._waiting.popleft()
        self._answered += 1
        if isinstance(reply, hiredis.ReplyError):
            # The first word is the code; what follows may quote the command.
            code = str(reply).partition(" ")[0]
            _fail(answer, f"Redis answered {code}", None)
            if code in _LEAVE_ON:
                self.abort()
        elif not answer.done():
            answer.set_result(reply)


def _fail(answer: asyncio.Future[object], detail: str, cause: Exception | None) -> None:
    if not answer.done():
        error = TemporarilyUnavailableError(detail)
        error.__cause__ = cause
        answer.set_exception(error)
