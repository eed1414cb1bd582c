"""Signing of tokens: the hot path."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import orjson
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from keys.errors import NoActiveKeyError
from keys.generate import PrivateKey
from keys.key_set import KeySet, OpenedKey
from keys.model import Algorithm

_ES256: Final = ECDSA(SHA256())
_RS256: Final = (PKCS1v15(), SHA256())
_COORDINATE_BYTES = 32
# A datetime written as text, or a dataclass written as an object, would be a wrong token; both raise instead.
_STRICT: Final = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


class Signer:
    """Signs claims with the key that is active at the time of signing."""

    def __init__(self, keys: KeySet) -> None:
        self._keys = keys
        self._headers: dict[tuple[str, str], bytes] = {}

    def sign(self, claims: Mapping[str, object], *, algorithm: Algorithm, typ: str, now: datetime) -> str:
        """Return `claims` as a compact JWS with `alg`, `kid` and, if it names one, `typ` in its header (RFC 7515 7.1).

        Raises NoActiveKeyError if no key may sign at `now`, and TypeError for a value JSON does not have.
        """
        key = self._keys.active(algorithm, now)
        if key.private is None:
            raise NoActiveKeyError(f"key {key.record.kid} had already retired when the keys were opened")
        header = self._headers.get((key.record.kid, typ)) or self._encode_header(key, typ)
        message = header + b"." + _encode(orjson.dumps(claims, option=_STRICT))
        return (message + b"." + _encode(_sign(key.private, message))).decode("ascii")

    def _encode_header(self, key: OpenedKey, typ: str) -> bytes:
        record = key.record
        named = {"alg": record.algorithm, "kid": record.kid} | ({"typ": typ} if typ else {})
        header = _encode(orjson.dumps(named))
        self._headers[record.kid, typ] = header
        return header


def _sign(key: PrivateKey, message: bytes) -> bytes:
    # The primitive itself: joserfc adds a third to the time of an ES256 signature, and verifies these in the tests.
    if not isinstance(key, EllipticCurvePrivateKey):
        return key.sign(message, *_RS256)
    # A JWS carries r and s side by side, not as DER (RFC 7518 3.4).
    r, s = decode_dss_signature(key.sign(message, _ES256))
    return r.to_bytes(_COORDINATE_BYTES) + s.to_bytes(_COORDINATE_BYTES)


def _encode(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")
