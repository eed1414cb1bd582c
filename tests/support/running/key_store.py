"""A plain key store in memory."""

import asyncio
from collections.abc import Sequence

from keys.model import SigningKey
from keys.ports import StoredKeys


class MemoryKeyStore:
    """Keeps keys in a dictionary and counts the versions."""

    def __init__(self, keys: Sequence[SigningKey] = ()) -> None:
        self._keys = {key.kid: key for key in keys}
        self._version = 0

    async def load(self) -> StoredKeys:
        """Return all keys and the version they belong to."""
        stored = StoredKeys(self._version, tuple(self._keys.values()))
        # Real stores answer later; whoever waits here lets the others go on.
        await asyncio.sleep(0)
        return stored

    async def apply(self, added: Sequence[SigningKey], changed: Sequence[SigningKey], *, expected_version: int) -> bool:
        """Write everything, or nothing if the version is another."""
        await asyncio.sleep(0)
        if expected_version != self._version:
            return False
        self._keys |= {key.kid: key for key in (*added, *changed)}
        self._version += 1
        return True
