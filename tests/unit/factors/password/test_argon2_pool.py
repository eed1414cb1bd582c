"""The hashing pool: what it costs for whom, how much it takes on, and that nothing waits for it but its callers."""

import asyncio
import threading
import unicodedata
from collections.abc import Iterator
from datetime import timedelta

import pytest
from argon2 import Type, extract_parameters
from argon2.low_level import hash_secret

from idp.adapters.hashing.argon2_pool import Argon2Pool, PoolLimits
from idp.adapters.hashing.parameters import Argon2Parameters
from idp.factors.password.errors import PasswordHashBrokenError, PasswordTooLongError
from idp.factors.password.ports import Lane
from idp.kernel.errors import BusyError, TemporarilyUnavailableError

CHEAP = Argon2Parameters(memory_kib=64, passes=1)
# Long enough to be overtaken by anything that does not wait for it.
COSTLY = Argon2Parameters(memory_kib=32768, passes=4)
PASSWORD = "demo-Password-1"


@pytest.fixture
def pool() -> Iterator[Argon2Pool]:
    pool = Argon2Pool(CHEAP, PoolLimits(threads=1, queue=2, retry_after=timedelta(seconds=7)))
    yield pool
    pool.close()


def test_owasp_the_parameters_are_19_mib_two_passes_one_lane() -> None:
    pool = Argon2Pool()
    made = extract_parameters(asyncio.run(pool.hash(PASSWORD)))
    pool.close()
    assert (made.type, made.memory_cost, made.time_cost, made.parallelism) == (Type.ID, 19456, 2, 1)
    assert (made.salt_len, made.hash_len) == (16, 32)


async def test_the_right_password_is_verified_and_a_wrong_one_is_not(pool: Argon2Pool) -> None:
    stored = await pool.hash(PASSWORD)
    assert await pool.verify(stored, PASSWORD) is True
    assert await pool.verify(stored, PASSWORD + " ") is False
    assert await pool.verify(stored, "") is False


async def test_63b_the_whole_password_is_verified(pool: Argon2Pool) -> None:
    stored = await pool.hash("x" * 255 + "y")
    assert await pool.verify(stored, "x" * 255 + "z") is False


async def test_one_password_has_a_new_hash_each_time(pool: Argon2Pool) -> None:
    assert await pool.hash(PASSWORD) != await pool.hash(PASSWORD)


async def test_63b_nfc_a_password_is_the_same_however_the_keyboard_composes_it(pool: Argon2Pool) -> None:
    composed = unicodedata.normalize("NFC", "mật khẩu của người thử")
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    assert await pool.verify(await pool.hash(decomposed), composed) is True
    assert await pool.verify(await pool.hash(composed), decomposed) is True


async def test_en_1_an_unknown_account_costs_one_hash_operation_like_a_known_one(pool: Argon2Pool) -> None:
    stored = await pool.hash(PASSWORD)
    before = pool.operations
    assert await pool.verify(stored, "wrong") is False
    known = pool.operations - before
    assert await pool.verify(None, PASSWORD) is False
    unknown = pool.operations - before - known
    assert (known, unknown) == (1, 1)


async def test_en_1_the_operation_for_an_unknown_account_has_the_parameters_of_a_known_one() -> None:
    verified: list[str] = []

    class Watched(Argon2Pool):
        def _matches(self, stored: str, normal: str) -> bool:
            verified.append(stored)
            return super()._matches(stored, normal)

    pool = Watched(CHEAP, PoolLimits(threads=1))
    stored = await pool.hash(PASSWORD)
    await pool.verify(stored, PASSWORD)
    await pool.verify(None, PASSWORD)
    pool.close()
    assert len(set(verified)) == 2
    assert extract_parameters(verified[0]) == extract_parameters(verified[1])


async def test_ds_5_a_password_beyond_the_cap_is_never_hashed(pool: Argon2Pool) -> None:
    stored = await pool.hash(PASSWORD)
    before = pool.operations
    assert await pool.verify(stored, "x" * 1_000_000) is False
    assert await pool.verify(None, "x" * 257) is False
    with pytest.raises(PasswordTooLongError):
        await pool.hash("x" * 257)
    assert pool.operations == before


async def test_a_lone_surrogate_is_a_password_like_any_other(pool: Argon2Pool) -> None:
    stored = await pool.hash("\ud800 broken form field")
    assert await pool.verify(stored, "\ud800 broken form field") is True


async def test_a_hash_of_older_parameters_verifies_and_is_to_be_renewed(pool: Argon2Pool) -> None:
    older = hash_secret(PASSWORD.encode(), b"0123456789abcdef", 2, 64, 1, 32, Type.ID).decode()
    assert await pool.verify(older, PASSWORD) is True
    assert pool.needs_rehash(older) is True
    assert pool.needs_rehash(await pool.hash(PASSWORD)) is False


@pytest.mark.parametrize("stored", ["", "plain text", "$argon2id$v=19$m=64,t=1,p=1$", "$2b$12$abcdefghijklmnopqrstuv"])
async def test_a_damaged_record_is_an_error_not_a_wrong_password(pool: Argon2Pool, stored: str) -> None:
    with pytest.raises(PasswordHashBrokenError):
        await pool.verify(stored, PASSWORD)


class Blocked(Argon2Pool):
    """The real pool, each of whose hashes waits for permission to begin."""

    def __init__(self, limits: PoolLimits) -> None:
        super().__init__(CHEAP, limits)
        self.begin = threading.Semaphore(0)
        self.begun = threading.Semaphore(0)

    def _matches(self, stored: str, normal: str) -> bool:
        self.begun.release()
        self.begin.acquire()
        return super()._matches(stored, normal)


@pytest.fixture
def blocked() -> Iterator[Blocked]:
    pool = Blocked(PoolLimits(threads=1, queue=2, retry_after=timedelta(seconds=7)))
    yield pool
    pool.begin.release(100)
    pool.close()


def start(pool: Argon2Pool, count: int) -> list[asyncio.Task[bool]]:
    return [asyncio.create_task(pool.verify(None, PASSWORD)) for _ in range(count)]


async def begun(pool: Blocked) -> None:
    await asyncio.to_thread(pool.begun.acquire)


async def test_ds_5_beyond_the_queue_callers_are_refused_at_once_with_the_time_to_come_again(blocked: Blocked) -> None:
    tasks = start(blocked, 3)
    await begun(blocked)
    with pytest.raises(TemporarilyUnavailableError) as caught:
        await blocked.verify(None, PASSWORD)
    assert caught.value.retry_after == timedelta(seconds=7)
    blocked.begin.release(3)
    assert await asyncio.gather(*tasks) == [False] * 3


async def test_bf_5_strangers_that_fill_their_lane_leave_the_recognised_theirs(blocked: Blocked) -> None:
    """Seen: 8 of 8 recognised devices refused while 180 strangers guessed."""
    strangers = start(blocked, 3)
    await begun(blocked)
    recognised = [asyncio.create_task(blocked.verify(None, PASSWORD, Lane.RECOGNISED)) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(BusyError):
        await blocked.verify(None, PASSWORD)
    with pytest.raises(BusyError):
        await blocked.verify(None, PASSWORD, Lane.RECOGNISED)
    blocked.begin.release(6)
    assert await asyncio.gather(*strangers, *recognised) == [False] * 6


async def test_bf_5_the_recognised_go_before_strangers_who_came_first_and_starve_nobody() -> None:
    pool, order = Blocked(PoolLimits(threads=1, queue=10)), list[str]()

    async def wait(name: str, lane: Lane) -> None:
        await pool.verify(None, PASSWORD, lane)
        order.append(name)

    waiting = [asyncio.create_task(wait("first", Lane.ANYBODY))]
    await begun(pool)
    waiting += [asyncio.create_task(wait("stranger", Lane.ANYBODY)) for _ in range(2)]
    waiting += [asyncio.create_task(wait("known", Lane.RECOGNISED)) for _ in range(4)]
    await asyncio.sleep(0)
    for _ in waiting:
        pool.begin.release()
    await asyncio.gather(*waiting)
    pool.close()
    assert order == ["first", "known", "known", "known", "stranger", "known", "stranger"]


async def test_a_closed_pool_leaves_nobody_waiting() -> None:
    pool = Blocked(PoolLimits(threads=1, queue=10))
    tasks = start(pool, 3)
    await begun(pool)
    pool.close()
    pool.begin.release(3)
    assert [type(found) for found in await asyncio.gather(*tasks, return_exceptions=True)] == [
        bool,
        asyncio.CancelledError,
        asyncio.CancelledError,
    ]


def test_the_measured_rate_grows_with_the_cores_up_to_the_threads() -> None:
    pool = Argon2Pool(Argon2Parameters(memory_kib=8192, passes=4), PoolLimits(threads=2))
    alone, all_of_them = pool.per_second(0.5), pool.per_second(64)
    pool.close()
    assert 0 < alone < all_of_them


async def test_a_finished_hash_makes_room(blocked: Blocked) -> None:
    tasks = start(blocked, 3)
    await begun(blocked)
    blocked.begin.release(3)
    await asyncio.gather(*tasks)
    blocked.begin.release(3)
    assert await asyncio.gather(*start(blocked, 3)) == [False] * 3


async def test_a_caller_who_gives_up_while_waiting_makes_room_and_costs_no_hash(blocked: Blocked) -> None:
    tasks = start(blocked, 3)
    await begun(blocked)
    tasks[2].cancel()
    await asyncio.wait([tasks[2]])
    tasks += start(blocked, 1)
    blocked.begin.release(3)
    await asyncio.gather(tasks[0], tasks[1], tasks[3])
    assert blocked.operations == 3


async def test_a_caller_who_gives_up_while_hashing_keeps_the_place_until_the_thread_is_free(blocked: Blocked) -> None:
    tasks = start(blocked, 3)
    await begun(blocked)
    tasks[0].cancel()
    await asyncio.wait([tasks[0]])
    with pytest.raises(TemporarilyUnavailableError):
        await blocked.verify(None, PASSWORD)
    blocked.begin.release(3)
    assert await asyncio.gather(*tasks[1:]) == [False, False]


async def test_no_more_hashes_run_at_once_than_there_are_threads() -> None:
    pool = Blocked(PoolLimits(threads=2, queue=10))
    tasks = start(pool, 5)
    await begun(pool)
    await begun(pool)
    assert pool.begun.acquire(timeout=0.05) is False
    pool.begin.release(5)
    await asyncio.gather(*tasks)
    pool.close()


async def test_a_closed_pool_refuses() -> None:
    pool = Argon2Pool(CHEAP)
    pool.close()
    with pytest.raises(TemporarilyUnavailableError):
        await pool.hash(PASSWORD)


async def test_the_loop_goes_on_while_a_password_is_hashed() -> None:
    pool = Argon2Pool(COSTLY, PoolLimits(threads=1))
    order: list[str] = []

    async def hash_one() -> None:
        await pool.hash(PASSWORD)
        order.append("hashed")

    hashing = asyncio.create_task(hash_one())
    for turn in range(50):
        await asyncio.sleep(0)
        order.append(f"turn {turn}")
    await hashing
    pool.close()
    assert order == [*(f"turn {turn}" for turn in range(50)), "hashed"]
