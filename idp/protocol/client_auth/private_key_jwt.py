"""private_key_jwt: a client proves itself by signing (RFC 7523 3, OIDC Core 9)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from msgspec import Struct

from clients.model import Client, ClientId
from clients.profiles import AssertionAudience, Profile, profile_of
from idp.protocol.endpoints import TOKEN
from idp.protocol.provider import Provider

Jwks = Mapping[str, list[dict[str, str]]]
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = ("ES256", "RS256", "PS256")
_MAX_LENGTH = 8 * 1024
# A key or location that the token brings along is never looked at (RFC 8725 3.10); joserfc refuses unknown `crit`.
_FORBIDDEN_HEADERS = frozenset({"jwk", "jku", "x5u", "x5c", "b64", "crit"})


class BadAssertionError(Exception):
    """The assertion does not prove the client; the text is the private detail."""


class ClientAssertion(Struct, frozen=True):
    """A verified assertion: which client, which `jti`, and until when the `jti` must be remembered."""

    client_id: ClientId
    jti: str
    remember_until: datetime


def claimed_client(assertion: str) -> ClientId | None:
    """Return the client an assertion says it is from, unverified: only to look the client up."""
    if len(assertion) > _MAX_LENGTH or not assertion.isascii():
        return None
    try:
        claims = orjson.loads(jws.extract_compact(assertion.encode("ascii")).payload)
    except (JoseError, ValueError):
        return None
    subject = claims.get("sub") if isinstance(claims, dict) else None
    return ClientId(subject) if isinstance(subject, str) else None


def verify_assertion(
    provider: Provider,
    client: Client,
    assertion: str,
    jwks: Mapping[str, list[dict[str, str]]],
    now: datetime,
    *,
    audiences: tuple[str, ...] = (),
) -> ClientAssertion:
    """Return the proof, or raise `BadAssertionError`. Signature first, then every claim (RFC 7523 3).

    `audiences` are the good ones where they are not those of the client's profile.
    """
    claims = verified_claims(assertion, jwks)
    for name in ("iss", "sub"):
        if claims.get(name) != client.client_id:
            raise BadAssertionError(f"{name} is not the client")
    if claims.get("aud") not in (audiences or good_audiences(provider, profile_of(client))):
        raise BadAssertionError("aud is not this provider as one plain string")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not jti or len(jti) > 256 or "\0" in jti:
        raise BadAssertionError("jti is missing or unusable")
    return ClientAssertion(client.client_id, jti, _check_times(provider, claims, now))


def good_audiences(provider: Provider, profile: Profile) -> tuple[str, ...]:
    """Return the good audiences: the issuer; where the profile takes it the token endpoint too, as libraries send it.

    A list is never good: it could name another server as well (audience injection, CVE-2025-27370).
    """
    addresses: Mapping[AssertionAudience, tuple[str, ...]] = {
        "issuer": (provider.issuer,),
        "token_endpoint": provider.addresses_of(TOKEN),
    }
    return tuple(address for audience in profile.assertion_audiences for address in addresses[audience])


def verified_claims(assertion: str, jwks: Mapping[str, list[dict[str, str]]]) -> dict[str, object]:
    """Return the claims of a JWT that one of these keys signed, or raise `BadAssertionError`."""
    if len(assertion) > _MAX_LENGTH or not assertion.isascii():
        raise BadAssertionError("too long, or not ASCII")
    try:
        unverified = jws.extract_compact(assertion.encode("ascii")).headers()
        if not _FORBIDDEN_HEADERS.isdisjoint(unverified):
            raise BadAssertionError("a forbidden header member")
        keys = [key for key in jwks.get("keys", []) if _fits(key, unverified)]
        if len(keys) != 1:
            raise BadAssertionError("no registered key, or more than one, fits kid and alg")
        key_set = KeySet.import_key_set({"keys": [dict(keys[0])]})
        verified = jws.deserialize_compact(assertion.encode("ascii"), key_set.keys[0], algorithms=list(ALGORITHMS))
        claims = orjson.loads(verified.payload)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise BadAssertionError("not a JWS, or its signature is wrong") from error
    if not isinstance(claims, dict):
        raise BadAssertionError("the payload is no object")
    return claims


def _fits(key: Mapping[str, str], header: Mapping[str, object]) -> bool:
    """Say whether a registered key may verify: the algorithm belongs to the key (RFC 8725 3.1)."""
    algorithm = header.get("alg")
    if key.get("use", "sig") != "sig":
        # RFC 7517 4.2: a key to encrypt for proves nobody.
        return False
    family = {"EC": ("ES256",), "RSA": ("RS256", "PS256")}.get(key.get("kty", ""), ())
    by_key = (key["alg"],) if "alg" in key else family
    return algorithm in by_key and algorithm in family and ("kid" not in header or header["kid"] == key.get("kid"))


def _check_times(provider: Provider, claims: Mapping[str, object], now: datetime) -> datetime:
    skew = provider.policy.clock_skew
    expires, issued, not_before = (claims.get(name) for name in ("exp", "iat", "nbf"))
    times = [value for value in (expires, issued, not_before) if value is not None]
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in times) or expires is None:
        raise BadAssertionError("exp is missing, or a time is no number")
    moments = [_instant(value) for value in times]
    # The far end first: to a time near the last year that a datetime can hold nothing can be added.
    if moments[0] > now + provider.policy.assertion_max_life:
        raise BadAssertionError("lives too long")
    if moments[0] + skew <= now:
        raise BadAssertionError("expired")
    if any(moment > now + skew for moment in moments[1:]):
        raise BadAssertionError("from the future")
    return moments[0] + skew + timedelta(seconds=1)


def _instant(value: object) -> datetime:
    try:
        return datetime.fromtimestamp(float(str(value)), UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise BadAssertionError("a time is out of range") from error


def claimed_kid(assertion: str) -> str | None:
    """Return the key id an assertion names, unverified: only to know whether keys must be fetched anew."""
    try:
        kid = jws.extract_compact(assertion.encode("ascii", "replace")).headers().get("kid")
    except (JoseError, ValueError):
        return None
    return kid if isinstance(kid, str) else None
