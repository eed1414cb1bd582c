"""What clients sign: a JWS by one of the keys that they registered, read with no word of its own believed."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime

import orjson
from joserfc import jws
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import Key, KeySet, OctKey

from clients.jwk_set import signs_by

Jwks = Mapping[str, list[dict[str, str]]]
# RFC 9101 10.8: what a request object says of itself, so that it passes for nothing else.
REQUEST_OBJECT = "oauth-authz-req+jwt"
ALGORITHMS = ("ES256", "RS256", "PS256")
_MAX_LENGTH = 8 * 1024
# A key or location that the token brings along is never looked at (RFC 8725 3.10); joserfc refuses unknown `crit`.
_FORBIDDEN_HEADERS = frozenset({"jwk", "jku", "x5u", "x5c", "b64", "crit"})


class BadJwsError(Exception):
    """It is not signed by the client, or says what it must not; the text says which."""


def verified_claims(
    text: str,
    jwks: Jwks,
    *,
    algorithms: Collection[str] = ALGORITHMS,
    types: Collection[str] | None = None,
) -> dict[str, object]:
    """Return the claims of a JWS by one of the keys; raises `BadJwsError`.

    `types` are the good values of `typ`, "" for none; where nothing is named, whatever does not say that it is a
    request object.
    """
    try:
        unverified = _header(text, algorithms, types)
        keys = [key for key in jwks.get("keys", []) if _fits(key, unverified)]
        if len(keys) != 1:
            raise BadJwsError("no registered key, or more than one, fits kid and alg")
        key_set = KeySet.import_key_set({"keys": [dict(keys[0])]})
        return _claims(text, key_set.keys[0], algorithms)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise BadJwsError("not a JWS, or its signature is wrong") from error


def claims_by_secret(text: str, secrets: Iterable[bytes], *, algorithms: Collection[str]) -> dict[str, object]:
    """Return the claims of a JWS by one of the secrets that both sides know; raises `BadJwsError`.

    `algorithms` are those of a MAC alone: no public key is a secret, whatever the header says (RFC 8725 3.1).
    """
    try:
        _header(text, algorithms, None)
        for secret in secrets:
            with suppress(BadSignatureError):
                return _claims(text, OctKey.import_key(secret), algorithms)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise BadJwsError("not a JWS") from error
    raise BadJwsError("no secret of the client signed it")


def _header(text: str, algorithms: Collection[str], types: Collection[str] | None) -> Mapping[str, object]:
    """Return the header, unverified, of what may be worth a look at its signature."""
    if len(text) > _MAX_LENGTH or not text.isascii():
        raise BadJwsError("too long, or not ASCII")
    unverified: Mapping[str, object] = jws.extract_compact(text.encode("ascii")).headers()
    if not _FORBIDDEN_HEADERS.isdisjoint(unverified):
        raise BadJwsError("a forbidden header member")
    if unverified.get("alg") not in algorithms:
        raise BadJwsError("alg is not taken of this client")
    if not _is_taken(_type_of(unverified), types):
        raise BadJwsError("typ is not taken here")
    return unverified


def _claims(text: str, key: Key, algorithms: Collection[str]) -> dict[str, object]:
    claims = orjson.loads(jws.deserialize_compact(text.encode("ascii"), key, algorithms=list(algorithms)).payload)
    if not isinstance(claims, dict):
        raise BadJwsError("the payload is no object")
    return claims


def instant_of(value: object) -> datetime:
    """Return a numeric date (RFC 7519 2); raises `BadJwsError`."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadJwsError("a time is no number")
    try:
        return datetime.fromtimestamp(float(value), UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise BadJwsError("a time is out of range") from error


def claimed_kid(text: str) -> str | None:
    """Return the key id that a JWS names, unverified: only to know whether keys must be fetched anew."""
    if len(text) > _MAX_LENGTH:
        return None
    try:
        kid = jws.extract_compact(text.encode("ascii", "replace")).headers().get("kid")
    except (JoseError, ValueError):
        return None
    return kid if isinstance(kid, str) else None


def _fits(key: Mapping[str, str], header: Mapping[str, object]) -> bool:
    return signs_by(key, header.get("alg")) and ("kid" not in header or header["kid"] == key.get("kid"))


def _type_of(header: Mapping[str, object]) -> str:
    """Return a media type as it is compared (RFC 7515 4.1.9)."""
    return str(header.get("typ", "")).lower().removeprefix("application/")


def _is_taken(typ: str, types: Collection[str] | None) -> bool:
    return typ != REQUEST_OBJECT if types is None else typ in types
