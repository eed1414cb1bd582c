"""The open numbers of each day, published the day after and remembered."""

import asyncio
from collections import OrderedDict
from datetime import date, timedelta

from msgspec import Struct, field

from clients.local_days import day_begins
from clients.model import ClientId
from clients.registry import ClientRegistry
from idp.kernel.clock import Clock
from idp.metrics.days import DAY, last_over
from idp.metrics.model import Counted
from idp.metrics.open_data import OpenNumber, of_client, of_nobodys
from idp.metrics.ports import MetricsReader
from idp.metrics.summary import summarise

DAYS_SHOWN = 31


class PublishedMetrics(Struct):
    """Reads a day once: what is published of it does not change, and everybody may ask."""

    registry: ClientRegistry
    reader: MetricsReader
    clock: Clock
    _days: OrderedDict[date, tuple[OpenNumber, ...]] = field(default_factory=OrderedDict)
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    def last_day(self) -> date:
        """Return the newest day, in Vietnam, that is published."""
        return last_over(self.clock.now())

    def publishes(self, day: date) -> bool:
        """Say whether a day is among those that are published now."""
        last = self.last_day()
        return last - timedelta(days=DAYS_SHOWN) < day <= last

    async def day(self, day: date) -> tuple[OpenNumber, ...]:
        """Return the numbers of a published day."""
        async with self._reading:
            if day not in self._days:
                self._days[day] = await self._read(day)
                if len(self._days) > DAYS_SHOWN:
                    self._days.popitem(last=False)
            return self._days[day]

    async def _read(self, day: date) -> tuple[OpenNumber, ...]:
        first = day_begins(day)
        until = first + DAY
        groups: dict[str, list[Counted]] = {}
        for one in await self.reader.by_client(first, until, until, None):
            groups.setdefault(one.key.client_id, []).append(one)
        found = of_nobodys(summarise(groups.pop("", ()), until))
        for client_id in sorted(groups):
            client = self.registry.get(ClientId(client_id))
            # Who tries a portal out is no portal of the country's people.
            if client is not None and client.stage == "production":
                found += of_client(ClientId(client_id), summarise(groups[client_id], until))
        return tuple(found)
