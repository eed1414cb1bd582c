"""An ID token as a careful relying party looks at it (OIDC Core 3.1.3.7): every check by itself, none left out."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from msgspec import Struct

from clients.model import ClientId
from idp.client_trials.model import Judged

_SKEW = timedelta(seconds=10)


class Expected(Struct, frozen=True):
    """What the relying party knows before it looks."""

    issuer: str
    client_id: ClientId
    algorithm: str
    nonce: str
    access_token: str
    # The levels that it asked for; none means that any will do.
    levels: tuple[str, ...]


def judge(token: str, jwks: bytes, expected: Expected, now: datetime) -> Judged:
    """Return what a token says and which checks it passes. The keys are those that the provider publishes."""
    try:
        header = dict(jws.extract_compact(token.encode("ascii")).headers())
        payload: object = orjson.loads(jws.extract_compact(token.encode("ascii")).payload)
    except (JoseError, ValueError):
        return Judged({}, {}, {"signature": False})
    claims = payload if isinstance(payload, dict) else {}
    checks = {
        "signature": _signed(token, jwks, expected.algorithm),
        "alg": header.get("alg") == expected.algorithm,
        "iss": claims.get("iss") == expected.issuer,
        "aud": claims.get("aud") in (expected.client_id, [expected.client_id]),
        "exp": _instant(claims, "exp") > now - _SKEW,
        "iat": _instant(claims, "iat") <= now + _SKEW,
        "nonce": claims.get("nonce") == expected.nonce,
        "at_hash": claims.get("at_hash") == _half_hash(expected.access_token),
        "acr": not expected.levels or claims.get("acr") in expected.levels,
    }
    return Judged(header, claims, checks)


def _signed(token: str, jwks: bytes, algorithm: str) -> bool:
    try:
        keys = KeySet.import_key_set(orjson.loads(jwks))
        jws.deserialize_compact(token.encode("ascii"), keys, algorithms=[algorithm])
    except (JoseError, ValueError, TypeError, KeyError):
        return False
    return True


def _half_hash(token: str) -> str:
    """Return the left half of SHA-256 of the access token (OIDC Core 3.1.3.6)."""
    return urlsafe_b64encode(sha256(token.encode("ascii")).digest()[:16]).rstrip(b"=").decode("ascii")


def _instant(claims: Mapping[str, object], name: str) -> datetime:
    value = claims.get(name)
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int) else datetime.fromtimestamp(0, UTC)
