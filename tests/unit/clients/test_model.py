"""What a client says of itself."""

import msgspec

from clients.model import Client, ClientSecret
from records.structs import replace
from tests.unit.clients.entries import EC_KEY, HOUR, NOW, client


def test_client_is_active_until_disabled() -> None:
    assert client().active
    assert not replace(client(), disabled_at=NOW).active


def test_client_that_authenticates_is_confidential_rfc6749_2_1() -> None:
    assert client().confidential
    assert not client(token_endpoint_auth_method="none").confidential


def test_name_is_in_the_language_of_the_reader() -> None:
    named = client(client_name="Cổng", **{"client_name#en": "Portal"})
    assert named.name("en") == "Portal"
    assert named.name("fr") == "Cổng"


def test_name_without_a_default_falls_back_on_vietnamese_then_any_then_the_id() -> None:
    base = client()
    assert replace(base, client_name={"en": "Portal", "vi": "Cổng"}).name("fr") == "Cổng"
    assert replace(base, client_name={"en": "Portal"}).name("fr") == "Portal"
    assert replace(base, client_name={}).name("fr") == "portal"


def test_record_survives_being_written_as_json() -> None:
    full = replace(
        client(token_endpoint_auth_method="private_key_jwt", jwks={"keys": [EC_KEY]}, default_max_age=60),
        secrets=(ClientSecret(b"\x00\xff", NOW, NOW + HOUR),),
        disabled_at=NOW,
    )
    assert msgspec.json.decode(msgspec.json.encode(full), type=Client) == full
