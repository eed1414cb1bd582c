"""The root data key: made once, kept wrapped under the master key, the parent of every purpose's key.

Keys of blind indexes, stored hashes and the pepper of passwords are its own for ever: what they made cannot be made
anew without the values. Only what seals has later generations (`idp.kernel.generations`).
"""

from idp.kernel.key_purposes import KeyPurpose
from idp.kernel.secrets import HashKey, KeyRing, Sealer, SealingKeys, derive_key


class RootKey:
    """Derives keys. A new master key only wraps the root anew; nothing that was stored changes."""

    def __init__(self, key_id: str, key: bytes) -> None:
        """Take the root and its id, which travels in every envelope that it sealed."""
        self._key = key
        # Releases before generations knew no others; their envelopes name no row.
        self._ring = KeyRing(SealingKeys({key_id: sealing_key(key)}, key_id, frozenset({key_id})))

    def hash_key(self, purpose: KeyPurpose) -> HashKey:
        """Return the keyed hash of one purpose."""
        return HashKey(derive_key(self._key, f"hash:{purpose}"))

    def raw(self, purpose: KeyPurpose) -> bytes:
        """Return the 32-byte key of one purpose."""
        return derive_key(self._key, f"raw:{purpose}")

    def sealer(self) -> Sealer:
        """Return the sealer of stored values; it follows the generations."""
        return Sealer.over(self._ring)

    def follow(self, keys: SealingKeys) -> None:
        """Seal and open with these keys from now on, in every sealer that was given out."""
        self._ring.held = keys


def sealing_key(key: bytes) -> bytes:
    """Return the key of a generation that envelopes are made with."""
    return derive_key(key, "seal")
