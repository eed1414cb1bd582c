"""What is read of the numbers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from clients.model import ClientId
from idp.metrics.model import Counted


class MetricsReader(Protocol):
    """Reads the numbers of hours that begin in a range, added up by the store."""

    async def by_client(
        self, first: datetime, until: datetime, settled: datetime, clients: Sequence[ClientId] | None
    ) -> Sequence[Counted]:
        """Return the numbers of clients ("" is what belongs to none; None: of all), in one read.

        `hour_at` is `first` for hours before `settled` (when nothing can be open any more), else `until`; answers to
        "how was it?" keep their day.
        """

    async def by_hour(self, first: datetime, until: datetime, clients: Sequence[ClientId] | None) -> Sequence[Counted]:
        """Return the numbers hour by hour, of all asked clients together, in one read."""

    async def by_day(self, first: datetime, until: datetime, clients: Sequence[ClientId] | None) -> Sequence[Counted]:
        """Return the numbers by days in Vietnam, of all asked clients together, in one read; `hour_at` begins the day.

        Both ends begin a day.
        """


class MetricsDays(Protocol):
    """Knows which days were added up."""

    async def not_added_up(self) -> datetime | None:
        """Return the beginning of the first day that was not, or an instant in it; None if nothing was counted yet."""
