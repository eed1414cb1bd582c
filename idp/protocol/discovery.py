"""Discovery, computed from what is composed: nothing advertised is typed by hand (OIDC Discovery 3, RFC 8414 2)."""

from collections.abc import Mapping

from clients.model import (
    ASSERTION_ALGORITHMS,
    BACKCHANNEL_DELIVERIES,
    BACKCHANNEL_REQUEST_ALGORITHMS,
    ENCRYPTION_ALGORITHMS,
    ENCRYPTION_METHODS,
)
from clients.policy import sends_tokens
from clients.profiles import registrable_response_types
from idp.kernel.locales import LOCALES
from idp.protocol.authorize.checked_request import ResponseMode
from idp.protocol.authorize.checks import PROMPTS
from idp.protocol.client_auth.authentication import offered_methods
from idp.protocol.client_auth.client_jws import ALGORITHMS
from idp.protocol.extensions.acting_claims import ACTING_CLAIMS
from idp.protocol.extensions.verified_claims import assurance_metadata
from idp.protocol.policy import SCOPES
from idp.protocol.rar.types import TYPES
from idp.protocol.sender.mutual_tls import MutualTls
from idp.protocol.sender.proofs import ALGORITHMS as PROOF_ALGORITHMS
from idp.protocol.token.endpoint import GRANT_TYPES
from idp.sign_in.levels import acr_values
from keys.model import ALGORITHMS as SIGNING_ALGORITHMS

_TOKEN_CLAIMS = ("iss", "aud", "exp", "iat", "jti", "auth_time", "nonce", "acr", "amr", "sid", "at_hash", "c_hash")

# What clients call by themselves, and show certificates at.
_WITH_CERTIFICATE = (
    "token_endpoint",
    "revocation_endpoint",
    "introspection_endpoint",
    "userinfo_endpoint",
    "pushed_authorization_request_endpoint",
    "device_authorization_endpoint",
    "backchannel_authentication_endpoint",
)


def _front_grant_types() -> tuple[str, ...]:
    """Return the grant of the authorization endpoint, where some profile lets tokens leave there."""
    return ("implicit",) if sends_tokens(registrable_response_types()) else ()


def _mutual_tls(given: MutualTls | None, endpoints: Mapping[str, str]) -> dict[str, object]:
    """Return what is said where certificates reach the provider, with their own addresses (RFC 8705 3.3, 5)."""
    if given is None:
        return {}
    aliases = {name: f"{given.address}{endpoints[name]}" for name in _WITH_CERTIFICATE if name in endpoints}
    return {
        "tls_client_certificate_bound_access_tokens": True,
        **({} if given.address is None else {"mtls_endpoint_aliases": aliases}),
    }


def _authentication(mutual_tls: MutualTls | None, endpoints: Mapping[str, str]) -> dict[str, object]:
    """Return how clients prove themselves at the endpoints that there are (RFC 8414 2)."""
    offered = offered_methods(mutual_tls)
    methods = {
        "token_endpoint": offered,
        "introspection_endpoint": offered[:-1],
        "revocation_endpoint": offered,
    }
    said: dict[str, object] = {}
    for name in (name for name in methods if name in endpoints):
        said[f"{name}_auth_methods_supported"] = list(methods[name])
        said[f"{name}_auth_signing_alg_values_supported"] = list(ASSERTION_ALGORITHMS)
    return said


def discovery_document(
    issuer: str, endpoints: Mapping[str, str], mutual_tls: MutualTls | None = None
) -> dict[str, object]:
    """Return the metadata. `endpoints` maps metadata names (`token_endpoint`, …) to the paths that are routed."""
    claims = sorted({claim for scope in SCOPES.values() for claim in scope} | set(_TOKEN_CLAIMS) | set(ACTING_CLAIMS))
    return {
        "issuer": issuer,
        **{name: f"{issuer}{path}" for name, path in endpoints.items()},
        "scopes_supported": list(SCOPES),
        "response_types_supported": list(registrable_response_types()),
        "response_modes_supported": list(ResponseMode),
        "grant_types_supported": [*GRANT_TYPES, *_front_grant_types()],
        "subject_types_supported": ["pairwise", "public"],
        "acr_values_supported": list(acr_values()),
        "id_token_signing_alg_values_supported": list(SIGNING_ALGORITHMS),
        "authorization_signing_alg_values_supported": list(SIGNING_ALGORITHMS),
        "id_token_encryption_alg_values_supported": list(ENCRYPTION_ALGORITHMS),
        "id_token_encryption_enc_values_supported": list(ENCRYPTION_METHODS),
        "userinfo_signing_alg_values_supported": list(SIGNING_ALGORITHMS),
        "userinfo_encryption_alg_values_supported": list(ENCRYPTION_ALGORITHMS),
        "userinfo_encryption_enc_values_supported": list(ENCRYPTION_METHODS),
        "introspection_signing_alg_values_supported": list(SIGNING_ALGORITHMS),
        "claims_supported": claims,
        "claim_types_supported": ["normal"],
        **assurance_metadata(),
        "claims_parameter_supported": True,
        # RFC 9396 10.
        "authorization_details_types_supported": list(TYPES),
        "request_parameter_supported": True,
        "request_uri_parameter_supported": True,
        # What a client did not register is not fetched (OIDC Discovery 3).
        "require_request_uri_registration": True,
        # Of each client as it is registered or its profile says (RFC 9126 5, RFC 9101 10.5).
        "require_pushed_authorization_requests": False,
        "require_signed_request_object": False,
        # Present and without `none`, so that nobody expects unsigned request objects (OIDC Discovery 3).
        "request_object_signing_alg_values_supported": list(ALGORITHMS),
        "prompt_values_supported": sorted(PROMPTS),
        "ui_locales_supported": list(LOCALES),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "backchannel_token_delivery_modes_supported": list(BACKCHANNEL_DELIVERIES),
        "backchannel_user_code_parameter_supported": False,
        "backchannel_authentication_request_signing_alg_values_supported": list(BACKCHANNEL_REQUEST_ALGORITHMS),
        "dpop_signing_alg_values_supported": list(PROOF_ALGORITHMS),
        **_mutual_tls(mutual_tls, endpoints),
        **_authentication(mutual_tls, endpoints),
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "frontchannel_logout_supported": True,
        "frontchannel_logout_session_supported": True,
    }
