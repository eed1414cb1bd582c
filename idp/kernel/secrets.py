"""Secrets: made at random, stored as keyed hashes, sealed when they must be read again, never printed."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from idp.kernel.errors import IdpError

_VERSION, _VERSION_BEFORE = b"\x02", b"\x01"
# As many as XAES-256-GCM's nonce has: two alike are not to be expected among 2^80 messages.
_SALT_BYTES, _NONCE_BYTES = 24, 12
# The key of a message seals nothing else.
_ONLY_NONCE = bytes(_NONCE_BYTES)
_MESSAGE_KEYS = "envelope 2 "


class SealBrokenError(IdpError):
    """A sealed value does not open: wrong key, wrong place, or changed bytes."""


class Secret:
    """A text that never prints. `reveal` is the one way out."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Take the text to keep."""
        self._value = value

    def reveal(self) -> str:
        """Return the text itself."""
        return self._value

    def __repr__(self) -> str:
        """Return asterisks, whatever is inside."""
        return "Secret('****')"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        """Compare in constant time."""
        return isinstance(other, Secret) and hmac.compare_digest(self._value.encode(), other._value.encode())

    __hash__ = None  # type: ignore[assignment]


def new_secret() -> str:
    """Return 256 random bits as 43 URL-safe letters (RFC 6749 10.10 asks for 128)."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True, repr=False)
class HashKey:
    """Keyed hashing for one purpose: a stolen table without this key tells nothing."""

    key: bytes

    def digest(self, value: str) -> bytes:
        """Return the 32-byte HMAC-SHA256 of the text."""
        return hmac.digest(self.key, value.encode(), "sha256")

    def matches(self, value: str, digest: bytes) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(self.digest(value), digest)


@dataclass(frozen=True, slots=True, repr=False)
class Sealer:
    """AES-256-GCM envelopes: version, key id, salt, ciphertext; the place is authenticated with the value.

    `keys` maps key ids to 32-byte keys; `current` seals, all of them open. The key id travels in the value, so a
    key can be replaced while old values are still read. No two messages share a key: each has that of its salt, so
    that no count of messages wears a key out (NIST SP 800-38D 8.3 ends one key with random nonces at 2^32).
    """

    keys: Mapping[str, bytes]
    current: str
    _use: str = "stored"

    def shown(self) -> "Sealer":
        """Return the sealer of what a browser carries: nothing of it opens as what is stored, nor the other way."""
        return replace(self, _use="shown")

    def seal(self, value: bytes, place: str) -> bytes:
        """Return the envelope of `value`; `place` (table and column, say) must be named again to open it."""
        key_id = self.current.encode("ascii")
        salt = os.urandom(_SALT_BYTES)
        header = _VERSION + bytes([len(key_id)]) + key_id
        key = self._message_key(self.keys[self.current], salt)
        return header + salt + AESGCM(key).encrypt(_ONLY_NONCE, value, header + place.encode())

    def open(self, envelope: bytes, place: str) -> bytes:
        """Return the value; raise `SealBrokenError` if it is not ours, not of this place, or changed."""
        version = envelope[:1]
        if len(envelope) < 2 or version not in {_VERSION, _VERSION_BEFORE}:
            raise SealBrokenError("unknown envelope version")
        end = 2 + envelope[1]
        header = envelope[:end]
        key = self.keys.get(header[2:].decode("ascii", "replace"))
        if key is None:
            raise SealBrokenError("sealed under a key that is not loaded")
        begin = end + (_SALT_BYTES if version == _VERSION else _NONCE_BYTES)
        chosen, sealed, nonce = envelope[end:begin], envelope[begin:], _ONLY_NONCE
        if version == _VERSION:
            key = self._message_key(key, chosen)
        else:
            nonce = chosen
        try:
            return AESGCM(key).decrypt(nonce, sealed, header + place.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBrokenError(f"envelope of {place} does not open") from error

    def _message_key(self, key: bytes, salt: bytes) -> bytes:
        return derive_key(hmac.digest(salt, key, hashlib.sha256), _MESSAGE_KEYS + self._use)


def derive_key(root: bytes, purpose: str) -> bytes:
    """Return a 32-byte key for one purpose from a 32-byte root (HKDF-Expand of one block, RFC 5869 2.3)."""
    return hmac.digest(root, purpose.encode() + b"\x01", hashlib.sha256)
