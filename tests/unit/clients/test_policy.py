"""Numbers and choices of the registry."""

import pytest

from clients.model import SecurityProfile
from clients.policy import CERTIFICATION, default_responses, requires_pkce, warnings_of
from tests.unit.clients.entries import EC_KEY, client


@pytest.mark.parametrize(
    ("profile", "method", "required"),
    [
        ("standard", "none", True),
        ("standard", "client_secret_basic", True),
        ("certification", "none", True),
        ("certification", "client_secret_basic", False),
        ("certification", "client_secret_post", False),
    ],
)
def test_rfc9700_2_1_1_only_confidential_certification_clients_go_without_pkce(
    profile: str, method: str, *, required: bool
) -> None:
    assert requires_pkce(client(security_profile=profile, token_endpoint_auth_method=method)) is required


def test_fapi2_client_needs_pkce() -> None:
    fapi2 = client(
        security_profile="fapi2",
        token_endpoint_auth_method="private_key_jwt",
        jwks={"keys": [EC_KEY]},
        id_token_signed_response_alg="ES256",
    )
    assert requires_pkce(fapi2)


def test_rfc7591_2_1_code_goes_with_its_grant() -> None:
    assert default_responses(["refresh_token", "authorization_code"]) == ("code",)
    assert default_responses(["client_credentials"]) == ()


@pytest.mark.parametrize("profile", ["certification", "standard", "interoperable"])
def test_who_looks_at_a_client_of_the_certification_profile_is_warned(profile: SecurityProfile) -> None:
    assert warnings_of(profile) == ((CERTIFICATION,) if profile == "certification" else ())
