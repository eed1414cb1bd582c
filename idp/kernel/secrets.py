"""Secrets: made at random, stored as keyed hashes, sealed when they must be read again, never printed."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from idp.kernel.errors import IdpError
from idp.kernel.places import Place
from records.structs import Unprinted

# The second has a key for each message, the third names the row besides.
_VERSION_1, _VERSION_2, _VERSION = b"\x01", b"\x02", b"\x03"
_VERSIONS = frozenset({_VERSION_1, _VERSION_2, _VERSION})
# As many as XAES-256-GCM's nonce has: two alike are not to be expected among 2^80 messages.
_SALT_BYTES, _NONCE_BYTES = 24, 12
# The key of a message seals nothing else.
_ONLY_NONCE = bytes(_NONCE_BYTES)


class SealBrokenError(IdpError):
    """A sealed value does not open: wrong key, wrong place, or changed bytes."""


class Secret:
    """A text that never prints. `reveal` is the one way out."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
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


class HashKey(Unprinted, Struct, frozen=True):
    """Keyed hashing for one purpose: a stolen table without this key tells nothing."""

    key: bytes

    def digest(self, value: str) -> bytes:
        """Return the 32-byte HMAC-SHA256 of the text."""
        return hmac.digest(self.key, value.encode(), "sha256")

    def matches(self, value: str, digest: bytes) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(self.digest(value), digest)


class SealingKeys(Unprinted, Struct, frozen=True):
    """The keys of all generations by id: `current` seals, all open.

    Envelopes of versions 1 and 2, which name no row, open under the keys of `unbound` only.
    """

    keys: Mapping[str, bytes]
    current: str
    unbound: frozenset[str]


class KeyRing(Unprinted, Struct):
    """Holds the keys of sealers that are in use: a new generation takes their place at once."""

    held: SealingKeys


class Sealer:
    """AES-256-GCM envelopes: version, key id, salt, ciphertext; the place is authenticated with the value.

    The key id travels in the value, so a key can be replaced while old values are still read. No two messages share a
    key: each has that of its salt, so that no count of messages wears a key out (NIST SP 800-38D 8.3 ends one key
    with random nonces at 2^32).
    """

    __slots__ = ("_ring", "_use")

    def __init__(self, keys: Mapping[str, bytes], current: str) -> None:
        """Take 32-byte keys by their ids, and the id of the one that seals."""
        self._ring, self._use = KeyRing(SealingKeys(keys, current, frozenset(keys))), "stored"

    @classmethod
    def over(cls, ring: KeyRing) -> "Sealer":
        """Return a sealer that follows a ring."""
        made = cls({}, "")
        made._ring = ring
        return made

    def shown(self) -> "Sealer":
        """Return the sealer of what a browser carries: nothing of it opens as what is stored, nor the other way."""
        made = Sealer.over(self._ring)
        made._use = "shown"
        return made

    def seal(self, value: bytes, place: Place | str) -> bytes:
        """Return the envelope of `value`; its place must be named again to open it. A text names what is no row."""
        held = self._ring.held
        header, salt = _header(held.current), os.urandom(_SALT_BYTES)
        key = self._message_key(held.keys[held.current], _VERSION, salt)
        return header + salt + AESGCM(key).encrypt(_ONLY_NONCE, value, header + _authenticated(place, _VERSION))

    def open(self, envelope: bytes, place: Place | str) -> bytes:
        """Return the value; raise `SealBrokenError` if it is not ours, not of this place, or changed."""
        version, end, held = envelope[:1], 2 + _id_length(envelope), self._ring.held
        header, key_id = envelope[:end], _key_id(envelope)
        key = held.keys.get(key_id)
        if key is None:
            raise SealBrokenError("sealed under a key that is not loaded")
        if version != _VERSION and key_id not in held.unbound:
            raise SealBrokenError("an older version than its key seals")
        begin = end + (_NONCE_BYTES if version == _VERSION_1 else _SALT_BYTES)
        chosen, sealed, nonce = envelope[end:begin], envelope[begin:], _ONLY_NONCE
        if version == _VERSION_1:
            nonce = chosen
        else:
            key = self._message_key(key, version, chosen)
        try:
            return AESGCM(key).decrypt(nonce, sealed, header + _authenticated(place, version))
        except (InvalidTag, ValueError) as error:
            column = place if isinstance(place, str) else place.column
            raise SealBrokenError(f"envelope of {column} does not open") from error

    def generation_of(self, envelope: bytes) -> str:
        """Return the id of the key that sealed an envelope; raise `SealBrokenError` if it is none."""
        return _key_id(envelope)

    def newest_prefix(self) -> bytes:
        """Return how every envelope begins that is sealed now."""
        return _header(self._ring.held.current)

    def _message_key(self, key: bytes, version: bytes, salt: bytes) -> bytes:
        return derive_key(hmac.digest(salt, key, hashlib.sha256), f"envelope {version[0]} {self._use}")


def _header(key_id: str) -> bytes:
    return _VERSION + bytes([len(key_id)]) + key_id.encode("ascii")


def _id_length(envelope: bytes) -> int:
    if len(envelope) < 2 or envelope[:1] not in _VERSIONS:
        raise SealBrokenError("unknown envelope version")
    return envelope[1]


def _key_id(envelope: bytes) -> str:
    return envelope[2 : 2 + _id_length(envelope)].decode("ascii", "replace")


def _authenticated(place: Place | str, version: bytes) -> bytes:
    if isinstance(place, str):
        return place.encode()
    return (place.text() if version == _VERSION else place.column).encode()


def derive_key(root: bytes, purpose: str) -> bytes:
    """Return a 32-byte key for one purpose from a 32-byte root (HKDF-Expand of one block, RFC 5869 2.3)."""
    return hmac.digest(root, purpose.encode() + b"\x01", hashlib.sha256)
