"""The queue of enqueued events at the end of a process: everything is written, or it is told that it was not."""

import asyncio

import pytest

from idp.adapters.sql.engine.event_queue import BATCH, MAX_DELAY, EventQueue, Unit
from idp.kernel.effects import Effect
from idp.kernel.errors import TemporarilyUnavailableError


class Wrong(Effect):
    """An effect that no table of the store takes."""


class Written:
    """What a store took; it answers once it is told to, and not at all while it is away."""

    def __init__(self) -> None:
        self.effects: list[Effect] = []
        self.answers = asyncio.Event()
        self.away = False

    async def commit(self, effects: Unit) -> bool:
        await self.answers.wait()
        if self.away:
            raise TemporarilyUnavailableError("away")
        if any(isinstance(one, Wrong) for one in effects):
            raise KeyError(Wrong)
        self.effects += effects
        return True


async def test_what_came_while_others_were_written_is_written_too() -> None:
    store, effects = Written(), [Effect() for _ in range(40)]
    queue = EventQueue(store.commit)
    queue.add((effects[0],))
    await asyncio.sleep(2 * MAX_DELAY.total_seconds())
    for one in effects[1:]:
        queue.add((one,))
    closing = asyncio.create_task(queue.flush())
    await asyncio.sleep(0)
    store.answers.set()
    await closing
    assert store.effects == effects


@pytest.mark.parametrize("waiting", [1, BATCH - 1, 3 * BATCH])
async def test_a_store_that_is_away_is_told_and_nothing_is_dropped(waiting: int) -> None:
    store, effects = Written(), [Effect() for _ in range(waiting)]
    queue = EventQueue(store.commit)
    store.away = True
    store.answers.set()
    for one in effects:
        queue.add((one,))
    await asyncio.sleep(0)
    with pytest.raises(TemporarilyUnavailableError):
        await queue.flush()
    store.away = False
    await queue.flush()
    assert store.effects == effects


async def test_an_effect_that_cannot_be_written_takes_no_other_with_it_and_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store, effects = Written(), [Effect() for _ in range(6)]
    queue = EventQueue(store.commit)
    store.answers.set()
    for one in [*effects[:3], Wrong(), *effects[3:]]:
        queue.add((one,))
    await queue.flush()
    assert store.effects == effects
    assert [record.getMessage() for record in caplog.records] == ["a noted effect cannot be written: Wrong"]
