"""The published key set (RFC 7517 5)."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

import orjson

from keys.model import KeyState, SigningKey, state

# Written out, so that a private member can never slip through (RFC 7517 4, RFC 7518 6.2.1 and 6.3.1).
_PUBLIC_MEMBERS = ("kty", "kid", "use", "alg", "crv", "x", "y", "n", "e")


def jwks_document(keys: Iterable[SigningKey], now: datetime) -> bytes:
    """Return the JWKS as JSON: every key that signs, will sign or has signed, oldest first for each algorithm."""
    served = [key for key in keys if state(key, now) is not KeyState.EXPIRED]
    served.sort(key=lambda key: (key.algorithm, key.activates_at, key.kid))
    return orjson.dumps({"keys": [_public_members(key) for key in served]})


def entity_tag(document: bytes) -> str:
    """Return a strong ETag, quotes included (RFC 9110 8.8.3)."""
    return f'"{hashlib.sha256(document).hexdigest()[:32]}"'


def _public_members(key: SigningKey) -> dict[str, str]:
    return {name: key.public_jwk[name] for name in _PUBLIC_MEMBERS if name in key.public_jwk}
