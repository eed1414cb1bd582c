"""Waiting for what another task or process does and tells nobody about."""

import asyncio
from collections.abc import Callable

from tests.support.patience import patient


async def until(is_so: Callable[[], object]) -> None:
    """Return as soon as it is so; fail when that takes far too long."""
    async with asyncio.timeout(patient(10)):
        while not is_so():  # noqa: ASYNC110 (there is no event)
            await asyncio.sleep(0.005)
