"""Sign-in metrics in memory."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from clients.local_days import day_begins, day_of
from clients.model import ClientId
from idp.metrics.model import Counted, CountKey, Measure


@dataclass(slots=True)
class PlainMetrics:
    """Implements `MetricsReader`."""

    stored: Counter[CountKey] = field(default_factory=Counter)

    async def by_client(
        self, first: datetime, until: datetime, settled: datetime, clients: Sequence[str] | None
    ) -> Sequence[Counted]:
        """Return the numbers of clients."""
        found: Counter[CountKey] = Counter()
        for key, amount in self._of(first, until, clients):
            kept = (
                key
                if key.measure is Measure.RATING
                else key._replace(hour_at=first if key.hour_at < settled else until)
            )
            found[kept] += amount
        return [Counted(key, amount) for key, amount in found.items()]

    async def by_hour(self, first: datetime, until: datetime, clients: Sequence[str] | None) -> Sequence[Counted]:
        """Return the numbers hour by hour."""
        found: Counter[CountKey] = Counter()
        for key, amount in self._of(first, until, clients):
            found[key._replace(client_id=ClientId(""), service_class="")] += amount
        return [Counted(key, amount) for key, amount in found.items()]

    async def by_day(self, first: datetime, until: datetime, clients: Sequence[str] | None) -> Sequence[Counted]:
        """Return the numbers by days in Vietnam."""
        found: Counter[CountKey] = Counter()
        for key, amount in self._of(first, until, clients):
            found[key._replace(hour_at=day_begins(day_of(key.hour_at)), client_id=ClientId(""), service_class="")] += (
                amount
            )
        return [Counted(key, amount) for key, amount in found.items()]

    def _of(self, first: datetime, until: datetime, clients: Sequence[str] | None) -> list[tuple[CountKey, int]]:
        return [
            (key, amount)
            for key, amount in self.stored.items()
            if first <= key.hour_at < until and (clients is None or key.client_id in clients)
        ]
