"""Judging a provider's ID token (OIDC Core 3.1.3.7): the signature first, then every claim."""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from msgspec import Struct

from idp.upstream.authorization import SignInAttempt
from idp.upstream.errors import UnknownKeyError, UpstreamRefusedError, Why
from idp.upstream.model import Jwks, UpstreamProvider
from idp.upstream.policy import ID_TOKEN_AGE, MAX_SUBJECT_LENGTH, MAX_TOKEN_LENGTH
from records.structs import Unprinted

# A key or location that the token brings along is never looked at (RFC 8725 3.10).
_FORBIDDEN_HEADERS = frozenset({"jwk", "jku", "x5u", "x5c", "b64", "crit"})
_FAMILIES = {"RSA": frozenset({"RS256", "PS256"}), "EC": frozenset({"ES256"})}
# RFC 8725 3.11: another kind of token of the same issuer and key is no ID token. Keycloak writes its kind as a claim.
_OTHER_KINDS = frozenset({"bearer", "refresh", "logout", "offline"})


class VerifiedIdToken(Unprinted, Struct, frozen=True):
    """Claims that were verified; only `judge_id_token` makes one."""

    claims: Mapping[str, object]
    subject: str
    auth_time: datetime
    raw: str


def judge_id_token(
    provider: UpstreamProvider, attempt: SignInAttempt, token: str, keys: Jwks, now: datetime
) -> VerifiedIdToken:
    """Return the verified token, or raise `UpstreamRefusedError`; `UnknownKeyError` if other keys might still fit."""
    claims = _verified_claims(provider, token, keys)
    if claims.get("iss") != provider.issuer:
        raise _refused("iss is another provider")
    _check_audience(provider, claims)
    if str(claims.get("typ", "ID")).lower() in _OTHER_KINDS:
        raise _refused("another kind of token")
    _check_times(provider, claims, now)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), attempt.nonce.encode()):
        raise _refused("nonce is not the attempt's")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT_LENGTH or not subject.isascii():
        raise _refused("sub is missing or unusable")
    return VerifiedIdToken(claims, subject, _auth_time(provider, attempt, claims, now), token)


def _verified_claims(provider: UpstreamProvider, token: str, keys: Jwks) -> Mapping[str, object]:
    if len(token) > MAX_TOKEN_LENGTH or not token.isascii():
        raise _refused("too long, or not ASCII")
    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
    except (JoseError, ValueError) as error:
        raise _refused("not a JWS") from error
    key = _import(_the_key(provider, header, keys))
    try:
        verified = jws.deserialize_compact(token.encode("ascii"), key, algorithms=list(provider.algorithms))
        claims: object = orjson.loads(verified.payload)
    except (JoseError, ValueError, TypeError) as error:
        raise _refused("the signature is wrong, or the payload no JSON") from error
    if not isinstance(claims, dict):
        raise _refused("the payload is no object")
    return claims


def _the_key(provider: UpstreamProvider, header: Mapping[str, object], keys: Jwks) -> Mapping[str, str]:
    """Return the one key that may verify: the algorithm belongs to our settings and to the key (RFC 8725 3.1)."""
    algorithm, kid = header.get("alg"), header.get("kid")
    if algorithm not in provider.algorithms:
        raise _refused("an algorithm that the provider is not registered with")
    if not _FORBIDDEN_HEADERS.isdisjoint(header) or header.get("typ", "JWT") != "JWT":
        raise _refused("a forbidden header member, or another kind of token")
    fitting = [
        key
        for key in keys
        if algorithm in _FAMILIES[key["kty"]]
        and key.get("alg", algorithm) == algorithm
        and (kid is None or key.get("kid") == kid)
    ]
    if not fitting:
        raise UnknownKeyError
    if len(fitting) > 1:
        raise _refused("more than one key fits")
    return fitting[0]


def _import(key: Mapping[str, str]) -> ECKey | RSAKey:
    try:
        return RSAKey.import_key(dict(key)) if key["kty"] == "RSA" else ECKey.import_key(dict(key))
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise _refused("the provider's key cannot be read") from error


def _check_audience(provider: UpstreamProvider, claims: Mapping[str, object]) -> None:
    """Accept us as the only audience: we trust no other (OIDC Core 3.1.3.7, steps 3 to 5)."""
    audience = claims.get("aud")
    if audience not in (provider.client_id, [provider.client_id]):
        raise _refused("aud is not us alone")
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise _refused("azp is another client")


def _check_times(provider: UpstreamProvider, claims: Mapping[str, object], now: datetime) -> None:
    expires, issued = _instant(claims, "exp"), _instant(claims, "iat")
    tolerance = provider.clock_tolerance
    if now - expires >= tolerance:
        raise _refused("expired")
    if issued - now > tolerance or ("nbf" in claims and _instant(claims, "nbf") - now > tolerance):
        raise _refused("from the future")
    if now - issued > ID_TOKEN_AGE + tolerance:
        raise _refused("made long ago")


def _auth_time(
    provider: UpstreamProvider, attempt: SignInAttempt, claims: Mapping[str, object], now: datetime
) -> datetime:
    """Return when the person signed in there (OIDC Core 3.1.3.7, step 13). We sent `max_age`: without it, refused.

    A sign-in made for this request counts from now, so that clocks that disagree make it no older.
    """
    at, tolerance = _instant(claims, "auth_time"), provider.clock_tolerance
    if at - now > tolerance:
        raise _refused("auth_time is in the future")
    if attempt.fresh:
        if attempt.began_at - at > tolerance:
            raise UpstreamRefusedError(Why.NOT_FRESH, "an older sign-in was used again")
        return now
    if now - at > provider.max_age + tolerance:
        raise UpstreamRefusedError(Why.NOT_FRESH, "the sign-in there is older than max_age")
    return min(at, now)


def _instant(claims: Mapping[str, object], name: str) -> datetime:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _refused(f"{name} is missing or no number")
    try:
        return datetime.fromtimestamp(float(value), UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise _refused(f"{name} is out of range") from error


def _refused(detail: str) -> UpstreamRefusedError:
    return UpstreamRefusedError(Why.FAILED, detail)
