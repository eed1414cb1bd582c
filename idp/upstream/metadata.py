"""Reading what a provider publishes: its discovery document and its keys."""

from collections.abc import Mapping

import orjson

from idp.protocol.endpoints import DISCOVERY
from idp.upstream.errors import UpstreamRefusedError, Why
from idp.upstream.model import Jwks, UpstreamMetadata, UpstreamProvider
from idp.upstream.policy import MAX_KEYS

_FAMILIES = frozenset({"RSA", "EC"})


def discovery_address(provider: UpstreamProvider) -> str:
    """Return where the document is (OIDC Discovery 4.1)."""
    return f"{provider.issuer.removesuffix('/')}{DISCOVERY}"


def read_metadata(provider: UpstreamProvider, body: bytes) -> UpstreamMetadata:
    """Return what the document says; another issuer or a strange origin is refused (OIDC Discovery 4.3)."""
    document = _object(body)
    if document.get("issuer") != provider.issuer:
        raise UpstreamRefusedError(Why.UNREACHABLE, "the discovery document names another issuer")
    return UpstreamMetadata(
        authorization_endpoint=_address(provider, document, "authorization_endpoint"),
        token_endpoint=_address(provider, document, "token_endpoint"),
        jwks_uri=_address(provider, document, "jwks_uri"),
        end_session_endpoint=_address(provider, document, "end_session_endpoint")
        if "end_session_endpoint" in document
        else "",
        answers_with_iss=document.get("authorization_response_iss_parameter_supported") is True,
    )


def read_keys(body: bytes) -> Jwks:
    """Return the public signing keys of a JWK set (RFC 7517 5); what is none of these is left out."""
    found = _object(body).get("keys")
    if not isinstance(found, list):
        raise UpstreamRefusedError(Why.UNREACHABLE, "the key set has no keys")
    keys = [_textual(key) for key in found[:MAX_KEYS] if isinstance(key, dict)]
    return tuple(
        key for key in keys if key.get("kty") in _FAMILIES and "d" not in key and key.get("use", "sig") == "sig"
    )


def _textual(key: Mapping[object, object]) -> dict[str, str]:
    return {str(name): value for name, value in key.items() if isinstance(value, str)}


def _object(body: bytes) -> Mapping[str, object]:
    try:
        document: object = orjson.loads(body)
    except ValueError as error:
        raise UpstreamRefusedError(Why.UNREACHABLE, "the document is no JSON") from error
    if not isinstance(document, dict):
        raise UpstreamRefusedError(Why.UNREACHABLE, "the document is no object")
    return document


def _address(provider: UpstreamProvider, document: Mapping[str, object], name: str) -> str:
    value = document.get(name)
    # The origins are written in our own file: whoever changes the document cannot send codes or people elsewhere.
    if not isinstance(value, str) or not value.isascii() or not provider.may_send_to(value) or "#" in value:
        raise UpstreamRefusedError(Why.UNREACHABLE, f"{name} is missing or at a strange origin")
    return value
