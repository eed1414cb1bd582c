"""The lasting link to Redis: one pipelined connection, made anew by itself, failing fast while there is none."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from msgspec import Struct

from idp.adapters.redis.address import RedisAddress
from idp.adapters.redis.pipeline import Argument, RedisPipeline
from idp.kernel.errors import TemporarilyUnavailableError


class LinkPolicy(Struct, frozen=True):
    """How long to wait for what. The pause between tries doubles from the first to the longest."""

    command_deadline: timedelta = timedelta(milliseconds=200)
    connect_deadline: timedelta = timedelta(seconds=1)
    first_pause: timedelta = timedelta(milliseconds=50)
    longest_pause: timedelta = timedelta(seconds=2)


class RedisLink:
    """Sends commands over the connection of the moment.

    While the first try to connect runs, commands wait for it, within their deadline. From a failed try until the
    next success the circuit is open: commands fail at once and only the link itself knocks, in the background.
    """

    def __init__(
        self,
        address: RedisAddress,
        policy: LinkPolicy | None = None,
        on_failure: Callable[[str], None] | None = None,
    ) -> None:
        """Take the server, the waiting times, and whom to tell, in words for the log, when a try to connect fails."""
        self._address = address
        self._policy = policy or LinkPolicy()
        self._on_failure = on_failure
        self._pipeline: RedisPipeline | None = None
        self._connected_at = 0.0
        self._tried = asyncio.Event()
        self._pause = self._policy.first_pause
        self._task: asyncio.Task[None] | None = None
        self._circuit_open = False
        self._closed = False
        self._commands_sent = 0

    @property
    def commands_sent(self) -> int:
        """How many commands callers have sent: what the round-trip budgets count."""
        return self._commands_sent

    async def execute(self, *command: Argument) -> object:
        """Return the server's answer; raise `TemporarilyUnavailableError` when it does not come in time.

        After such an error the command may have been run or not; it is never sent twice.
        """
        pipeline = self._pipeline or await self._wait_for_pipeline()
        self._commands_sent += 1
        return await pipeline.send(*command)

    async def close(self) -> None:
        """Cut the connection and stop trying; waiting commands fail."""
        self._closed = True
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        if self._pipeline is not None:
            await self._pipeline.close()

    async def _wait_for_pipeline(self) -> RedisPipeline:
        if not self._closed and (self._task is None or self._task.done()):
            self._start_connecting(rest=False)
        if not self._closed and not self._circuit_open:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._policy.command_deadline.total_seconds()):
                    await self._tried.wait()
        if self._pipeline is None:
            raise TemporarilyUnavailableError("there is no connection to Redis")
        return self._pipeline

    def _start_connecting(self, *, rest: bool) -> None:
        self._circuit_open = rest
        self._tried.clear()
        self._task = asyncio.get_running_loop().create_task(self._keep_trying(rest=rest))

    async def _keep_trying(self, *, rest: bool) -> None:
        if rest:
            await self._rest()
        while not await self._try():
            await self._rest()

    async def _rest(self) -> None:
        """Wait before the next try; the random part keeps many processes from knocking together."""
        await asyncio.sleep(self._pause.total_seconds() * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
        self._pause = min(self._pause * 2, self._policy.longest_pause)

    async def _try(self) -> bool:
        """Try to connect once; close or open the circuit accordingly, and wake those who wait for the outcome."""
        try:
            async with asyncio.timeout(self._policy.connect_deadline.total_seconds()):
                self._pipeline = await self._connect()
        except (OSError, UnicodeError, TemporarilyUnavailableError) as error:
            if self._on_failure is not None:
                self._on_failure(str(error) or type(error).__name__)
        else:
            self._connected_at = asyncio.get_running_loop().time()
        self._circuit_open = self._pipeline is None
        self._tried.set()
        return not self._circuit_open

    async def _connect(self) -> RedisPipeline:
        """Return a connection that has been greeted and has answered."""
        address, loop = self._address, asyncio.get_running_loop()
        _, pipeline = await loop.create_connection(
            lambda: RedisPipeline(self._policy.command_deadline, self._lost),
            address.host,
            address.port,
            ssl=address.tls,
        )
        try:
            answers = [pipeline.send(*command) for command in (*address.greeting(), ("PING",))]
            await asyncio.gather(*answers)
        except BaseException:
            pipeline.abort()
            raise
        if not pipeline.connected:
            raise TemporarilyUnavailableError("the connection to Redis was lost while it was greeted")
        return pipeline

    def _lost(self, pipeline: RedisPipeline) -> None:
        """Connect anew: at once if the connection had lasted, else after a pause that grows from time to time."""
        if pipeline is not self._pipeline:
            return
        self._pipeline = None
        lasted = asyncio.get_running_loop().time() - self._connected_at
        short = lasted < self._policy.longest_pause.total_seconds()
        if not short:
            self._pause = self._policy.first_pause
        if not self._closed:
            self._start_connecting(rest=short)
