"""Where signing keys are kept."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from keys.model import SigningKey


class StoredKeys(Struct, frozen=True):
    """All keys, and the version of the set they were read at (0 for a store never written)."""

    version: int
    keys: Sequence[SigningKey]


class KeyStore(Protocol):
    """Keeps every signing key, expired ones too: their public half still verifies ID token hints."""

    async def load(self) -> StoredKeys:
        """Return all keys and the version they belong to, read at one instant."""
        ...

    async def apply(self, added: Sequence[SigningKey], changed: Sequence[SigningKey], *, expected_version: int) -> bool:
        """Insert `added` and overwrite `changed` by kid, all or nothing, raising the version by one.

        Return False, with nothing written, if the version is no longer `expected_version`.
        """
        ...
