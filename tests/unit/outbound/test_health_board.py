"""The health of a register: what is noted, what the other processes hear of it, and what a lost store costs."""

from datetime import UTC, datetime, timedelta

import pytest

from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.kernel.errors import TemporarilyUnavailableError
from idp.outbound.health import ServiceHealth, ServiceState
from idp.outbound.health_board import SLOW_AFTER, HealthBoard
from idp.outbound.record import Fault, Pace, ServiceRecord
from idp.proofing.registers.health import RegisterName
from tests.unit.outbound.test_breaker import HandClock

START = datetime(2026, 10, 1, tzinfo=UTC)
QUICK, MINUTE = timedelta(seconds=0.1), timedelta(minutes=1)
KEY = "line-health:population"


class LostStore(MemoryShortLivedStore):
    """A store that does not answer."""

    async def put(self, key: str, value: bytes, ttl: timedelta) -> None:
        raise TemporarilyUnavailableError("away")

    async def get(self, key: str) -> bytes | None:
        raise TemporarilyUnavailableError("away")


class CountingStore(MemoryShortLivedStore):
    """A store that counts what is put into it."""

    puts = 0

    async def put(self, key: str, value: bytes, ttl: timedelta) -> None:
        self.puts += 1
        await super().put(key, value, ttl)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def store(clock: HandClock) -> MemoryShortLivedStore:
    return MemoryShortLivedStore(clock)


def board_in(store: MemoryShortLivedStore, clock: HandClock) -> HealthBoard:
    return HealthBoard(RegisterName.POPULATION, store, clock)


async def note(
    board: HealthBoard, *, healthy: bool, took: timedelta = QUICK, open_circuit: bool = False, fault: str = "timeout"
) -> None:
    await board.note(fault="" if healthy else fault, took=took, open_circuit=open_circuit)


async def test_a_register_that_nobody_asked_yet_is_unasked(store: MemoryShortLivedStore, clock: HandClock) -> None:
    assert await board_in(store, clock).read() == ServiceHealth(RegisterName.POPULATION, ServiceState.UNASKED)


async def test_a_good_answer_closes_and_says_since_when(store: MemoryShortLivedStore, clock: HandClock) -> None:
    board = board_in(store, clock)
    await note(board, healthy=True)
    clock.time += MINUTE
    await note(board, healthy=True)
    assert await board.read() == ServiceHealth(
        RegisterName.POPULATION, ServiceState.CLOSED, START, START + MINUTE, START + MINUTE
    )


async def test_trouble_has_begun_with_the_first_failure_not_when_the_circuit_opened(
    store: MemoryShortLivedStore, clock: HandClock
) -> None:
    board = board_in(store, clock)
    await note(board, healthy=True)
    for open_circuit in (False, False, True):
        clock.time += MINUTE
        await note(board, healthy=False, open_circuit=open_circuit)
    health = await board.read()
    assert (health.state, health.since, health.last_answer_at) == (ServiceState.OPEN, START + MINUTE, START)


@pytest.mark.parametrize(
    ("took", "state"),
    [(SLOW_AFTER, ServiceState.CLOSED), (SLOW_AFTER + timedelta(milliseconds=1), ServiceState.SLOW)],
)
async def test_an_answer_that_people_must_wait_for_is_slow(
    store: MemoryShortLivedStore, clock: HandClock, took: timedelta, state: ServiceState
) -> None:
    board = board_in(store, clock)
    await note(board, healthy=True, took=took)
    assert (await board.read()).state is state


async def test_one_failure_is_told_as_slow_while_the_circuit_is_closed(
    store: MemoryShortLivedStore, clock: HandClock
) -> None:
    board = board_in(store, clock)
    await note(board, healthy=False)
    assert (await board.read()).state is ServiceState.SLOW


async def test_the_process_that_asked_last_tells_for_all(store: MemoryShortLivedStore, clock: HandClock) -> None:
    one, other = board_in(store, clock), board_in(store, clock)
    await note(one, healthy=False, open_circuit=True)
    assert (await other.read()).state is ServiceState.OPEN
    clock.time += MINUTE
    await note(other, healthy=True)
    assert (await one.read()).state is ServiceState.CLOSED


async def test_a_probe_of_this_process_does_not_hide_what_another_found_out_later(
    store: MemoryShortLivedStore, clock: HandClock
) -> None:
    one, other = board_in(store, clock), board_in(store, clock)
    await note(one, healthy=False, open_circuit=True)
    assert (await one.read(probing=True)).state is ServiceState.HALF_OPEN
    clock.time += MINUTE
    await note(other, healthy=True)
    assert (await one.read(probing=True)).state is ServiceState.CLOSED


async def test_the_store_hears_of_a_change_at_once_and_of_the_rest_now_and_then(clock: HandClock) -> None:
    store = CountingStore(clock)
    board = board_in(store, clock)
    for _ in range(50):
        await note(board, healthy=True)
    assert store.puts == 1
    await note(board, healthy=False)
    assert store.puts == 2
    clock.time += timedelta(seconds=5)
    await note(board, healthy=False)
    assert store.puts == 3


async def test_a_lost_store_leaves_what_this_process_saw(clock: HandClock) -> None:
    board = board_in(LostStore(clock), clock)
    await note(board, healthy=True)
    assert (await board.read()).state is ServiceState.CLOSED


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"state": "sideways"}',
        b"{}",
        b'{"state": "open", "asked_at": "soon"}',
        b'{"state": "open", "record": {"pace": 7}}',
    ],
)
async def test_a_note_that_cannot_be_read_is_passed_over(
    store: MemoryShortLivedStore, clock: HandClock, value: bytes
) -> None:
    await store.put(KEY, value, MINUTE)
    assert (await board_in(store, clock).read()).state is ServiceState.UNASKED


async def test_a_note_holds_a_state_times_and_causes_and_nothing_else(
    store: MemoryShortLivedStore, clock: HandClock
) -> None:
    await note(board_in(store, clock), healthy=False)
    assert await store.get(KEY) == (
        b'{"state":"slow","since":"2026-10-01T00:00:00+00:00","last_answer_at":null,'
        b'"asked_at":"2026-10-01T00:00:00+00:00",'
        b'"record":{"pace":null,"faults":[["timeout",1,"2026-10-01T00:00:00+00:00"]]}}'
    )


async def test_the_record_is_of_the_process_that_asked_last(store: MemoryShortLivedStore, clock: HandClock) -> None:
    one, other = board_in(store, clock), board_in(store, clock)
    await note(one, healthy=True, took=timedelta(milliseconds=40))
    clock.time += MINUTE
    await note(other, healthy=False, fault="http_503")
    assert await one.record() == await other.record() == ServiceRecord(None, (Fault("http_503", 1, clock.time),))
    clock.time += MINUTE
    await note(one, healthy=True, took=timedelta(milliseconds=60))
    half, most = timedelta(milliseconds=40), timedelta(milliseconds=60)
    assert await other.record() == await one.record() == ServiceRecord(Pace(half, most, 2), ())


async def test_a_lost_store_leaves_the_record_of_this_process(clock: HandClock) -> None:
    board = board_in(LostStore(clock), clock)
    await note(board, healthy=False)
    assert [fault.cause for fault in (await board.record()).faults] == ["timeout"]
