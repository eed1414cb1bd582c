"""Software statements (RFC 7591 2.3): what a publisher says of its software, signed by a key that is trusted here."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import orjson
from joserfc import jws
from joserfc.errors import JoseError

from clients.document import Document
from idp.protocol.client_auth.client_jws import BadJwsError, verified_claims
from idp.protocol.dynamic_registration.errors import RegistrationError
from idp.protocol.errors import INVALID_SOFTWARE_STATEMENT

MAX_CHARACTERS = 8 * 1024
# About the statement, not about the client (RFC 7519 4.1).
_OF_THE_JWT = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti"})


def statement_of(document: Document, kept: str | None) -> str | None:
    """Return the statement of a request; of an update that brings none, the one that the client was registered with.

    What a publisher signed is not got rid of by leaving it out.
    """
    shown = document.get("software_statement")
    if shown is None:
        return kept
    if not isinstance(shown, str) or not shown.isascii() or not 0 < len(shown) <= MAX_CHARACTERS:
        raise _invalid("It is no JWT of at most 8 KiB.")
    return shown


def claimed_issuer(statement: str) -> str:
    """Return who a statement says it is from, unverified: only to find the keys."""
    try:
        claims = orjson.loads(jws.extract_compact(statement.encode("ascii")).payload)
    except (JoseError, ValueError) as error:
        raise _invalid("It is no JWT.") from error
    issuer = claims.get("iss") if isinstance(claims, dict) else None
    if not isinstance(issuer, str) or not 0 < len(issuer) <= 500:
        raise _invalid("It has no iss.")
    return issuer


def read_statement(
    statement: str, jwks: Mapping[str, list[dict[str, str]]], here: str, now: datetime, skew: timedelta
) -> Document:
    """Return the metadata that a statement asserts. Raises `RegistrationError` where it does not hold.

    `jwks` are the keys of its issuer, `here` is this provider's own.
    """
    try:
        claims = verified_claims(statement, jwks)
    except BadJwsError as error:
        raise _invalid("No trusted key of its issuer verifies it.") from error
    audience = claims.get("aud")
    if audience is not None and here not in (audience if isinstance(audience, list) else [audience]):
        raise _invalid("It is for another server.")
    _check_times(claims, now, skew)
    return {name: value for name, value in claims.items() if name not in _OF_THE_JWT}


def _check_times(claims: Mapping[str, object], now: datetime, skew: timedelta) -> None:
    expires, *begins = (_instant(claims.get(name)) for name in ("exp", "iat", "nbf"))
    if expires is not None and expires + skew <= now:
        raise _invalid("It has expired.")
    if any(at is not None and at - skew > now for at in begins):
        raise _invalid("It is from the future.")


def _instant(value: object) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _invalid("A time is no number.")
    try:
        at = datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise _invalid("A time is out of range.") from error
    # Near the ends of what a datetime can hold nothing can be added.
    return min(max(at, datetime(1971, 1, 1, tzinfo=UTC)), datetime(9000, 1, 1, tzinfo=UTC))


def _invalid(why: str) -> RegistrationError:
    return RegistrationError(INVALID_SOFTWARE_STATEMENT.because(why))
