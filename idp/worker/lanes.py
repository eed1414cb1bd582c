"""How much each receiver is given at once, and how long one that does not answer is left alone."""

from collections import defaultdict
from datetime import datetime, timedelta

from msgspec import Struct

# One message may be at fault itself; so many in a row are the receiver's.
_IN_A_ROW = 3
_FIRST_REST = timedelta(seconds=1)


class _Receiver(Struct):
    in_flight: int = 0
    failures: int = 0
    rests_until: datetime | None = None


class Lanes:
    """Counts what is under way to each receiver of one process; `room` says what more may be.

    A receiver that failed several times in a row is tried with one message, each time after a longer rest: what waits
    for it stays untouched meanwhile.
    """

    def __init__(self, slots: int, longest_rest: timedelta, together: int) -> None:
        self._slots = slots
        self._longest_rest = longest_rest
        self._together = together
        self._under_way = 0
        self._receivers: defaultdict[str, _Receiver] = defaultdict(_Receiver)

    def room(self, receiver: str, now: datetime) -> int:
        """Return how many messages more the receiver may be given now."""
        one = self._receivers.get(receiver, _IDLE)
        slots = self._slots
        if one.failures >= _IN_A_ROW:
            slots = 0 if one.rests_until is not None and now < one.rests_until else 1
        return max(0, min(slots - one.in_flight, self._together - self._under_way))

    def begin(self, receiver: str) -> None:
        """Count a message that is on its way."""
        self._receivers[receiver].in_flight += 1
        self._under_way += 1

    def end(self, receiver: str, now: datetime, *, well: bool | None) -> bool:
        """Count how it went (None says nothing of the receiver); return whether half of the room is free again."""
        one = self._receivers[receiver]
        one.in_flight -= 1
        self._under_way -= 1
        if well is not None:
            one.failures = 0 if well else one.failures + 1
        if one.failures >= _IN_A_ROW:
            longer = 2 ** min(one.failures - _IN_A_ROW, 16)
            one.rests_until = now + min(_FIRST_REST * longer, self._longest_rest)
        if not one.in_flight and not one.failures:
            # Clients come and go: only who is busy or away is remembered.
            del self._receivers[receiver]
            return True
        return one.in_flight * 2 <= self._slots and not one.failures


_IDLE = _Receiver()
