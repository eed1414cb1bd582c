"""The fixture that runs a test once on each store."""

from collections.abc import AsyncIterator

import pytest

from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.adapters.redis.shortlived import RedisShortLivedStore, open_redis_link
from tests.contract.shortlived.rigs import ManualClock, Rig, moving, really_wait


@pytest.fixture(params=["memory", "redis"])
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[Rig]:
    """A store that is empty, first in process, then on a real Redis."""
    if request.param == "memory":
        clock = ManualClock()
        yield Rig(MemoryShortLivedStore(clock), moving(clock))
        return
    link = open_redis_link(request.getfixturevalue("redis_url"))
    yield Rig(RedisShortLivedStore(link), really_wait)
    await link.close()
