"""The two stores, each with its own way of letting time pass."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from idp.kernel.shortlived import ShortLivedStore


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def move(self, by: timedelta) -> None:
        self._now += by


@dataclass(frozen=True, slots=True)
class Rig:
    """A store under test; `pass_time` returns when at least so much time has passed for it."""

    store: ShortLivedStore
    pass_time: Callable[[timedelta], Awaitable[None]]


def moving(clock: ManualClock) -> Callable[[timedelta], Awaitable[None]]:
    async def pass_time(by: timedelta) -> None:
        clock.move(by)

    return pass_time


async def really_wait(by: timedelta) -> None:
    # Redis counts whole milliseconds of its own clock: a little more than the time asked for.
    await asyncio.sleep(by.total_seconds() + 0.02)
