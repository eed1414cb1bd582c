"""The bulkhead: places, a bounded queue, and a quick no."""

import asyncio
from datetime import timedelta

import pytest

from idp.outbound.bulkhead import Bulkhead, BulkheadFullError

PATIENT = timedelta(seconds=5)


async def hold(bulkhead: Bulkhead, until: asyncio.Event, entered: list[int], name: int) -> None:
    async with bulkhead.place(PATIENT):
        entered.append(name)
        await until.wait()


async def test_no_more_than_the_places_run_at_once_and_the_queue_goes_in_order() -> None:
    bulkhead, done, entered = Bulkhead(max_concurrent=2, max_waiting=2), asyncio.Event(), list[int]()
    tasks = [asyncio.create_task(hold(bulkhead, done, entered, name)) for name in range(4)]
    await asyncio.sleep(0.01)
    assert entered == [0, 1]
    done.set()
    await asyncio.gather(*tasks)
    assert entered == [0, 1, 2, 3]


async def test_whom_the_queue_cannot_hold_is_refused_at_once() -> None:
    bulkhead, done, entered = Bulkhead(max_concurrent=1, max_waiting=1), asyncio.Event(), list[int]()
    tasks = [asyncio.create_task(hold(bulkhead, done, entered, name)) for name in range(2)]
    await asyncio.sleep(0.01)
    with pytest.raises(BulkheadFullError, match="queue full"):
        await hold(bulkhead, done, entered, 2)
    done.set()
    await asyncio.gather(*tasks)


async def test_waiting_ends_with_the_patience_and_frees_the_queue() -> None:
    bulkhead, done, entered = Bulkhead(max_concurrent=1, max_waiting=1), asyncio.Event(), list[int]()
    holder = asyncio.create_task(hold(bulkhead, done, entered, 0))
    await asyncio.sleep(0.01)
    for _ in range(2):
        with pytest.raises(BulkheadFullError, match="in time"):
            async with bulkhead.place(timedelta(seconds=0.01)):
                pytest.fail("there was no place")
    done.set()
    await holder


async def test_a_place_is_given_back_after_an_error() -> None:
    bulkhead = Bulkhead(max_concurrent=1, max_waiting=0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            async with bulkhead.place(PATIENT):
                _ = 1 / 0


async def test_who_stops_waiting_leaves_the_queue() -> None:
    bulkhead, done, entered = Bulkhead(max_concurrent=1, max_waiting=1), asyncio.Event(), list[int]()
    holder, waiter = (asyncio.create_task(hold(bulkhead, done, entered, name)) for name in range(2))
    await asyncio.sleep(0.01)
    waiter.cancel()
    await asyncio.gather(waiter, return_exceptions=True)
    successor = asyncio.create_task(hold(bulkhead, done, entered, 2))
    await asyncio.sleep(0.01)
    done.set()
    await asyncio.gather(holder, successor)
    assert entered == [0, 2]
