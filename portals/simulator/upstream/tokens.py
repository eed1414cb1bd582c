"""The provider's tokens, with the members that a Keycloak realm writes."""

import secrets
import time
from base64 import urlsafe_b64encode

import orjson
from joserfc import jwt

from portals.simulator.person import Person
from portals.simulator.upstream.faults import Fault
from portals.simulator.upstream.names import CLIENT_ID
from portals.simulator.upstream.state import Upstream, WaitingCode, subject_of

_LIFE = 300
_LONG_AGO = 24 * 3600


def id_token(upstream: Upstream, issuer: str, person: Person, waiting: WaitingCode) -> str:
    """Return the ID token of a redeemed code, or what the fault makes of it."""
    claims = _claims(upstream.fault, issuer, person, waiting)
    if upstream.fault is Fault.UNSIGNED:
        return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."
    key = upstream.signing_keys()[0]
    return jwt.encode({"alg": "RS256", "typ": "JWT", "kid": key.kid}, claims, key, algorithms=["RS256"])


def _claims(fault: Fault, issuer: str, person: Person, waiting: WaitingCode) -> dict[str, object]:
    now, session = int(time.time()), waiting.session
    made = now - _LONG_AGO if fault is Fault.EXPIRED else now
    return {
        "exp": made + _LIFE,
        "iat": made,
        "auth_time": session.auth_time,
        "jti": secrets.token_hex(16),
        "iss": f"{issuer}-elsewhere" if fault is Fault.WRONG_ISSUER else issuer,
        "aud": CLIENT_ID,
        "sub": subject_of(person.number),
        "typ": "ID",
        "azp": CLIENT_ID,
        "nonce": "not-the-one" if fault is Fault.WRONG_NONCE else waiting.nonce,
        "sid": session.sid,
        "session_state": session.sid,
        "acr": "0" if fault is Fault.LOW_LEVEL else "1",
        "email_verified": False,
        "preferred_username": person.number,
        "name": person.full_name,
        "given_name": person.given,
        "family_name": person.family,
        "birthdate": person.born,
    }


def _part(value: dict[str, object] | dict[str, str]) -> str:
    return urlsafe_b64encode(orjson.dumps(value)).rstrip(b"=").decode("ascii")
