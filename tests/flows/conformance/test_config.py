"""Config OP: discovery and keys over a running provider (OIDC Discovery 3, 4; RFC 8414 2)."""

import httpx2
import pytest

from tests.flows.running_provider import RunningProvider

pytestmark = pytest.mark.one_form

# OIDC Discovery 3, RFC 8414 2 and the logout specifications: what must be a real yes or no.
YES_OR_NO = ("_parameter_supported", "_logout_supported", "_session_supported")
FLAGS = frozenset(
    {
        "require_pushed_authorization_requests",
        "require_signed_request_object",
        "require_request_uri_registration",
        "verified_claims_supported",
        "tls_client_certificate_bound_access_tokens",
    }
)
# Addresses of ours that are called otherwise than `…_endpoint`.
ADDRESSES = frozenset({"issuer", "jwks_uri", "check_session_iframe"})
PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


@pytest.fixture
def answer(running: RunningProvider) -> httpx2.Response:
    return running.http.get(f"{running.provider.base()}/.well-known/openid-configuration")


def test_oidc_discovery_4_3_the_issuer_is_the_address_that_was_asked(
    running: RunningProvider, answer: httpx2.Response
) -> None:
    """Module oidcc-discovery-endpoint-verification: issuer and media type."""
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    issuer = answer.json()["issuer"]
    assert f"{issuer}/.well-known/openid-configuration" == str(answer.url)
    assert issuer == running.provider.issuer
    assert not {"?", "#"} & set(issuer)


def test_rfc8414_2_every_member_has_its_type(running: RunningProvider, answer: httpx2.Response) -> None:
    """Module oidcc-discovery-endpoint-verification: arrays of strings, real booleans, addresses of this issuer."""
    for name, value in answer.json().items():
        if name in ADDRESSES or name.endswith("_endpoint"):
            assert isinstance(value, str), name
            assert value.startswith(running.provider.issuer), name
        elif name in FLAGS or name.endswith(YES_OR_NO):
            assert isinstance(value, bool), name
        else:
            assert isinstance(value, list), name
            assert value, name
            assert all(isinstance(item, str) and item for item in value), name
            assert len(set(value)) == len(value), name


def test_oidc_discovery_3_what_every_provider_says_is_said(answer: httpx2.Response) -> None:
    """Module oidcc-discovery-endpoint-verification, for Config OP and for Dynamic OP."""
    said = answer.json()
    assert "RS256" in said["id_token_signing_alg_values_supported"]
    assert "openid" in said["scopes_supported"]
    assert {"code", "id_token", "id_token token"} <= set(said["response_types_supported"])
    assert {"authorization_code", "implicit", "refresh_token"} <= set(said["grant_types_supported"])
    assert set(said["subject_types_supported"]) == {"pairwise", "public"}
    assert {"name", "email", "address", "phone_number"} <= set(said["claims_supported"])
    assert "S256" in said["code_challenge_methods_supported"]
    assert said["ui_locales_supported"] == ["vi", "en"]
    # Left out they would mean yes (OIDC Discovery 3), and a suite would try both.
    assert said["request_uri_parameter_supported"] is True
    assert "none" not in said["request_object_signing_alg_values_supported"]
    assert "RS256" in said["request_object_signing_alg_values_supported"]
    assert "RS256" in said["userinfo_signing_alg_values_supported"]


def test_oidc_core_10_1_the_keys_are_public_and_told_apart(running: RunningProvider, answer: httpx2.Response) -> None:
    """Checked by every module of every plan before it begins."""
    found = running.http.get(answer.json()["jwks_uri"])
    assert found.headers["content-type"] in {"application/json", "application/jwk-set+json"}
    keys = found.json()["keys"]
    assert {key["alg"] for key in keys} == set(answer.json()["id_token_signing_alg_values_supported"])
    assert all(key.keys().isdisjoint(PRIVATE) and key["kty"] in {"RSA", "EC"} for key in keys)
    kids = [key["kid"] for key in keys]
    assert len(set(kids)) == len(kids)
    assert all(kids)


def test_fapi2_5_3_1_what_the_security_profile_reads(answer: httpx2.Response) -> None:
    """Module fapi2-security-profile-final-discovery-end-point-verification."""
    said = answer.json()
    assert "code" in said["response_types_supported"]
    assert said["pushed_authorization_request_endpoint"]
    assert said["authorization_response_iss_parameter_supported"] is True
    assert "authorization_code" in said["grant_types_supported"]
    strong = {"PS256", "ES256", "EdDSA", "Ed25519"}
    for name in (
        "id_token_signing_alg_values_supported",
        "token_endpoint_auth_signing_alg_values_supported",
        "dpop_signing_alg_values_supported",
        "userinfo_signing_alg_values_supported",
        "request_object_signing_alg_values_supported",
        "authorization_signing_alg_values_supported",
    ):
        assert strong & set(said[name]), name
