"""The port for the data keys, wrapped under the master key: the root, and the generations that seal after it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct


class WrappedKey(Struct, frozen=True):
    """A data key as stored: opened only with the master key."""

    id: str
    wrapped: bytes
    created_at: datetime
    # From when values are sealed under it; None while processes only learn to open them.
    seals_since: datetime | None = None
    # From when nothing opens under it any more.
    retired_at: datetime | None = None


class Rewrapped(Struct, frozen=True):
    """A data key as it is wrapped, and as it will be."""

    key_id: str
    before: bytes
    after: bytes


class DataKeyStore(Protocol):
    """Keeps wrapped data keys, oldest first."""

    async def load(self) -> Sequence[WrappedKey]:
        """Return all data keys, oldest first."""

    async def add_first(self, key: WrappedKey) -> bool:
        """Store the very first key; answer False when another process was quicker."""

    async def add_next(self, key: WrappedKey, known: int) -> bool:
        """Store one more than the `known` ones; answer False when another process was quicker."""

    async def let_seal(self, key_id: str, at: datetime) -> None:
        """Keep from when a key seals, unless it does so already."""

    async def retire(self, key: Rewrapped, at: datetime) -> bool:
        """Keep from when nothing opens under a key, and the wrapping that says so; False when it is no longer so."""

    async def rewrap(self, keys: Sequence[Rewrapped]) -> bool:
        """Exchange the wrappings, all or none: False when one of them is no longer as it was."""
