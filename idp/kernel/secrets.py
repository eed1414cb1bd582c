"""Secrets: made at random, stored as keyed hashes, sealed when they must be read again, never printed."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from idp.kernel.errors import IdpError

_NONCE_BYTES = 12
_VERSION = b"\x01"


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
    """AES-256-GCM envelopes: version, key id, nonce, ciphertext; the place is authenticated with the value.

    `keys` maps key ids to 32-byte keys; `current` seals, all of them open. The key id travels in the value, so a
    key can be replaced while old values are still read.
    """

    keys: Mapping[str, bytes]
    current: str

    def seal(self, value: bytes, place: str) -> bytes:
        """Return the envelope of `value`; `place` (table and column, say) must be named again to open it."""
        key_id = self.current.encode("ascii")
        nonce = os.urandom(_NONCE_BYTES)
        header = _VERSION + bytes([len(key_id)]) + key_id
        sealed = AESGCM(self.keys[self.current]).encrypt(nonce, value, header + place.encode())
        return header + nonce + sealed

    def open(self, envelope: bytes, place: str) -> bytes:
        """Return the value; raise `SealBrokenError` if it is not ours, not of this place, or changed."""
        if len(envelope) < 2 or envelope[:1] != _VERSION:
            raise SealBrokenError("unknown envelope version")
        end = 2 + envelope[1]
        header, nonce, sealed = (
            envelope[:end],
            envelope[end : end + _NONCE_BYTES],
            envelope[end + _NONCE_BYTES :],
        )
        key = self.keys.get(header[2:].decode("ascii", "replace"))
        if key is None:
            raise SealBrokenError("sealed under a key that is not loaded")
        try:
            return AESGCM(key).decrypt(nonce, sealed, header + place.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBrokenError(f"envelope of {place} does not open") from error


def derive_key(root: bytes, purpose: str) -> bytes:
    """Return a 32-byte key for one purpose from a 32-byte root (HKDF-Expand of one block, RFC 5869 2.3)."""
    return hmac.digest(root, purpose.encode() + b"\x01", hashlib.sha256)
