"""Verification of tokens this provider signed: form and signature; claims are judged elsewhere."""

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Mapping
from dataclasses import InitVar, dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

import orjson
from joserfc.jws import JWSRegistry
from msgspec import Struct

from keys.errors import TokenFault, TokenInvalidError
from keys.key_set import KeySet, OpenedKey
from keys.model import ALGORITHMS, Algorithm, KeyState, state

MAX_TOKEN_CHARACTERS = 8 * 1024
# A key or an extension that a token brings along is never looked at (RFC 8725 3.10; RFC 7515 4.1.11; RFC 7797 6).
FORBIDDEN_HEADERS = frozenset({"crit", "jwk", "jku", "x5u", "x5c", "b64"})
_COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")
_JWS = {name: JWSRegistry.algorithms[name] for name in ALGORITHMS}
_MADE_HERE: Final = object()


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """A token whose signature was found right. Only this module makes one."""

    kid: str
    header: Mapping[str, object]
    claims: Mapping[str, object]
    maker: InitVar[object]

    def __post_init__(self, maker: object) -> None:
        """Refuse to be made by anybody else: an unverified claim must not look like a verified one."""
        if maker is not _MADE_HERE:
            raise TypeError("a VerifiedToken is made by keys.verifier only")


class Verifier:
    """Verifies compact JWS with the provider's own keys."""

    def __init__(self, keys: KeySet, *, withdrawn_too: bool = False) -> None:
        # A withdrawn key may be in the hands of a forger: it verifies nothing, whatever the time says.
        self._keys = {key.record.kid: key for key in keys.keys if withdrawn_too or not key.record.withdrawn}

    def verify(self, token: str, *, algorithms: Collection[Algorithm], now: datetime) -> VerifiedToken:
        """Return the token's header and claims, or raise TokenInvalidError.

        Accepts a signature with one of `algorithms` by a key that is in the JWKS at `now`.
        """
        parts = _split(token)
        key = self._choose_key(parts.header, algorithms)
        if state(key.record, now) is KeyState.EXPIRED:
            raise TokenInvalidError("expired_key")
        return _check_signature(parts, key)

    def verify_hint(self, token: str, *, algorithms: Collection[Algorithm]) -> VerifiedToken:
        """Do as `verify`, but accept keys that have left the JWKS, withdrawn ones excepted.

        A hint says who was signed in, and may be long past its time (OIDC RP-Initiated Logout 2).
        """
        parts = _split(token)
        return _check_signature(parts, self._choose_key(parts.header, algorithms))

    def is_withdrawn(self, kid: str) -> bool:
        """Say whether a key that verifies here was withdrawn."""
        return self._keys[kid].record.withdrawn

    def _choose_key(self, header: Mapping[str, object], algorithms: Collection[Algorithm]) -> OpenedKey:
        kid = header.get("kid")
        key = self._keys.get(kid) if isinstance(kid, str) else None
        if key is None:
            raise TokenInvalidError("unknown_key")
        # The algorithm belongs to the key; the header's word is only compared with it (RFC 8725 3.1).
        registered = key.record.algorithm
        if header.get("alg") != registered or registered not in algorithms:
            raise TokenInvalidError("wrong_algorithm")
        return key


class _Parts(Struct, frozen=True):
    header: Mapping[str, object]
    message: bytes
    payload: bytes
    signature: bytes


def _split(token: str) -> _Parts:
    if len(token) > MAX_TOKEN_CHARACTERS:
        raise TokenInvalidError("too_long")
    match = _COMPACT.fullmatch(token)
    if match is None:
        raise TokenInvalidError("not_compact")
    segments = match.groups()
    header = _read_object(_decode(segments[0]), "bad_header")
    if not FORBIDDEN_HEADERS.isdisjoint(header):
        raise TokenInvalidError("forbidden_header")
    message = token[: match.end(2)].encode("ascii")
    return _Parts(header, message, _decode(segments[1]), _decode(segments[2]))


def _check_signature(parts: _Parts, key: OpenedKey) -> VerifiedToken:
    record = key.record
    if not _JWS[record.algorithm].verify(parts.message, parts.signature, key.public):
        raise TokenInvalidError("bad_signature")
    claims = _read_object(parts.payload, "bad_claims")
    return VerifiedToken(record.kid, MappingProxyType(parts.header), MappingProxyType(claims), _MADE_HERE)


def _decode(segment: str) -> bytes:
    try:
        data = urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    except binascii.Error as error:
        raise TokenInvalidError("not_compact") from error
    # The last character may carry bits that say nothing; only one spelling of a token is ours.
    if urlsafe_b64encode(data).rstrip(b"=") != segment.encode("ascii"):
        raise TokenInvalidError("not_compact")
    return data


def _read_object(data: bytes, fault: TokenFault) -> dict[str, object]:
    try:
        value: object = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise TokenInvalidError(fault) from error
    if not isinstance(value, dict):
        raise TokenInvalidError(fault)
    return value
