"""The port of the short-lived store: what may be lost without harm (Redis, or in process)."""

from datetime import timedelta
from secrets import token_bytes, token_hex
from typing import Protocol

from idp.kernel.errors import TemporarilyUnavailableError

# Each process writes at a key of its own: another's value is no proof of ours.
_HEALTH_KEY, _HEALTH_KEPT = f"health:{token_hex(8)}", timedelta(seconds=10)


class ShortLivedStore(Protocol):
    """Keys to bytes, each with a time to live. "Not found" never means "allowed"."""

    async def put(self, key: str, value: bytes, ttl: timedelta) -> None:
        """Store or replace."""

    async def put_if_absent(self, key: str, value: bytes, ttl: timedelta) -> bool:
        """Store only if the key is free; answer whether this call was first."""

    async def get(self, key: str) -> bytes | None:
        """Return the value, or None when absent or expired."""

    async def take(self, key: str) -> bytes | None:
        """Return the value and remove it in one step: of two callers one gets it."""

    async def delete(self, key: str) -> None:
        """Remove; absent is fine."""

    async def count(self, key: str, window: timedelta, weight: int = 1) -> int:
        """Add `weight` to the counter and return it; the window starts with the first count."""


async def write_and_read(store: ShortLivedStore) -> None:
    """Raise TemporarilyUnavailableError unless the store keeps what is written: one that is full still answers."""
    value = token_bytes(8)
    await store.put(_HEALTH_KEY, value, _HEALTH_KEPT)
    if await store.get(_HEALTH_KEY) != value:
        raise TemporarilyUnavailableError("the short-lived store does not keep what is written")
