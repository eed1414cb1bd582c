"""Signed authentication requests (CIBA 7.1.1, FAPI-CIBA 5.2.2): a client's request about a person, as its own JWT."""

from collections.abc import Mapping
from datetime import datetime

from clients.model import Client
from idp.protocol.authorize.checks import PARAMETERS
from idp.protocol.authorize.request_object import LONGEST_LIFE, OBJECT_TYPES, written_parameter
from idp.protocol.client_auth.client_jws import BadJwsError, Jwks, instant_of, verified_claims
from idp.protocol.decider import refusal_of
from idp.protocol.errors import INVALID_REQUEST
from idp.protocol.forms import Form
from idp.protocol.provider import Provider

# What a request about a person is made of, besides what any request is (CIBA 7.1).
_OWN = frozenset({"binding_message", "client_notification_token", "login_hint_token", "requested_expiry", "user_code"})
_ASKED_WITH = (PARAMETERS | _OWN) - {"client_id", "request"}
_DATES = ("exp", "iat", "nbf")
_LONGEST_JTI = 256


def sends_signed(client: Client, form: Form) -> bool:
    """Say whether a request is to be read by its signature; raises `OAuth2Error` where the client may not send it so.

    A client that registered an algorithm signs every request, and no other client signs any (CIBA 4).
    """
    signed = form.get("request") is not None
    if signed and client.backchannel_authentication_request_signing_alg is None:
        said = "'request' needs a registered backchannel_authentication_request_signing_alg."
        raise refusal_of(INVALID_REQUEST.because(said))
    if not signed and client.backchannel_authentication_request_signing_alg is not None:
        raise refusal_of(INVALID_REQUEST.because("Requests of this client are signed: send 'request' alone."))
    return signed


def read_signed_request(provider: Provider, client: Client, form: Form, jwks: Jwks, now: datetime) -> Form:
    """Return what the client signed; raises `OAuth2Error`. Nothing may stand beside it (CIBA 7.1.1)."""
    if form.repeated or any(form.get(name) is not None for name in _ASKED_WITH):
        raise refusal_of(INVALID_REQUEST.because("Beside 'request' stands what proves the client, and nothing else."))
    try:
        claims = verified_claims(
            form.get("request") or "",
            jwks,
            algorithms=(str(client.backchannel_authentication_request_signing_alg),),
            types=OBJECT_TYPES,
        )
        _check_parties(provider, client, claims)
        _check_dates(provider, claims, now)
        asked = {name: written_parameter(name, value) for name, value in claims.items() if name in _ASKED_WITH}
    except BadJwsError as error:
        raise refusal_of(INVALID_REQUEST.because(f"The signed request is not taken: {error}.")) from error
    return Form({**asked, "client_id": client.client_id}, frozenset())


def _check_parties(provider: Provider, client: Client, claims: Mapping[str, object]) -> None:
    """CIBA 7.1.1: by this client, for this provider, and no client assertion, which has a subject."""
    if claims.get("iss") != client.client_id or claims.get("client_id", client.client_id) != client.client_id:
        raise BadJwsError("iss or client_id is not the client")
    audience = claims.get("aud")
    if provider.issuer not in (audience if isinstance(audience, list) else [audience]):
        raise BadJwsError("aud does not name this provider")
    if "sub" in claims:
        raise BadJwsError("it has a subject, as other tokens have")
    if "request" in claims:
        raise BadJwsError("it refers to another")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= _LONGEST_JTI:
        raise BadJwsError("jti is missing or unusable")


def _check_dates(provider: Provider, claims: Mapping[str, object], now: datetime) -> None:
    """FAPI-CIBA 5.2.2: it has all three dates, is young, and lives an hour at most."""
    missing = [name for name in _DATES if name not in claims]
    if missing:
        raise BadJwsError(f"{' and '.join(missing)} are needed")
    skew = provider.policy.clock_skew
    expires, issued, begins = (instant_of(claims[name]) for name in _DATES)
    if expires <= now - skew:
        raise BadJwsError("it has expired")
    if max(issued, begins) > now + skew:
        raise BadJwsError("it is from the future")
    if begins < now - LONGEST_LIFE or expires > begins + LONGEST_LIFE:
        raise BadJwsError("nbf is at most 60 minutes ago, and exp at most 60 minutes after it")
