"""A published document, fetched by one caller for all and kept for a while."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from idp.kernel.clock import Clock
from idp.upstream.errors import UpstreamRefusedError

T = TypeVar("T")


class Remembered(Generic[T]):
    """Single flight: of many who need the document at once, one fetches it. A stale one serves while nobody answers."""

    def __init__(self, fetch: Callable[[], Awaitable[T]], clock: Clock, *, kept: timedelta, pause: timedelta) -> None:
        self._fetch = fetch
        self._clock = clock
        self._kept = kept
        self._pause = pause
        self._value: T | None = None
        self._fetched_at: datetime | None = None
        self._tried_at: datetime | None = None
        self._failure: UpstreamRefusedError | None = None
        self._fetching = asyncio.Lock()

    @property
    def fetched_at(self) -> datetime | None:
        """Return when the document was fetched that is remembered."""
        return self._fetched_at

    async def get(self, *, anew: bool = False) -> T:
        """Return the document; with `anew` a newer one, if the last try is a while ago."""
        async with self._fetching:
            if not self._is_good(anew=anew) and not self._tried_just_now():
                await self._try()
            if self._value is None:
                raise self._failure or AssertionError("tried without a result")
            return self._value

    async def _try(self) -> None:
        now = self._clock.now()
        self._tried_at = now
        try:
            self._value = await self._fetch()
        except UpstreamRefusedError as error:
            self._failure = error
        else:
            self._fetched_at = now

    def _is_good(self, *, anew: bool) -> bool:
        return not anew and self._fetched_at is not None and self._within(self._fetched_at, self._kept)

    def _tried_just_now(self) -> bool:
        return self._tried_at is not None and self._within(self._tried_at, self._pause)

    def _within(self, since: datetime, span: timedelta) -> bool:
        return timedelta(0) <= self._clock.now() - since < span
