"""Numbers and choices of the registry."""

import pytest

from clients.policy import default_responses, requires_pkce
from tests.unit.clients.entries import client


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


def test_rfc7591_2_1_code_goes_with_its_grant() -> None:
    assert default_responses(["refresh_token", "authorization_code"]) == ("code",)
    assert default_responses(["client_credentials"]) == ()
