"""Signed request objects (RFC 9101, OIDC Core 6): parameters that the client signed."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import orjson

from clients.model import Client
from clients.policy import must_date_requests
from idp.protocol.authorize.checks import PARAMETERS
from idp.protocol.authorize.errors import PageError
from idp.protocol.client_auth.client_jws import REQUEST_OBJECT, BadJwsError, Jwks, instant_of, verified_claims
from idp.protocol.client_auth.private_key_jwt import algorithms_of
from idp.protocol.errors import INVALID_REQUEST_OBJECT
from idp.protocol.forms import Form
from idp.protocol.provider import Provider
from idp.protocol.resources import RESOURCE, joined

# RFC 9101 10.8: its own type, or none that says it is something else.
OBJECT_TYPES = frozenset({"", "jwt", REQUEST_OBJECT})
# FAPI 2.0 Message Signing 5.3.1: an object is young, and lives an hour at most.
LONGEST_LIFE = timedelta(minutes=60)
# What is an object or a list in JSON as well as in a request (OIDC Core 5.5, RFC 9396 2); any other parameter is a text
# or a number.
_STRUCTURED: Mapping[str, type[object]] = {"claims": dict, "authorization_details": list}


def carried_object(client: Client, form: Form) -> str | None:
    """Return the request object of a request, unread; None where the checks judge the request as it stands.

    A client without registered keys has none; and a request with something twice, or with a reference beside its
    object, is refused for that (RFC 9101 5).
    """
    if not client.active or (client.jwks is None and client.jwks_uri is None):
        return None
    return None if form.repeated or form.get("request_uri") is not None else form.get("request")


def referenced_object(client: Client, form: Form) -> str | None:
    """Return the registered address of a request's object (OIDC Core 6.2); None where there is nothing to fetch.

    What was not registered, with its fragment, is refused by the checks, and nothing is fetched for it.
    """
    if not client.active or form.repeated or form.get("request") is not None:
        return None
    reference = form.get("request_uri")
    return reference if reference in client.request_uris else None


def with_object(form: Form, text: str) -> Form:
    """Return a request with the object that was fetched in the place of its address."""
    kept = {name: value for name, value in form.data.items() if name != "request_uri"}
    return Form({**kept, "request": text}, form.repeated)


def read_request_object(provider: Provider, client: Client, form: Form, jwks: Jwks, now: datetime) -> Form:
    """Return what the client signed: nothing beside it counts (RFC 9101 6.3).

    Raises `PageError`: where an answer may go is said by the object, which is not believed (RFC 9101 7).
    """
    try:
        claims = verified_claims(form.get("request") or "", jwks, algorithms=_algorithms_of(client), types=OBJECT_TYPES)
        _check_parties(provider, client, claims)
        _check_times(provider, client, claims, now)
        signed = Form(_parameters(claims), frozenset())
        _check_agreement(form, signed)
    except BadJwsError as error:
        raise PageError(INVALID_REQUEST_OBJECT, f"The request object is not taken: {error}.") from error
    return signed


def _algorithms_of(client: Client) -> tuple[str, ...]:
    """Return what the client may sign requests by: one algorithm if it registered one (OIDC Registration 2)."""
    only = client.request_object_signing_alg
    return tuple(name for name in algorithms_of(client) if only in {None, name})


def _check_parties(provider: Provider, client: Client, claims: Mapping[str, object]) -> None:
    """RFC 9101 4, 10.8: by this client, for this provider, and no client assertion or ID token that lies about."""
    if claims.get("client_id") != client.client_id or claims.get("iss", client.client_id) != client.client_id:
        raise BadJwsError("client_id or iss is not the client")
    audience = claims.get("aud")
    if provider.issuer not in (audience if isinstance(audience, list) else [audience]):
        raise BadJwsError("aud does not name this provider")
    if "sub" in claims:
        raise BadJwsError("it has a subject, as other tokens have")
    if "request" in claims or "request_uri" in claims:
        raise BadJwsError("it refers to another")


def _check_times(provider: Provider, client: Client, claims: Mapping[str, object], now: datetime) -> None:
    skew = provider.policy.clock_skew
    expires, begins = (instant_of(claims[name]) if name in claims else None for name in ("exp", "nbf"))
    # Nothing is added to what the client says: a time near the last year that a datetime can hold is no error of ours.
    if expires is not None and expires <= now - skew:
        raise BadJwsError("it has expired")
    if begins is not None and begins > now + skew:
        raise BadJwsError("it is from the future")
    if not must_date_requests(client):
        return
    if expires is None or begins is None or begins < now - LONGEST_LIFE or expires > begins + LONGEST_LIFE:
        raise BadJwsError("nbf and exp are needed, at most 60 minutes apart, nbf at most 60 minutes ago")


def _parameters(claims: Mapping[str, object]) -> dict[str, str]:
    """Return the claims that are parameters, as a form would bring them; whatever else there is is ignored."""
    return {name: written_parameter(name, value) for name, value in claims.items() if name in PARAMETERS}


def written_parameter(name: str, value: object) -> str:
    """Return a claim as a form would bring it (RFC 9101 4): a text, a number, or JSON where the parameter is an object.

    Raises `BadJwsError`.
    """
    if name == RESOURCE:
        written = joined(_texts(value))
    elif isinstance(value, str):
        written = value
    elif isinstance(value, int) and not isinstance(value, bool):
        written = str(value)
    elif isinstance(value, _STRUCTURED.get(name, ())):
        written = _as_json(value)
    else:
        raise BadJwsError(f"a parameter has another form than it has in a request: {name}")
    if "\0" in written:
        raise BadJwsError(f"a parameter holds a NUL character: {name}")
    return written


def _texts(value: object) -> list[str]:
    """Return the values of a parameter that may be repeated: in JSON a list (RFC 8707 2)."""
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) for one in values):
        raise BadJwsError("a resource is a text, or several are a list of texts")
    return [str(one) for one in values]


def _as_json(value: object) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError as error:
        # What can be read may be nested deeper than what can be written.
        raise BadJwsError("an object is nested too deep") from error


def _check_agreement(beside: Form, signed: Form) -> None:
    """OIDC Core 6.1: what a request of OAuth 2.0 itself says beside the object does not contradict it."""
    response_type = beside.get("response_type")
    if response_type is not None and response_type != signed.get("response_type"):
        raise BadJwsError("response_type beside it is another")
    asks = "openid" in signed.words("scope")
    if beside.get("scope") is not None and ("openid" in beside.words("scope")) is not asks:
        raise BadJwsError("scope beside it differs in openid")
