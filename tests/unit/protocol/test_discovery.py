"""Discovery: what a certification suite reads there, and nothing that we do not do."""

from typing import get_args

import pytest

from clients.model import (
    AUTH_METHODS,
    CERTIFICATE_METHODS,
    CIBA,
    DEVICE_CODE,
    JWT_BEARER,
    RESPONSE_TYPES,
    TOKEN_EXCHANGE,
)
from idp.kernel.locales import Locale
from idp.protocol.discovery import discovery_document
from idp.protocol.policy import SCOPES
from idp.protocol.sender.mutual_tls import MutualTls
from idp.sign_in.levels import ACR_VALUES
from tests.support.builders.protocol import ISSUER

ENDPOINTS = {
    "authorization_endpoint": "/authorize",
    "token_endpoint": "/token",
    "userinfo_endpoint": "/userinfo",
    "jwks_uri": "/jwks.json",
    "introspection_endpoint": "/introspect",
    "revocation_endpoint": "/revoke",
    "end_session_endpoint": "/logout",
}
DOCUMENT = discovery_document(ISSUER, ENDPOINTS)


def strings(name: str) -> list[str]:
    value = DOCUMENT[name]
    assert isinstance(value, list), name
    assert all(isinstance(item, str) for item in value), name
    return [str(item) for item in value]


def test_oidc_discovery_3_the_issuer_and_every_endpoint_are_of_this_issuer() -> None:
    assert DOCUMENT["issuer"] == ISSUER
    assert {name: DOCUMENT[name] for name in ENDPOINTS} == {name: f"{ISSUER}{path}" for name, path in ENDPOINTS.items()}


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("response_types_supported", list(RESPONSE_TYPES)),
        (
            "response_modes_supported",
            ["query", "fragment", "form_post", "jwt", "query.jwt", "fragment.jwt", "form_post.jwt"],
        ),
        ("authorization_signing_alg_values_supported", ["ES256", "RS256"]),
        ("backchannel_token_delivery_modes_supported", ["poll", "ping"]),
        (
            "grant_types_supported",
            [
                *("authorization_code", "refresh_token", "client_credentials"),
                *(DEVICE_CODE, CIBA, TOKEN_EXCHANGE, JWT_BEARER, "implicit"),
            ],
        ),
        ("subject_types_supported", ["pairwise", "public"]),
        ("id_token_signing_alg_values_supported", ["ES256", "RS256"]),
        ("request_object_signing_alg_values_supported", ["ES256", "RS256", "PS256"]),
        ("code_challenge_methods_supported", ["S256"]),
        ("claim_types_supported", ["normal"]),
        ("prompt_values_supported", ["consent", "create", "login", "none", "select_account"]),
        ("scopes_supported", list(SCOPES)),
        ("acr_values_supported", list(ACR_VALUES)),
        ("ui_locales_supported", list(get_args(Locale))),
    ],
)
def test_rfc8414_2_lists_are_lists_of_strings_and_say_what_is_composed(name: str, members: list[str]) -> None:
    assert strings(name) == members


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("claims_parameter_supported", True),
        ("request_parameter_supported", True),
        ("require_signed_request_object", False),
        ("request_uri_parameter_supported", True),
        ("authorization_response_iss_parameter_supported", True),
        ("backchannel_logout_supported", True),
        ("backchannel_logout_session_supported", True),
        ("frontchannel_logout_supported", True),
        ("frontchannel_logout_session_supported", True),
    ],
)
def test_rfc8414_2_yes_and_no_are_real_booleans_and_never_left_to_a_default(name: str, *, value: bool) -> None:
    assert DOCUMENT[name] is value


def test_unsigned_request_objects_are_excluded_by_name() -> None:
    assert "none" not in strings("request_object_signing_alg_values_supported")


def test_claims_supported_names_every_claim_that_can_be_had_and_no_other() -> None:
    tokens = {"iss", "aud", "exp", "iat", "jti", "auth_time", "nonce", "acr", "amr", "sid", "at_hash", "c_hash"}
    scopes = {claim for claims in SCOPES.values() for claim in claims}
    assert strings("claims_supported") == sorted(tokens | scopes | {"act", "acting_for"})


@pytest.mark.parametrize("endpoint", ["token_endpoint", "revocation_endpoint"])
def test_rfc8414_2_client_authentication_methods_are_the_registered_ones(endpoint: str) -> None:
    assert set(strings(f"{endpoint}_auth_methods_supported")) == set(AUTH_METHODS) - CERTIFICATE_METHODS
    offered = strings(f"{endpoint}_auth_signing_alg_values_supported")
    assert offered == ["ES256", "RS256", "PS256", "HS256", "HS384", "HS512"]


def test_rfc7662_2_1_introspection_is_not_for_public_clients() -> None:
    assert set(strings("introspection_endpoint_auth_methods_supported")) == set(AUTH_METHODS) - CERTIFICATE_METHODS - {
        "none"
    }


def test_rfc8705_3_3_5_mutual_tls_is_said_where_certificates_reach_the_provider() -> None:
    said = {"tls_client_certificate_bound_access_tokens", "mtls_endpoint_aliases"}
    assert said.isdisjoint(DOCUMENT)
    plain = discovery_document(ISSUER, ENDPOINTS, MutualTls())
    assert said & plain.keys() == {"tls_client_certificate_bound_access_tokens"}
    elsewhere = discovery_document(ISSUER, ENDPOINTS, MutualTls(address="https://mtls.example"))
    names = ("token_endpoint", "revocation_endpoint", "introspection_endpoint", "userinfo_endpoint")
    assert elsewhere["mtls_endpoint_aliases"] == {name: f"https://mtls.example{ENDPOINTS[name]}" for name in names}


def test_an_endpoint_that_is_not_routed_is_not_advertised() -> None:
    document = discovery_document(ISSUER, {"token_endpoint": "/token"})
    names = {name for name in document if "_endpoint" in name or name == "jwks_uri"}
    assert names == {
        "token_endpoint",
        "token_endpoint_auth_methods_supported",
        "token_endpoint_auth_signing_alg_values_supported",
    }
