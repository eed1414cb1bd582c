"""The two stores, each with its own way of letting time pass."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from redis.asyncio import Redis

from idp.adapters.redis.address import parse_address
from idp.adapters.redis.link import LinkPolicy, RedisLink
from idp.kernel.shortlived import ShortLivedStore
from tests.support.patience import patiently

# A busy machine may take longer than production gives Redis; tests of that deadline set their own.
UNHURRIED = LinkPolicy(command_deadline=patiently(2), connect_deadline=patiently(2))


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
    """A store under test; after `pass_time`, so much time has passed for what it holds."""

    store: ShortLivedStore
    pass_time: Callable[[timedelta], Awaitable[None]]


def moving(clock: ManualClock) -> Callable[[timedelta], Awaitable[None]]:
    async def pass_time(by: timedelta) -> None:
        clock.move(by)

    return pass_time


def shortening(url: str) -> Callable[[timedelta], Awaitable[None]]:
    """Take time off the life of every key, as it would pass if the test waited; Redis does the expiring."""

    async def pass_time(by: timedelta) -> None:
        async with Redis.from_url(url) as other:
            for key in await other.keys("*"):
                left = await other.pttl(key)
                assert left > 0
                # A life that is not above zero ends at once.
                await other.pexpire(key, left - int(by.total_seconds() * 1000))

    return pass_time


def open_unhurried_link(url: str) -> RedisLink:
    return RedisLink(parse_address(url), UNHURRIED)
