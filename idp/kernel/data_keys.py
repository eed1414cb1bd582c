"""The port for the root data key, wrapped under the master key, from which every purpose's key is derived."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key as stored: opened only with the master key."""

    id: str
    wrapped: bytes
    created_at: datetime


class DataKeyStore(Protocol):
    """Keeps wrapped data keys, oldest first."""

    async def load(self) -> Sequence[WrappedKey]:
        """Return all data keys, oldest first."""

    async def add_first(self, key: WrappedKey) -> bool:
        """Store the very first key; answer False when another process was quicker."""
