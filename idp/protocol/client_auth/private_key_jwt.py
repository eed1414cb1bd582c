"""private_key_jwt: a client proves itself by signing (RFC 7523 3, OIDC Core 9)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from msgspec import Struct

from clients.model import Client, ClientId
from clients.profiles import AssertionAudience, Profile, profile_of
from idp.protocol.client_auth.client_jws import ALGORITHMS, BadJwsError, Jwks, instant_of, verified_claims
from idp.protocol.endpoints import TOKEN
from idp.protocol.provider import Provider

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_MAX_LENGTH = 8 * 1024


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
    jwks: Jwks,
    now: datetime,
    *,
    audiences: tuple[str, ...] = (),
) -> ClientAssertion:
    """Return the proof, or raise `BadAssertionError`. Signature first, then every claim (RFC 7523 3).

    `audiences` are the good ones where they are not those of the client's profile.
    """
    only = client.token_endpoint_auth_signing_alg
    algorithms = tuple(name for name in algorithms_of(client) if only in {None, name})
    try:
        claims = verified_claims(assertion, jwks, algorithms=algorithms)
        return assertion_of(provider, client, claims, now, audiences)
    except BadJwsError as error:
        raise BadAssertionError(str(error)) from error


def assertion_of(
    provider: Provider,
    client: Client,
    claims: Mapping[str, object],
    now: datetime,
    audiences: tuple[str, ...] = (),
) -> ClientAssertion:
    """Return the proof that verified claims are (RFC 7523 3); raises `BadAssertionError` or `BadJwsError`."""
    good = audiences or good_audiences(provider, profile_of(client))
    jti = _check_claims(client, claims, good)
    return ClientAssertion(client.client_id, jti, _check_times(provider, claims, now))


def algorithms_of(client: Client) -> tuple[str, ...]:
    """Return what the client may sign with: its profile may exclude some (FAPI 2.0 5.4.1)."""
    return tuple(name for name in ALGORITHMS if name not in profile_of(client).refused_algorithms)


def _check_claims(client: Client, claims: Mapping[str, object], audiences: tuple[str, ...]) -> str:
    for name in ("iss", "sub"):
        if claims.get(name) != client.client_id:
            raise BadAssertionError(f"{name} is not the client")
    if isinstance(claims.get("aud"), list):
        raise BadAssertionError("aud is a list, not this provider as one plain string")
    if claims.get("aud") not in audiences:
        raise BadAssertionError("aud is not this provider as one plain string")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not jti or len(jti) > 256 or "\0" in jti:
        raise BadAssertionError("jti is missing or unusable")
    return jti


def good_audiences(provider: Provider, profile: Profile) -> tuple[str, ...]:
    """Return the good audiences: the issuer; where the profile takes it the token endpoint too, as libraries send it.

    A list is never good: it could name another server as well (audience injection, CVE-2025-27370).
    """
    addresses: Mapping[AssertionAudience, tuple[str, ...]] = {
        "issuer": (provider.issuer,),
        "token_endpoint": provider.addresses_of(TOKEN),
    }
    return tuple(address for audience in profile.assertion_audiences for address in addresses[audience])


def _check_times(provider: Provider, claims: Mapping[str, object], now: datetime) -> datetime:
    skew = provider.policy.clock_skew
    expires, issued, not_before = (claims.get(name) for name in ("exp", "iat", "nbf"))
    times = [value for value in (expires, issued, not_before) if value is not None]
    if expires is None:
        raise BadAssertionError("exp is missing")
    moments = [instant_of(value) for value in times]
    named = [name for name, value in (("exp", expires), ("iat", issued), ("nbf", not_before)) if value is not None]
    # The far end first: to a time near the last year that a datetime can hold nothing can be added.
    if moments[0] > now + provider.policy.assertion_max_life:
        raise BadAssertionError("lives too long")
    if moments[0] + skew <= now:
        raise BadAssertionError("expired")
    for name, moment in zip(named[1:], moments[1:], strict=True):
        if moment > now + skew:
            raise BadAssertionError(f"{name} is ahead of our clock")
    return moments[0] + skew + timedelta(seconds=1)
