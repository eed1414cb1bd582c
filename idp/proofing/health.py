"""How a register is doing, as the processes that ask it see it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class RegisterName(StrEnum):
    """The registers the provider asks."""

    POPULATION = "population"
    ENTERPRISE = "enterprise"


class RegisterState(StrEnum):
    """What the last question met: a closed circuit answers; slow means late, or not every time.

    An open circuit asks nobody for a while; half open, one question tries for all.
    """

    UNASKED = "unasked"
    CLOSED = "closed"
    SLOW = "slow"
    HALF_OPEN = "half_open"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class RegisterHealth:
    """One register at the last question anybody asked it.

    `since` is when it began to answer well, or when its trouble began; None where nobody asked yet.
    """

    name: RegisterName
    state: RegisterState
    since: datetime | None = None
    last_answer_at: datetime | None = None
    asked_at: datetime | None = None


class RegisterWatch(Protocol):
    """Knows how one register is doing."""

    async def health(self) -> RegisterHealth:
        """Return what the process that asked last saw; it never raises."""
