"""The fixture that runs a test once on each store."""

from collections.abc import AsyncIterator

import pytest

from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.adapters.redis.shortlived import RedisShortLivedStore
from tests.contract.shortlived.rigs import ManualClock, Rig, moving, open_unhurried_link, shortening


@pytest.fixture(params=["memory", "redis"])
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    """A store that is empty, first in process, then on a real Redis."""
    if request.param == "memory":
        clock = ManualClock()
        yield Rig(MemoryShortLivedStore(clock), moving(clock))
        return
    redis_url = request.getfixturevalue("redis_url")
    link = open_unhurried_link(redis_url)
    yield Rig(RedisShortLivedStore(link), shortening(redis_url))
    await link.close()
