"""The question about nobody: asked when nobody else asks, by one process at a time."""

from datetime import datetime, timedelta

import pytest

from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.kernel.errors import TemporarilyUnavailableError
from idp.outbound.health import ServiceHealth, ServiceState
from idp.outbound.heartbeat import WHEN_IN_TROUBLE, WHEN_WELL, Heartbeat
from idp.proofing.policy import HEARTBEAT_PURPOSE, NOBODY
from idp.proofing.registers.health import RegisterName
from idp.proofing.values.provinces import PREFIXES
from tests.unit.outbound.test_breaker import HandClock

MOMENT = timedelta(milliseconds=1)


class Watch:
    """A register whose health is set by hand."""

    def __init__(self) -> None:
        self.state = ServiceState.UNASKED
        self.asked_at: datetime | None = None

    async def health(self) -> ServiceHealth:
        return ServiceHealth(RegisterName.POPULATION, self.state, asked_at=self.asked_at)


class Asked:
    """Counts how often it was asked."""

    times = 0

    async def __call__(self) -> None:
        self.times += 1


class LostStore(MemoryShortLivedStore):
    """A store that does not answer."""

    async def put_if_absent(self, key: str, value: bytes, ttl: timedelta) -> bool:
        raise TemporarilyUnavailableError("away")


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


async def test_a_register_that_nobody_asked_yet_is_asked_at_once(clock: HandClock) -> None:
    asked = Asked()
    assert await Heartbeat(Watch(), asked, MemoryShortLivedStore(clock), clock).beat()
    assert asked.times == 1


@pytest.mark.parametrize(
    ("state", "pause"),
    [
        (ServiceState.CLOSED, WHEN_WELL),
        (ServiceState.SLOW, WHEN_IN_TROUBLE),
        (ServiceState.OPEN, WHEN_IN_TROUBLE),
        (ServiceState.HALF_OPEN, WHEN_IN_TROUBLE),
    ],
)
async def test_it_waits_until_nobody_asked_for_a_while(clock: HandClock, state: ServiceState, pause: timedelta) -> None:
    watch, asked = Watch(), Asked()
    watch.state, watch.asked_at = state, clock.now()
    heartbeat = Heartbeat(watch, asked, MemoryShortLivedStore(clock), clock)
    clock.time += pause - MOMENT
    assert not await heartbeat.beat()
    clock.time += MOMENT
    assert await heartbeat.beat()
    assert asked.times == 1


async def test_of_all_processes_one_asks(clock: HandClock) -> None:
    store, asked = MemoryShortLivedStore(clock), Asked()
    reported = [await Heartbeat(Watch(), asked, store, clock).beat() for _ in range(5)]
    assert (reported, asked.times) == ([True, False, False, False, False], 1)


async def test_another_process_takes_over_from_one_that_stopped(clock: HandClock) -> None:
    store, asked = MemoryShortLivedStore(clock), Asked()
    await Heartbeat(Watch(), asked, store, clock).beat()
    clock.time += WHEN_IN_TROUBLE
    assert await Heartbeat(Watch(), asked, store, clock).beat()


async def test_without_the_store_nobody_asks(clock: HandClock) -> None:
    asked = Asked()
    assert not await Heartbeat(Watch(), asked, LostStore(clock), clock).beat()
    assert asked.times == 0


async def test_a_clock_that_was_set_back_does_not_stop_it(clock: HandClock) -> None:
    watch, asked = Watch(), Asked()
    watch.state, watch.asked_at = ServiceState.CLOSED, clock.now() + timedelta(hours=3)
    assert await Heartbeat(watch, asked, MemoryShortLivedStore(clock), clock).beat()


def test_11_nobody_is_a_number_that_nobody_can_have_and_no_look_up() -> None:
    assert NOBODY.number.digits[:3] not in PREFIXES
    assert not HEARTBEAT_PURPOSE.may_look_up
