"""The short-lived store as a dictionary with expiry, bounded by the memory it may hold."""

from datetime import datetime, timedelta
from heapq import heappop, heappush

from idp.kernel.clock import Clock
from idp.kernel.errors import TemporarilyUnavailableError

# What an entry costs beside its letters: dictionary slot, tuple, instant, heap slot, object headers (measured).
_ENTRY_OVERHEAD = 400
_DEFAULT_MAX_BYTES = 256 << 20
# Lines of entries that are gone are dropped when they outnumber the living by so many: many writes share the cost.
_SPARE_LINES = 1024
_NOTHING = timedelta(0)


class MemoryShortLivedStore:
    """Keys to bytes for one event loop; implements `ShortLivedStore`.

    No method awaits anything, so each is one step for every other task. An expired entry is never returned, whether
    or not it was removed yet; each write removes a few, so that memory follows what is alive.
    """

    def __init__(self, clock: Clock, max_bytes: int = _DEFAULT_MAX_BYTES) -> None:
        """Take the clock and the memory to hold at most; beyond it writes raise `TemporarilyUnavailableError`."""
        self._now = clock.now
        self._max_bytes = max_bytes
        self._bytes = 0
        self._entries: dict[str, tuple[bytes, datetime]] = {}
        # A heap, soonest first. An entry that was replaced or removed leaves its line here for a while.
        self._expiries: list[tuple[datetime, str]] = []

    def __len__(self) -> int:
        """Return how many entries are held, expired ones that are still to be removed included."""
        return len(self._entries)

    @property
    def held_bytes(self) -> int:
        """Return the memory that is taken."""
        return self._bytes

    async def put(self, key: str, value: bytes, ttl: timedelta) -> None:
        """Store or replace."""
        self._store(key, value, self._now(), ttl)

    async def put_if_absent(self, key: str, value: bytes, ttl: timedelta) -> bool:
        """Store only if the key is free; answer whether this call was first."""
        now = self._now()
        entry = self._entries.get(key)
        if entry is not None and entry[1] > now:
            return False
        self._store(key, value, now, ttl)
        return True

    async def get(self, key: str) -> bytes | None:
        """Return the value, or None when absent or expired."""
        entry = self._entries.get(key)
        return entry[0] if entry is not None and entry[1] > self._now() else None

    async def take(self, key: str) -> bytes | None:
        """Return the value and remove it."""
        entry = self._remove(key)
        return entry[0] if entry is not None and entry[1] > self._now() else None

    async def delete(self, key: str) -> None:
        """Remove; absent is fine."""
        self._remove(key)

    async def count(self, key: str, window: timedelta, weight: int = 1) -> int:
        """Add `weight` to the counter and return it; the window starts with the first count."""
        now = self._now()
        entry = self._entries.get(key)
        if entry is None or entry[1] <= now:
            self._store(key, b"%d" % weight, now, window)
            return weight
        number = int(entry[0]) + weight
        value = b"%d" % number
        self._bytes += len(value) - len(entry[0])
        self._entries[key] = (value, entry[1])
        return number

    def _store(self, key: str, value: bytes, now: datetime, ttl: timedelta) -> None:
        if ttl <= _NOTHING:
            raise ValueError("a time to live must be positive")
        expiries = self._expiries
        if expiries and expiries[0][0] <= now:
            self._sweep(now, 2)
        growth = self._growth(key, value)
        if self._bytes + growth > self._max_bytes:
            self._sweep(now, len(expiries))
            growth = self._growth(key, value)
            if self._bytes + growth > self._max_bytes:
                raise TemporarilyUnavailableError("the in-process store is full")
        expires_at = now + ttl
        self._entries[key] = (value, expires_at)
        self._bytes += growth
        heappush(expiries, (expires_at, key))
        if len(expiries) > 2 * len(self._entries) + _SPARE_LINES:
            self._expiries = sorted((entry[1], name) for name, entry in self._entries.items())

    def _growth(self, key: str, value: bytes) -> int:
        """Return by how many bytes the store grows when the value is put in place of what the key has now."""
        replaced = self._entries.get(key)
        return _size(key, value) - (_size(key, replaced[0]) if replaced is not None else 0)

    def _sweep(self, now: datetime, lines: int) -> None:
        """Remove what expired, looking at so many lines at most; two for each write keep up with any rate."""
        expiries = self._expiries
        while lines > 0 and expiries and expiries[0][0] <= now:
            lines -= 1
            expires_at, key = heappop(expiries)
            entry = self._entries.get(key)
            # The line of an entry that was replaced since does not speak for the new one.
            if entry is not None and entry[1] == expires_at:
                self._remove(key)

    def _remove(self, key: str) -> tuple[bytes, datetime] | None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= _size(key, entry[0])
        return entry


def _size(key: str, value: bytes) -> int:
    return len(key) + len(value) + _ENTRY_OVERHEAD
