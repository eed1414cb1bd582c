"""A draft that causes dear work ends after a few times."""

from datetime import timedelta

import pytest

from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.kernel.clock import SystemClock
from idp.kernel.secrets import Sealer
from idp.sign_in.drafts import MOST_SPENT, DraftSpentError, DraftStore


async def test_a_draft_causes_work_five_times_and_another_one_begins_anew() -> None:
    store, sealer = MemoryShortLivedStore(SystemClock()), Sealer({"k": b"s" * 32}, "k")
    drafts = DraftStore(store, sealer, "test", dict[str, str], timedelta(minutes=30))
    first, second = await drafts.start({}, "browser"), await drafts.start({}, "browser")
    for _ in range(MOST_SPENT):
        await drafts.spend(first)
        assert await drafts.load(first, "browser") is not None
    with pytest.raises(DraftSpentError):
        await drafts.spend(first)
    assert await drafts.load(first, "browser") is None
    await drafts.spend(second)
    assert await drafts.load(second, "browser") is not None
