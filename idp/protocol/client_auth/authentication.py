"""Client authentication: exactly one method, the registered one (RFC 6749 2.3, OIDC Core 9)."""

from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from re import search
from urllib.parse import unquote_plus

from authlib.oauth2.rfc6749.errors import InvalidClientError, InvalidRequestError
from msgspec import Struct

from clients.client_secret import SIGNING_METHOD, verify_secret
from clients.model import ASSERTION_METHODS, CERTIFICATE_METHODS, AuthMethod, Client, ClientId
from idp.grants.model import ClaimOnce
from idp.protocol.client_auth import self_signed_tls_client_auth, tls_client_auth
from idp.protocol.client_auth.client_secret_jwt import verify_by_secret
from idp.protocol.client_auth.private_key_jwt import (
    ASSERTION_TYPE,
    BadAssertionError,
    ClientAssertion,
    claimed_client,
    verify_assertion,
)
from idp.protocol.client_auth.tls_client_auth import BadClientCertificateError
from idp.protocol.forms import Form, stated_client
from idp.protocol.provider import Provider
from idp.protocol.sender.mutual_tls import MutualTls
from idp.protocol.sender.shown import Certificate
from records.structs import Unprinted, replace

# Those of certificates are offered where certificates reach the provider: `offered_methods`.
METHODS = [
    "client_secret_basic",
    "client_secret_post",
    SIGNING_METHOD,
    "private_key_jwt",
    tls_client_auth.METHOD,
    self_signed_tls_client_auth.METHOD,
    "none",
]
_MAX_HEADER = 4096


class Credentials(Unprinted, Struct, frozen=True):
    """What a request shows to prove its client, read but not yet believed."""

    method: str
    client_id: ClientId | None
    secret: str = ""
    assertion: str = ""
    # That of the TLS connection. It is beside whatever else is shown: tokens are bound to it for any method.
    certificate: Certificate | None = None

    def method_of(self, client: Client | None) -> str:
        """Return how a client proves itself, where what it shows may be of several methods.

        By its certificate where that is its method and nothing else is shown; an assertion is signed by key or secret.
        """
        registered = client.token_endpoint_auth_method if client is not None else self.method
        may_be = _MAY_BE.get(self.method, frozenset())
        return registered if registered in may_be else self.method


# What is shown, and the registered methods that it may belong to.
_MAY_BE: Mapping[str, frozenset[AuthMethod]] = {"none": CERTIFICATE_METHODS, "private_key_jwt": ASSERTION_METHODS}
NO_CREDENTIALS = Credentials("none", None)


class AuthenticatedClient(Struct, frozen=True):
    """A client that proved itself; by an assertion also that, whose jti must be claimed."""

    client: Client
    assertion: ClientAssertion | None


def offered_methods(mutual_tls: MutualTls | None) -> list[str]:
    """Return the methods that a client can use here, `none` last."""
    missing = set[str](CERTIFICATE_METHODS if mutual_tls is None else ())
    if mutual_tls is None or mutual_tls.anchors is None:
        missing.add(tls_client_auth.METHOD)
    return [method for method in METHODS if method not in missing]


def read_credentials(form: Form, authorization: str | None, certificate: Certificate | None = None) -> Credentials:
    """Return the one set of credentials of a request.

    Raises Authlib's `InvalidRequestError` for more than one method (RFC 6749 2.3) and `InvalidClientError` for
    a header that is no Basic header of UTF-8 (RFC 7617 2).
    """
    shown = [
        name
        for name, present in (
            ("basic", authorization is not None),
            ("post", form.get("client_secret") is not None),
            ("assertion", form.get("client_assertion") is not None or form.get("client_assertion_type") is not None),
        )
        if present
    ]
    if len(shown) > 1:
        raise InvalidRequestError("More than one client authentication method was used.")
    stated = stated_client(form)
    credentials = _read_one(shown[0] if shown else "none", form, authorization)
    if stated is not None and credentials.client_id is not None and stated != credentials.client_id:
        raise InvalidRequestError("'client_id' contradicts the client authentication.")
    return replace(credentials, certificate=certificate)


def _read_one(shown: str, form: Form, authorization: str | None) -> Credentials:
    if shown == "basic":
        return _read_basic(authorization or "")
    if shown == "post":
        return Credentials("client_secret_post", stated_client(form), secret=form.get("client_secret") or "")
    if shown == "assertion":
        assertion = form.get("client_assertion")
        if form.get("client_assertion_type") != ASSERTION_TYPE or assertion is None:
            raise InvalidRequestError("'client_assertion' and its 'client_assertion_type' belong together.")
        return Credentials("private_key_jwt", claimed_client(assertion), assertion=assertion)
    return Credentials("none", stated_client(form))


def _read_basic(header: str) -> Credentials:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic" or len(header) > _MAX_HEADER:
        raise refused()
    try:
        joined = b64decode(encoded.strip(), validate=True).decode("utf-8")
        client_id, colon, secret = joined.partition(":")
        # RFC 6749 2.3.1: both halves are form-encoded before they are joined.
        client_id, secret = unquote_plus(client_id, errors="strict"), unquote_plus(secret, errors="strict")
    except ValueError as error:
        raise refused() from error
    if not colon or "\0" in client_id + secret or search(r"%(?![0-9A-Fa-f]{2})", joined):
        raise refused()
    return Credentials("client_secret_basic", ClientId(client_id), secret=secret)


def authenticate(
    provider: Provider,
    client: Client | None,
    credentials: Credentials,
    jwks: Mapping[str, list[dict[str, str]]],
    now: datetime,
) -> AuthenticatedClient:
    """Return the proven client, or raise `InvalidClientError` (401) with one text for every cause.

    `client` is the one that `credentials` name, if it exists; `jwks` are its keys. Unknown, disabled, wrong method
    and wrong secret look alike from outside.
    """
    if client is None or not client.active or client.client_id != credentials.client_id:
        raise refused()
    method = credentials.method_of(client)
    if client.token_endpoint_auth_method != method:
        raise refused()
    if method == "none":
        return AuthenticatedClient(client, None)
    try:
        if method == "private_key_jwt":
            return AuthenticatedClient(client, verify_assertion(provider, client, credentials.assertion, jwks, now))
        if method == SIGNING_METHOD:
            return AuthenticatedClient(client, verify_by_secret(provider, client, credentials.assertion, now))
        if method in CERTIFICATE_METHODS:
            _verify_certificate(provider, client, credentials.certificate, jwks, now)
            return AuthenticatedClient(client, None)
    except (BadAssertionError, BadClientCertificateError) as error:
        raise refused() from error
    if not verify_secret(client.secrets, credentials.secret, provider.client_secret_hash.key, now):
        raise refused()
    return AuthenticatedClient(client, None)


def why_unproven(
    provider: Provider,
    client: Client,
    credentials: Credentials,
    jwks: Mapping[str, list[dict[str, str]]],
    now: datetime,
) -> str:
    """Return which rule a client broke that did not prove itself, for its own people; "" where it broke none.

    A client that proves nothing breaks none by that: `method_of` says whether it does.
    """
    method = credentials.method_of(client)
    if not client.active:
        return "the client is stopped"
    if client.token_endpoint_auth_method != method:
        return f"the client is registered for {client.token_endpoint_auth_method}, and {method} was used"
    try:
        authenticate(provider, client, credentials, jwks, now)
    except InvalidClientError as error:
        return str(error.__cause__ or "the secret is wrong, or has ended")
    return ""


def _verify_certificate(
    provider: Provider,
    client: Client,
    certificate: Certificate | None,
    jwks: Mapping[str, list[dict[str, str]]],
    now: datetime,
) -> None:
    if provider.mutual_tls is None:
        raise BadClientCertificateError("no certificates reach this provider")
    if client.token_endpoint_auth_method == tls_client_auth.METHOD:
        tls_client_auth.verify_issued(provider.mutual_tls.anchors, client, certificate, now)
    else:
        self_signed_tls_client_auth.verify_registered(certificate, jwks)


def claim_of_assertion(provider: Provider, proven: AuthenticatedClient | None) -> ClaimOnce | None:
    """Return the claim of a client assertion's jti, so that it proves its client only once (RFC 7523 3)."""
    if proven is None or proven.assertion is None:
        return None
    assertion = proven.assertion
    return ClaimOnce(
        purpose="client_assertion",
        value_hash=provider.token_hash.digest(f"{assertion.client_id}|{assertion.jti}"),
        expires_at=assertion.remember_until,
    )


def refused() -> InvalidClientError:
    """Return the one refusal of a client that is not proven, whatever the cause (RFC 6749 5.2)."""
    return InvalidClientError(description="Client authentication failed.", status_code=401)
