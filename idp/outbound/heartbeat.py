"""Asks a service about nobody when no person's request does, so that its return is noticed."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from idp.kernel.clock import Clock
from idp.kernel.errors import TemporarilyUnavailableError
from idp.kernel.shortlived import ShortLivedStore
from idp.outbound.health import ServiceHealth, ServiceState, ServiceWatch

# Longer than the breaker's rest, so that each beat may be the probe that closes it.
WHEN_IN_TROUBLE = timedelta(seconds=15)
WHEN_WELL = timedelta(seconds=60)


class Heartbeat:
    """Keeps one service's health from growing old; of all processes one asks at a time."""

    def __init__(
        self, watch: ServiceWatch, ask: Callable[[], Awaitable[object]], store: ShortLivedStore, clock: Clock
    ) -> None:
        """Take the service's watch, the question about nobody, where processes take turns, and the clock."""
        self._watch = watch
        self._ask = ask
        self._store = store
        self._clock = clock

    async def beat(self) -> bool:
        """Ask if it is time and nobody else does; return whether this call asked."""
        health = await self._watch.health()
        if not _is_due(health, self._clock.now()) or not await self._is_our_turn(health):
            return False
        await self._ask()
        return True

    async def _is_our_turn(self, health: ServiceHealth) -> bool:
        try:
            return await self._store.put_if_absent(f"line-heartbeat:{health.name}", b"", WHEN_IN_TROUBLE)
        except TemporarilyUnavailableError:
            return False


def _is_due(health: ServiceHealth, now: datetime) -> bool:
    if health.state is ServiceState.RESTING:
        return False
    pause = WHEN_WELL if health.state is ServiceState.CLOSED else WHEN_IN_TROUBLE
    return health.asked_at is None or not timedelta(0) <= now - health.asked_at < pause
