"""A circuit breaker: after repeated failures nobody asks for a while, then one caller tries for all."""

from datetime import datetime, timedelta
from enum import Enum

from msgspec import Struct

from idp.kernel.clock import Clock


class State(Enum):
    """Closed lets everyone through, open nobody, half-open has one probe under way."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Permit(Struct, frozen=True):
    """Leave to make one call. What comes of it counts only in the same period of the breaker."""

    period: int


class CircuitBreaker:
    """Counts consecutive failures of one upstream in one process."""

    def __init__(self, clock: Clock, *, failures_to_open: int = 5, open_for: timedelta = timedelta(seconds=10)) -> None:
        self._clock = clock
        self._failures_to_open = failures_to_open
        self._open_for = open_for
        self._state = State.CLOSED
        self._failures = 0
        self._opened_at: datetime | None = None
        # A call that started before the circuit opened says nothing about the probe that runs now.
        self._period = 0

    @property
    def state(self) -> State:
        """Return the state as of the last call that changed it."""
        return self._state

    def refuses(self) -> bool:
        """Tell whether `admit` would say no now."""
        if self._state is State.OPEN:
            return not self._rested()
        return self._state is State.HALF_OPEN

    def admit(self) -> Permit | None:
        """Return leave to call, or None; after the rest the first caller becomes the only probe."""
        if self.refuses():
            return None
        if self._state is State.OPEN:
            self._state = State.HALF_OPEN
        return Permit(self._period)

    def record(self, permit: Permit, *, healthy: bool) -> None:
        """Count what came of an admitted call."""
        if permit.period != self._period:
            return
        if healthy:
            self._state, self._failures = State.CLOSED, 0
            return
        self._failures += 1
        if self._state is State.HALF_OPEN or self._failures >= self._failures_to_open:
            self._open()

    def abandon(self, permit: Permit) -> None:
        """Give back leave that led to no result, so that a cancelled probe does not lock the circuit."""
        if permit.period == self._period and self._state is State.HALF_OPEN:
            self._state = State.OPEN

    def _open(self) -> None:
        self._state, self._failures = State.OPEN, 0
        self._opened_at = self._clock.now()
        self._period += 1

    def _rested(self) -> bool:
        if self._opened_at is None:
            return True
        # A clock set back must not keep the circuit open for as long as it was set back.
        return not timedelta(0) <= self._clock.now() - self._opened_at < self._open_for
