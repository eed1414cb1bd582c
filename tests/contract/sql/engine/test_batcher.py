"""The batcher: one batch a tick, never two of one key, nothing lost with its caller."""

import asyncio
from collections.abc import Sequence

import pytest

from idp.adapters.sql.engine.batcher import MAX_BATCH, MAX_WAITING, Batcher
from idp.kernel.errors import TemporarilyUnavailableError


class Recorder:
    """Runs batches of numbers, doubling them, and remembers the batches; held shut until `gate` is set."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def run(self, items: Sequence[int]) -> Sequence[int]:
        self.batches.append(list(items))
        await self.gate.wait()
        if -1 in items:
            raise ValueError("a bad item")
        if -2 in items:
            raise TemporarilyUnavailableError("away")
        return [item * 2 for item in items]


async def test_items_of_one_tick_are_one_batch_and_each_gets_its_answer() -> None:
    recorder = Recorder()
    batcher = Batcher(recorder.run, key=None, in_flight=2)
    assert await asyncio.gather(*(batcher.submit(n) for n in range(10))) == [n * 2 for n in range(10)]
    assert recorder.batches == [list(range(10))]


async def test_no_batch_is_larger_than_the_limit() -> None:
    recorder = Recorder()
    batcher = Batcher(recorder.run, key=None, in_flight=1)
    await asyncio.gather(*(batcher.submit(n) for n in range(2 * MAX_BATCH + 1)))
    assert [len(batch) for batch in recorder.batches] == [MAX_BATCH, MAX_BATCH, 1]


async def test_more_items_gather_while_the_allowed_batches_are_under_way() -> None:
    recorder = Recorder()
    recorder.gate.clear()
    batcher = Batcher(recorder.run, key=None, in_flight=2)
    answers = []
    for n in range(6):
        answers.append(batcher.submit(n))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert recorder.batches == [[0], [1]]
    recorder.gate.set()
    await asyncio.gather(*answers)
    assert recorder.batches == [[0], [1], [2, 3, 4, 5]]


async def test_items_of_one_key_go_one_after_the_other() -> None:
    recorder = Recorder()
    batcher = Batcher(recorder.run, key=lambda item: item % 2, in_flight=4)
    assert await asyncio.gather(*(batcher.submit(n) for n in range(6))) == [0, 2, 4, 6, 8, 10]
    assert recorder.batches == [[0, 1], [2, 3], [4, 5]]


async def test_a_bad_item_fails_alone() -> None:
    recorder = Recorder()
    batcher = Batcher(recorder.run, key=None, in_flight=1)
    answers = await asyncio.gather(*(batcher.submit(n) for n in (1, -1, 2)), return_exceptions=True)
    assert (answers[0], type(answers[1]), answers[2]) == (2, ValueError, 4)


async def test_when_the_database_is_away_nothing_is_tried_again() -> None:
    recorder = Recorder()
    batcher = Batcher(recorder.run, key=lambda _: "one key", in_flight=1)
    answers = await asyncio.gather(*(batcher.submit(n) for n in (-2, 1)), return_exceptions=True)
    assert (type(answers[0]), answers[1]) == (TemporarilyUnavailableError, 2)
    assert recorder.batches == [[-2], [1]]


async def test_a_cancelled_caller_does_not_stop_the_batch() -> None:
    recorder = Recorder()
    recorder.gate.clear()
    batcher = Batcher(recorder.run, key=None, in_flight=1)
    first, second = batcher.submit(1), batcher.submit(2)
    await asyncio.sleep(0)
    first.cancel()
    recorder.gate.set()
    assert await second == 4
    assert recorder.batches == [[1, 2]]


async def test_too_many_waiting_items_are_refused_at_once() -> None:
    recorder = Recorder()
    recorder.gate.clear()
    batcher = Batcher(recorder.run, key=None, in_flight=1)
    answers = [batcher.submit(n) for n in range(MAX_WAITING)]
    with pytest.raises(TemporarilyUnavailableError):
        batcher.submit(0)
    recorder.gate.set()
    await asyncio.gather(*answers)
    assert await batcher.submit(7) == 14


async def test_draining_waits_for_everything_submitted() -> None:
    recorder = Recorder()
    batcher = Batcher(recorder.run, key=lambda _: "one key", in_flight=1)
    answers = [batcher.submit(n) for n in range(5)]
    await batcher.drain()
    assert [answer.result() for answer in answers] == [0, 2, 4, 6, 8]
