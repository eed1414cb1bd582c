"""What every short-lived store promises."""

import asyncio
from datetime import timedelta

import pytest

from tests.contract.shortlived.rigs import Rig

LONG = timedelta(minutes=30)
# Much longer than a test takes on the busiest machine.
SHORT = timedelta(minutes=10)
ALL_BYTES = bytes(range(256)) + b"\r\n$-1\r\n\x00"


async def test_an_unknown_key_has_no_value(rig: Rig) -> None:
    assert await rig.store.get("nothing") is None


async def test_what_was_put_is_got_as_often_as_asked(rig: Rig) -> None:
    await rig.store.put("key", b"value", LONG)
    assert [await rig.store.get("key") for _ in range(2)] == [b"value", b"value"]


async def test_put_replaces_value_and_time_to_live(rig: Rig) -> None:
    await rig.store.put("key", b"old", SHORT)
    await rig.store.put("key", b"new", LONG)
    await rig.pass_time(SHORT)
    assert await rig.store.get("key") == b"new"


async def test_a_shorter_time_to_live_replaces_a_longer_one(rig: Rig) -> None:
    await rig.store.put("key", b"old", LONG)
    await rig.store.put("key", b"new", SHORT)
    await rig.pass_time(SHORT)
    assert await rig.store.get("key") is None


async def test_an_expired_value_is_gone_for_get_and_take(rig: Rig) -> None:
    await rig.store.put("read", b"value", SHORT)
    await rig.store.put("taken", b"value", SHORT)
    await rig.pass_time(SHORT)
    assert await rig.store.get("read") is None
    assert await rig.store.take("taken") is None


async def test_a_value_lives_until_its_time_is_over(rig: Rig) -> None:
    await rig.store.put("key", b"value", timedelta(minutes=20))
    await rig.pass_time(SHORT)
    assert await rig.store.get("key") == b"value"


async def test_put_if_absent_keeps_the_first_value(rig: Rig) -> None:
    assert await rig.store.put_if_absent("key", b"first", LONG) is True
    assert await rig.store.put_if_absent("key", b"second", LONG) is False
    assert await rig.store.get("key") == b"first"


async def test_an_expired_key_is_free_again(rig: Rig) -> None:
    await rig.store.put_if_absent("key", b"first", SHORT)
    await rig.pass_time(SHORT)
    assert await rig.store.put_if_absent("key", b"second", LONG) is True


async def test_a_lost_put_if_absent_does_not_prolong_the_life_of_the_first(rig: Rig) -> None:
    await rig.store.put_if_absent("key", b"first", SHORT)
    await rig.store.put_if_absent("key", b"second", LONG)
    await rig.pass_time(SHORT)
    assert await rig.store.get("key") is None


async def test_a_weight_counts_like_so_many_and_the_window_starts_with_the_first(rig: Rig) -> None:
    assert [await rig.store.count("key", SHORT, weight) for weight in (5, 1, 7)] == [5, 6, 13]
    await rig.pass_time(SHORT)
    assert await rig.store.count("key", SHORT, 2) == 2


async def test_of_a_hundred_tasks_one_is_first(rig: Rig) -> None:
    answers = await asyncio.gather(*(rig.store.put_if_absent("key", b"%d" % task, LONG) for task in range(100)))
    assert sorted(answers) == [False] * 99 + [True]
    assert await rig.store.get("key") == b"%d" % answers.index(True)


async def test_of_a_hundred_takers_one_gets_the_value(rig: Rig) -> None:
    await rig.store.put("key", b"value", LONG)
    answers = await asyncio.gather(*(rig.store.take("key") for _ in range(100)))
    assert answers.count(b"value") == 1
    assert answers.count(None) == 99


async def test_a_taken_key_is_gone(rig: Rig) -> None:
    await rig.store.put("key", b"value", LONG)
    await rig.store.take("key")
    assert await rig.store.get("key") is None


async def test_a_deleted_key_is_gone_and_free(rig: Rig) -> None:
    await rig.store.put("key", b"value", LONG)
    await rig.store.delete("key")
    assert await rig.store.put_if_absent("key", b"again", LONG) is True


async def test_deleting_what_is_absent_is_fine(rig: Rig) -> None:
    await rig.store.delete("nothing")
    assert await rig.store.get("nothing") is None


async def test_counts_go_up_by_one_from_one(rig: Rig) -> None:
    assert [await rig.store.count("key", LONG) for _ in range(12)] == list(range(1, 13))


async def test_a_hundred_concurrent_counts_are_all_counted(rig: Rig) -> None:
    counts = await asyncio.gather(*(rig.store.count("key", LONG) for _ in range(100)))
    assert sorted(counts) == list(range(1, 101))


async def test_the_window_starts_with_the_first_count_and_later_counts_do_not_prolong_it(rig: Rig) -> None:
    await rig.store.count("key", SHORT)
    await rig.pass_time(SHORT / 2)
    await rig.store.count("key", SHORT)
    await rig.pass_time(SHORT / 2)
    assert await rig.store.count("key", SHORT) == 1


async def test_counters_of_different_keys_are_apart(rig: Rig) -> None:
    await rig.store.count("one", LONG)
    assert await rig.store.count("two", LONG) == 1


@pytest.mark.parametrize("value", [b"", ALL_BYTES, b"x" * (4 << 20)], ids=["empty", "every byte", "four megabytes"])
async def test_values_come_back_byte_for_byte(rig: Rig, value: bytes) -> None:
    await rig.store.put("key", value, LONG)
    assert await rig.store.get("key") == value
    assert await rig.store.take("key") == value


async def test_keys_of_any_letters_are_kept_apart(rig: Rig) -> None:
    keys = ["a", "A", "a b", "a\r\nb", "đặng", "\x00"]
    for key in keys:
        await rig.store.put(key, key.encode(), LONG)
    assert [await rig.store.get(key) for key in keys] == [key.encode() for key in keys]


@pytest.mark.parametrize("ttl", [timedelta(0), timedelta(seconds=-1)])
async def test_a_time_to_live_that_is_over_is_an_error_of_the_caller(rig: Rig, ttl: timedelta) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        await rig.store.put("key", b"value", ttl)
    with pytest.raises(ValueError, match="must be positive"):
        await rig.store.put_if_absent("key", b"value", ttl)
    with pytest.raises(ValueError, match="must be positive"):
        await rig.store.count("key", ttl)


async def test_the_shortest_time_to_live_is_not_none_at_all(rig: Rig) -> None:
    assert await rig.store.put_if_absent("key", b"value", timedelta(microseconds=1)) is True


async def test_a_cancelled_caller_leaves_the_answers_of_others_in_order(rig: Rig) -> None:
    await rig.store.put("one", b"1", LONG)
    await rig.store.put("two", b"2", LONG)
    given_up = asyncio.create_task(rig.store.get("one"))
    waiting = asyncio.create_task(rig.store.get("two"))
    await asyncio.sleep(0)
    given_up.cancel()
    assert await waiting == b"2"
