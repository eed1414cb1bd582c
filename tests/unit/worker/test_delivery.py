"""Queues take turns: where the room of all together is short, none waits for the end of another."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from idp.kernel.clock import SystemClock
from idp.kernel.outbox import Message, MessageKind, Outcome
from idp.worker.lanes import Lanes
from idp.worker.outbox import Delivery
from tests.support.patience import patient

FAR = datetime.fromisoformat("2040-01-01T00:00:00+00:00")
EACH = 3


class Waiting:
    """Queues in memory: what is leased is gone."""

    def __init__(self, *lanes: str) -> None:
        self.waiting = {lane: [Message("sms", f"{lane} {n}", b"", 0, FAR) for n in range(EACH)] for lane in lanes}

    async def lanes(self, now: datetime) -> Sequence[str]:
        return sorted(lane for lane, messages in self.waiting.items() if messages)

    async def lease(self, now: datetime, until: datetime, limit: int, lane: str | None = None) -> Sequence[Message]:
        messages = self.waiting[lane or ""]
        return [messages.pop(0) for _ in range(min(limit, len(messages)))]

    async def lease_over(self, now: datetime, until: datetime, limit: int) -> Sequence[Message]:
        return []

    async def record(self, message: Message, outcome: Outcome, now: datetime) -> None:
        pass

    async def outcomes(self, kind: MessageKind, key_prefix: str) -> Sequence[tuple[str, bool, str]]:
        return []


class Carrier:
    """Takes every message."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def deliver(self, message: Message) -> Outcome:
        self.taken.append(message.key)
        return Outcome(delivered=True, result="200", retry_at=None)


async def test_queues_take_turns_where_there_is_room_for_one() -> None:
    carrier, lanes = Carrier(), Lanes(1, timedelta(seconds=1), together=1)
    delivery = Delivery(Waiting("a", "b"), SystemClock(), carrier, lambda lane: lane, lanes)
    task = asyncio.create_task(delivery.run())
    async with asyncio.timeout(patient(10)):
        while len(carrier.taken) < 2 * EACH:  # noqa: ASYNC110 (the carrier tells nobody)
            await asyncio.sleep(0.005)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert carrier.taken == ["a 0", "b 0", "a 1", "b 1", "a 2", "b 2"]
