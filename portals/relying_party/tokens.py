"""What a portal checks before it believes a token of the provider."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.util import urlsafe_b64encode

from portals.relying_party.errors import TokenRefusedError
from portals.relying_party.provider_keys import ProviderKeys

Claims = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the portal knows before it sees an ID token. `subject` is set when a session is refreshed."""

    issuer: str
    client_id: str
    skew: timedelta
    nonce: str | None
    access_token: str
    max_age: timedelta | None = None
    subject: str | None = None


async def read_signed(
    token: str, keys: ProviderKeys, *, algorithm: str, types: tuple[str, ...], now: datetime
) -> Claims:
    """Return the claims of a token whose signature is the provider's; otherwise TokenRefusedError.

    `types` are the accepted `typ` values in lower case ("" for none): a logout token must not pass as an ID token,
    nor the other way round (RFC 8725 3.11). The algorithm is the registered one; `crit` and unknown headers are
    refused.
    """
    try:
        registry = jws.JWSRegistry(algorithms=[algorithm])
        parsed = jws.extract_compact(token.encode("ascii"), registry=registry)
        header = parsed.headers()
        kid = header.get("kid")
        if not isinstance(kid, str):
            raise TokenRefusedError("the header names no key")
        if str(header.get("typ", "")).lower() not in types:
            raise TokenRefusedError("the token is of another type")
        if not jws.validate_compact(parsed, await keys.key(kid, now), registry=registry):
            raise TokenRefusedError("the signature is not the provider's")
        return _object(parsed.payload)
    except (JoseError, ValueError) as error:
        raise TokenRefusedError(f"the token cannot be read ({type(error).__name__})") from error


def check_id_token(claims: Claims, expected: Expectation, now: datetime) -> None:
    """Apply every rule of OIDC Core 3.1.3.7 and 3.1.3.8; TokenRefusedError names the first that fails."""
    for rule in _ID_TOKEN_RULES:
        problem = rule(claims, expected, now)
        if problem is not None:
            raise TokenRefusedError(problem)


def instant(claims: Claims, name: str, now: datetime) -> datetime | None:
    """Return a NumericDate claim (RFC 7519 2) as an instant in the time zone of `now`; None if absent or no number."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, tz=now.tzinfo)
    except (OverflowError, ValueError, OSError):
        return None


def check_issuer(claims: Claims, issuer: str) -> str | None:
    """OIDC Core 3.1.3.7 (2): exactly our provider."""
    return None if claims.get("iss") == issuer else "iss is another issuer"


def check_audience(claims: Claims, client_id: str) -> str | None:
    """OIDC Core 3.1.3.7 (3): us, and nobody besides us, since we trust no other audience."""
    return None if claims.get("aud") in (client_id, [client_id]) else "aud is not this portal alone"


def check_lifetime(claims: Claims, now: datetime, skew: timedelta) -> str | None:
    """OIDC Core 3.1.3.7 (9, 10): not expired, and not issued in the future."""
    issued_at, expires_at = instant(claims, "iat", now), instant(claims, "exp", now)
    if issued_at is None or expires_at is None:
        return "iat or exp is missing"
    if expires_at <= now - skew:
        return "the token has expired"
    return "iat lies in the future" if issued_at > now + skew else None


def _issuer(claims: Claims, expected: Expectation, _now: datetime) -> str | None:
    return check_issuer(claims, expected.issuer)


def _audience(claims: Claims, expected: Expectation, _now: datetime) -> str | None:
    return check_audience(claims, expected.client_id)


def _authorized_party(claims: Claims, expected: Expectation, _now: datetime) -> str | None:
    """OIDC Core 3.1.3.7 (5)."""
    return None if claims.get("azp", expected.client_id) == expected.client_id else "azp is another client"


def _lifetime(claims: Claims, expected: Expectation, now: datetime) -> str | None:
    return check_lifetime(claims, now, expected.skew)


def _nonce(claims: Claims, expected: Expectation, _now: datetime) -> str | None:
    """OIDC Core 3.1.3.7 (11); 12.2: a refreshed ID token need not repeat it."""
    if expected.subject is not None and "nonce" not in claims:
        return None
    return None if expected.nonce is not None and claims.get("nonce") == expected.nonce else "nonce is not the one sent"


def _subject(claims: Claims, expected: Expectation, _now: datetime) -> str | None:
    """OIDC Core 2: 1 to 255 ASCII characters; 12.2: a refresh never changes the person."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject.isascii() or not 0 < len(subject) <= 255:
        return "sub is missing or malformed"
    return None if expected.subject in (None, subject) else "sub is another person"


def _access_token_hash(claims: Claims, expected: Expectation, _now: datetime) -> str | None:
    """OIDC Core 3.1.3.8: optional in the code flow; when it is there it must fit."""
    digest = sha256(expected.access_token.encode()).digest()
    left_half = urlsafe_b64encode(digest[: len(digest) // 2]).decode()
    return None if claims.get("at_hash", left_half) == left_half else "at_hash belongs to another access token"


def _authentication_age(claims: Claims, expected: Expectation, now: datetime) -> str | None:
    """OIDC Core 3.1.3.7 (13): who asks for a fresh sign-in must look whether it is fresh."""
    if expected.max_age is None:
        return None
    at = instant(claims, "auth_time", now)
    fresh = at is not None and now - at <= expected.max_age + expected.skew
    return None if fresh else "auth_time is missing or too old"


_ID_TOKEN_RULES: tuple[Callable[[Claims, Expectation, datetime], str | None], ...] = (
    _issuer,
    _audience,
    _authorized_party,
    _lifetime,
    _nonce,
    _subject,
    _access_token_hash,
    _authentication_age,
)


def _object(payload: bytes) -> Claims:
    claims = json.loads(payload)
    if not isinstance(claims, dict):
        raise TokenRefusedError("the claims are not an object")
    return claims
