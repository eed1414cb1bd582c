"""Sealing of private keys under the master key."""

import base64
import hashlib
import hmac
import os
import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct

from keys.errors import MasterKeyError, SealBrokenError
from records.structs import Unprinted

MASTER_KEY_BYTES = 32
# 32 bytes fill 43 characters.
_WRITTEN_KEY = re.compile(rb"[A-Za-z0-9_-]{43}")
_VERSION = b"\x01"
_ID_BYTES = 8
_NONCE_BYTES = 12
_HEADER_BYTES = len(_VERSION) + _ID_BYTES


class MasterKey(Unprinted, Struct, frozen=True):
    """The secret that everything sealed depends on; its bytes never print.

    It seals; `older` ones only open, while a master key takes the place of another.
    """

    secret: bytes
    older: tuple["MasterKey", ...] = ()

    def __post_init__(self) -> None:
        """Refuse a secret of the wrong length."""
        if len(self.secret) != MASTER_KEY_BYTES:
            raise MasterKeyError(f"a master key has {MASTER_KEY_BYTES} bytes, not {len(self.secret)}")

    @classmethod
    def parse(cls, text: bytes) -> "MasterKey":
        """Read 32 bytes written as base64url, with or without padding and surrounding white space."""
        body = text.strip().rstrip(b"=")
        if not _WRITTEN_KEY.fullmatch(body):
            raise MasterKeyError(f"a master key is {MASTER_KEY_BYTES} bytes written as base64url")
        return cls(base64.urlsafe_b64decode(body + b"="))

    def encode(self) -> bytes:
        """Return the form that `parse` reads."""
        return base64.urlsafe_b64encode(self.secret).rstrip(b"=")

    @property
    def key_id(self) -> bytes:
        """Eight bytes that name this key inside envelopes and reveal nothing of it."""
        return hmac.digest(self.secret, b"master key id", hashlib.sha256)[:_ID_BYTES]

    def derive(self, purpose: str) -> bytes:
        """Return 32 bytes for one purpose, independent of those for any other (RFC 5869)."""
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(self.secret)


def seal(private: bytes, *, kid: str, master_key: MasterKey) -> bytes:
    """Encrypt a private key with AES-256-GCM; the envelope is version, master key id, nonce, ciphertext and tag."""
    header = _VERSION + master_key.key_id
    nonce = os.urandom(_NONCE_BYTES)
    return header + nonce + _cipher(master_key).encrypt(nonce, private, header + kid.encode())


def unseal(envelope: bytes, *, kid: str, master_key: MasterKey) -> bytes:
    """Return the private key that `seal` was given, for the same kid and master key; else SealBrokenError."""
    header, nonce = envelope[:_HEADER_BYTES], envelope[_HEADER_BYTES : _HEADER_BYTES + _NONCE_BYTES]
    if header[:1] != _VERSION or len(nonce) != _NONCE_BYTES:
        raise SealBrokenError(f"the sealed private key of {kid} has an unknown form")
    used = next((one for one in (master_key, *master_key.older) if one.key_id == header[1:]), None)
    if used is None:
        raise SealBrokenError(
            f"the private key of {kid} is sealed under master key {header[1:].hex()}, "
            f"but the one loaded is {master_key.key_id.hex()}; load the master key that sealed it"
        )
    try:
        return _cipher(used).decrypt(nonce, envelope[_HEADER_BYTES + _NONCE_BYTES :], header + kid.encode())
    except InvalidTag as error:
        raise SealBrokenError(f"the sealed private key of {kid} was damaged or moved from another key") from error


def is_sealed_under(envelope: bytes, master_key: MasterKey) -> bool:
    """Say whether this very master key sealed a private key, and none before it."""
    return envelope[len(_VERSION) : _HEADER_BYTES] == master_key.key_id


def _cipher(master_key: MasterKey) -> AESGCM:
    return AESGCM(master_key.derive("signing keys"))
