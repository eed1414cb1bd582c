"""A sign-in that begins at the provider's own list of services (OIDC Core 4)."""

import pytest

from clients.model import Client
from idp.protocol.initiated_login import initiated_login_address
from records.structs import replace
from tests.support.builders.protocol import CLIENT, ISSUER, NOW

OPENS = replace(CLIENT, initiate_login_uri="https://portal.example/login")
ISS = "iss=https%3A%2F%2Fsignon.example"


@pytest.mark.parametrize(
    ("client", "address"),
    [
        (OPENS, f"https://portal.example/login?{ISS}"),
        (replace(OPENS, initiate_login_uri="https://portal.example/?a=b"), f"https://portal.example/?a=b&{ISS}"),
        (CLIENT, None),
        (replace(OPENS, disabled_at=NOW), None),
    ],
    ids=["registered", "with a query", "none registered", "stopped"],
)
def test_oidc_core_4_the_client_is_told_the_issuer_and_nothing_else(client: Client, address: str | None) -> None:
    assert initiated_login_address(ISSUER, client) == address
