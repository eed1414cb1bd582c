"""Delivers the outbox, whoever put the message there."""

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Protocol

from idp.app.foundation.opening import Foundation
from idp.kernel.clock import Clock
from idp.kernel.outbox import Message, Outbox, Outcome
from idp.worker.delivery import Deliverers, Receivers, compose_deliverers, record
from idp.worker.lanes import Lanes

# Portals hear of a logout within two seconds; a quarter of one leaves time for the portal itself.
_LOOK_EVERY = timedelta(milliseconds=250)
# Longer than a delivery may take with its deadline; then another worker may try.
_LEASE = timedelta(seconds=30)
# A code lives for five minutes: a gateway that came back is to be found at once.
# The four queues together stay within the connections of the guarded client to one host: none waits for one there.
_TO_PEOPLE = (8, timedelta(seconds=5), 32)
# A portal that hangs keeps four calls for five seconds, then one at a time with pauses.
_TO_SYSTEMS = (4, timedelta(minutes=1), 96)
_CLOSE_EVERY = timedelta(seconds=30)
_CLOSE_AT_ONCE = 100


async def deliver_outbox(foundation: Foundation) -> None:
    """Deliver due messages for ever. Any number of processes may do this: each message is leased by one.

    Messages to people and those to other systems share nothing here: no number of portals holds up a code.
    """
    deliverers, outbox, clock = compose_deliverers(foundation), foundation.database.outbox, foundation.clock
    receivers = Receivers(foundation.registry, foundation.gateway.channels)
    to_people = Delivery(outbox, clock, deliverers, receivers.person, Lanes(*_TO_PEOPLE))
    to_systems = Delivery(outbox, clock, deliverers, receivers.system, Lanes(*_TO_SYSTEMS))
    jobs = [to_people.run(), to_systems.run(), _close_what_is_over(outbox, clock, deliverers)]
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        await asyncio.gather(*tasks)
    finally:
        await _stop(tasks)


async def _close_what_is_over(outbox: Outbox, clock: Clock, deliverers: Deliverers) -> None:
    """Close what nobody wants delivered any more, also where its receiver rests or no gateway is set."""
    while True:
        now = clock.now()
        messages = await outbox.lease_over(now, now + _LEASE, _CLOSE_AT_ONCE)
        for message in messages:
            await record(outbox, clock, message, await deliverers.deliver(message))
        if len(messages) < _CLOSE_AT_ONCE:
            await asyncio.sleep(_CLOSE_EVERY.total_seconds())


async def _stop(tasks: Iterable[asyncio.Task[None]]) -> None:
    going = list(tasks)
    for task in going:
        task.cancel()
    await asyncio.gather(*going, return_exceptions=True)


class Deliverer(Protocol):
    """Delivers one message."""

    async def deliver(self, message: Message) -> Outcome:
        """Return how it went; a failure is an outcome, never an exception."""


class Delivery:
    """Takes what is due from each queue whose receiver has room, and delivers it."""

    def __init__(
        self,
        outbox: Outbox,
        clock: Clock,
        deliverers: Deliverer,
        receiver_of: Callable[[str], str | None],
        lanes: Lanes,
    ) -> None:
        """Take the queues, the ways, who receives what is in a queue (None: nobody to be asked here), and the room."""
        self._outbox = outbox
        self._clock = clock
        self._deliverers = deliverers
        self._receiver_of = receiver_of
        self._lanes = lanes
        self._wake = asyncio.Event()
        self._served = ""
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Deliver for ever."""
        try:
            while True:
                self._wake.clear()
                for lane in self._in_turn(await self._outbox.lanes(self._clock.now())):
                    await self._take(lane)
                await self._wait()
        finally:
            await _stop(self._tasks)

    def _in_turn(self, lanes: Sequence[str]) -> Sequence[str]:
        """Begin after the queue that was served last: where all together have no room, none is always the last."""
        ordered = sorted(lanes)
        begin = bisect_right(ordered, self._served)
        return [*ordered[begin:], *ordered[:begin]]

    async def _wait(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_EVERY.total_seconds()):
                await self._wake.wait()

    async def _take(self, lane: str) -> None:
        receiver, now = self._receiver_of(lane), self._clock.now()
        room = 0 if receiver is None else self._lanes.room(receiver, now)
        if receiver is None or room == 0:
            return
        messages = await self._outbox.lease(now, now + _LEASE, room, lane)
        if messages:
            self._served = lane
        for message in messages:
            self._lanes.begin(receiver)
            task = asyncio.create_task(self._deliver(receiver, message, more=len(messages) == room))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(self, receiver: str, message: Message, *, more: bool) -> None:
        well: bool | None = None
        try:
            outcome = await self._deliverers.deliver(message)
            # A final refusal is about the message: it says nothing of who refused it.
            well = True if outcome.delivered else None if outcome.retry_at is None else False
            await record(self._outbox, self._clock, message, outcome)
        finally:
            if self._lanes.end(receiver, self._clock.now(), well=well) and more:
                self._wake.set()
