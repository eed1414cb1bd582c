"""How an outbound service is doing, as the processes that use it see it."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from idp.outbound.record import ServiceRecord


class ServiceState(StrEnum):
    """What the last question met: a closed circuit answers; slow means late, or not every time.

    An open circuit asks nobody for a while; half open, one question tries for all.
    """

    UNASKED = "unasked"
    CLOSED = "closed"
    SLOW = "slow"
    HALF_OPEN = "half_open"
    OPEN = "open"
    # An administrator took it out of service: nobody asks until it is put back.
    RESTING = "resting"


class ServiceHealth(Struct, frozen=True):
    """One outbound service at the last question anybody asked it.

    `since` is when it began to answer well, or when its trouble began; None where nobody asked yet.
    """

    name: str
    state: ServiceState
    since: datetime | None = None
    last_answer_at: datetime | None = None
    asked_at: datetime | None = None


class ServiceWatch(Protocol):
    """Knows how one service is doing."""

    async def health(self) -> ServiceHealth:
        """Return what the process that asked last saw; it never raises."""


class WatchedService(ServiceWatch, Protocol):
    """Knows as well how the service did lately."""

    async def record(self) -> ServiceRecord:
        """Return how it did lately, as far as that process remembers; it never raises."""
