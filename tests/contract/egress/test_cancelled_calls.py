"""A call that is cancelled closes its own socket and nobody else's, on the event loop that servers run on.

A loop that closes a descriptor twice closes, the second time, whatever was given that number since: another person's
connection. uvloop 0.22 did, where a call was cancelled in the turn after it had connected.
"""

import asyncio
import gc
import socket
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
import uvloop

from idp.outbound.http import EgressError, OutboundRequest
from tests.contract.egress.callers import LONG, guarded
from tests.contract.egress.local_server import LocalServer, local_server, ok

# Turns of the loop after the call began: before, in and after the one in which it connects.
TURNS = range(40)
_STRANGERS = 20


class Strangers:
    """Connections of others, opened at the moment of the cancellation: they get the numbers that are free."""

    def __init__(self, stack: ExitStack) -> None:
        self._pairs = [socket.socketpair() for _ in range(_STRANGERS)]
        for one in (end for pair in self._pairs for end in pair):
            stack.callback(one.close)

    def speak(self) -> None:
        """Fail unless each end still reaches its own other end."""
        for number, (here, there) in enumerate(self._pairs):
            here.sendall(b"%d." % number)
            assert there.recv(100) == b"%d." % number


async def turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def cancelled_after(count: int, call: Callable[[], Awaitable[object]]) -> bool:
    """Cancel a call after so many turns of the loop; say whether it was still under way."""
    task = asyncio.ensure_future(call())
    await turns(count)
    under_way = not task.done()
    task.cancel()
    with ExitStack() as stack, suppress(asyncio.CancelledError, EgressError, OSError):
        # One turn at a time: the loop closes in a turn of its own.
        for _ in range(6):
            strangers = Strangers(stack)
            await turns(1)
            strangers.speak()
        await task
    gc.collect()
    return under_way


async def try_every_turn(server: LocalServer, call: Callable[[], Awaitable[object]]) -> int:
    """Cancel at each turn; return how many of the calls had connected when they were cancelled."""
    connected = 0
    for count in TURNS:
        before = server.connections
        under_way = await cancelled_after(count, call)
        await asyncio.sleep(0.005)
        connected += under_way and server.connections > before
    return connected


async def of_calls() -> int:
    async with local_server(ok()) as server, guarded(server.allow) as caller:

        async def call() -> object:
            return await caller.call(OutboundRequest("GET", server.url(), LONG))

        return await try_every_turn(server, call)


async def of_connections() -> int:
    async with local_server(ok()) as server:

        async def call() -> object:
            """Connect as the client's library does, without the guard's look-ups before."""
            opened = socket.socket()
            opened.setblocking(False)
            loop = asyncio.get_running_loop()
            try:
                await loop.sock_connect(opened, ("127.0.0.1", server.port))
                transport, _ = await loop.create_connection(asyncio.Protocol, sock=opened)
            except BaseException:
                opened.close()
                raise
            transport.close()
            return None

        return await try_every_turn(server, call)


def descriptors() -> int:
    """Return how many descriptors this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize("work", [of_calls, of_connections], ids=["guarded", "bare"])
def test_a_call_that_is_cancelled_closes_no_strangers_descriptor(work: Callable[[], Awaitable[int]]) -> None:
    async def until_some_had_connected() -> None:
        while not await work():
            """A busy machine may connect later than the turns that were tried."""

    async def nothing() -> None:
        """Let the loop open what it keeps for the whole process."""

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(nothing())
    before = descriptors()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(until_some_had_connected())
    gc.collect()
    assert descriptors() <= before
