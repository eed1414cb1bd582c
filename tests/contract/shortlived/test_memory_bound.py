"""What only the in-process store promises: it holds no more memory than it was given."""

import gc
import tracemalloc
from datetime import timedelta
from itertools import count

import pytest

from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.kernel.errors import TemporarilyUnavailableError
from tests.contract.shortlived.rigs import ManualClock

MINUTE = timedelta(minutes=1)
ROOM_FOR_TEN = 10 * (400 + len("key-0") + 100)
VALUE = b"x" * 100


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


async def full_store(clock: ManualClock) -> MemoryShortLivedStore:
    store = MemoryShortLivedStore(clock, ROOM_FOR_TEN)
    for number in range(10):
        await store.put(f"key-{number}", VALUE, MINUTE)
    return store


async def put_without_end(store: MemoryShortLivedStore) -> None:
    for number in count():
        await store.put(f"{number:026}", b"%064d" % number, MINUTE + timedelta(microseconds=number))


async def test_a_full_store_refuses_and_keeps_what_it_has(clock: ManualClock) -> None:
    store = await full_store(clock)
    with pytest.raises(TemporarilyUnavailableError):
        await store.put("key-x", VALUE, MINUTE)
    with pytest.raises(TemporarilyUnavailableError):
        await store.put_if_absent("key-x", VALUE, MINUTE)
    with pytest.raises(TemporarilyUnavailableError):
        await store.count("key-x", MINUTE)
    assert [await store.get(f"key-{number}") for number in range(10)] == [VALUE] * 10
    assert await store.get("key-x") is None


async def test_a_full_store_still_replaces_a_value_by_one_of_its_size_but_not_a_larger_one(clock: ManualClock) -> None:
    store = await full_store(clock)
    await store.put("key-0", b"y" * 100, MINUTE)
    with pytest.raises(TemporarilyUnavailableError):
        await store.put("key-0", b"z" * 101, MINUTE)
    assert await store.get("key-0") == b"y" * 100


async def test_a_taken_and_a_deleted_value_make_room(clock: ManualClock) -> None:
    store = await full_store(clock)
    await store.take("key-0")
    await store.delete("key-1")
    await store.put("key-x", VALUE, MINUTE)
    await store.put("key-y", VALUE, MINUTE)
    with pytest.raises(TemporarilyUnavailableError):
        await store.put("key-z", VALUE, MINUTE)


async def test_a_full_store_makes_room_by_removing_all_that_expired(clock: ManualClock) -> None:
    store = await full_store(clock)
    clock.move(MINUTE)
    await store.put("key-x", b"x" * 4000, MINUTE)
    assert len(store) == 1


async def test_writes_remove_what_expired_without_being_asked(clock: ManualClock) -> None:
    store = MemoryShortLivedStore(clock)
    for number in range(1000):
        await store.put(f"old-{number}", VALUE, MINUTE)
    clock.move(MINUTE)
    for number in range(500):
        await store.put(f"new-{number}", VALUE, MINUTE)
    assert len(store) == 500


async def test_a_replaced_value_is_not_removed_at_the_time_of_the_old_one(clock: ManualClock) -> None:
    store = MemoryShortLivedStore(clock)
    await store.put("key", b"old", MINUTE)
    await store.put("key", b"new", 3 * MINUTE)
    clock.move(MINUTE)
    await store.put("other", b"", MINUTE)
    await store.put("another", b"", MINUTE)
    assert await store.get("key") == b"new"


async def test_counting_far_does_not_lose_track_of_the_memory_held(clock: ManualClock) -> None:
    store = MemoryShortLivedStore(clock, 2 * 400 + len("key") + len("1000") + len("other"))
    for _ in range(1000):
        await store.count("key", MINUTE)
    await store.put("other", b"", MINUTE)
    await store.delete("key")
    await store.put("key", b"1000", MINUTE)
    with pytest.raises(TemporarilyUnavailableError):
        await store.put("other", b"x", MINUTE)


async def test_the_bound_covers_the_memory_that_entries_really_take(clock: ManualClock) -> None:
    bound = 4 << 20
    gc.collect()
    tracemalloc.start()
    try:
        store = MemoryShortLivedStore(clock, bound)
        with pytest.raises(TemporarilyUnavailableError):
            await put_without_end(store)
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert bound / 2 < held <= bound


async def test_values_taken_before_their_time_leave_no_memory_behind(clock: ManualClock) -> None:
    store = MemoryShortLivedStore(clock)
    await store.put("kept", b"", 60 * MINUTE)
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(20_000):
            await store.put(f"{number:026}", b"%064d" % number, 10 * MINUTE)
            await store.take(f"{number:026}")
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Without the dropping of dead lines this is 4 MB.
    assert held < 1 << 20
    assert await store.get("kept") == b""
