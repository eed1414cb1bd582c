"""What a registration says of requests that the client signs; each rule broken alone (RFC 9101)."""

import pytest

from clients.document import document_of
from clients.jwk_set import signs_by
from clients.metadata import parse_entry
from clients.model import CIBA
from clients.policy import must_date_requests
from clients.public_digest import public_digest
from tests.unit.clients.entries import EC_KEY, NOW, broken_rules, client, entry

KEYS = {"jwks": {"keys": [EC_KEY]}}
ASKING = {"grant_types": ["authorization_code", CIBA], "backchannel_token_delivery_mode": "poll"}
SIGNING = KEYS | {"request_object_signing_alg": "ES256"}
OLD = {"sector": "state", "legacy_dialect_until": "2026-12-31"}


@pytest.mark.parametrize("members", [SIGNING, KEYS | {"require_signed_request_object": True}])
def test_what_was_registered_is_written_and_read_again(members: dict[str, object]) -> None:
    once = client(**members)
    assert parse_entry(document_of(once), NOW).client == once
    assert members.items() <= document_of(once).items()


def test_a_client_that_says_nothing_has_the_document_and_the_digest_that_it_had() -> None:
    assert document_of(client()).keys().isdisjoint({"require_signed_request_object", "request_object_signing_alg"})
    assert public_digest(client(**KEYS, require_signed_request_object=True)) != public_digest(client(**SIGNING))


@pytest.mark.parametrize(
    ("members", "field", "rule"),
    [
        ({"request_object_signing_alg": "ES256"}, "jwks", "keys-required"),
        ({"require_signed_request_object": True}, "jwks", "keys-required"),
        (KEYS, "jwks", "keys-unused"),
        (SIGNING | {"request_object_signing_alg": "PS256"}, "request_object_signing_alg", "signed-requests-key"),
        (
            SIGNING | {"jwks": {"keys": [EC_KEY | {"use": "enc"}]}},
            "request_object_signing_alg",
            "signed-requests-key",
        ),
        (
            SIGNING | {"token_endpoint_auth_method": "none"},
            "request_object_signing_alg",
            "signed-requests-authentication",
        ),
        (
            SIGNING | {"backchannel_authentication_request_signing_alg": "ES256"},
            "backchannel_authentication_request_signing_alg",
            "signed-requests-grant",
        ),
        (
            KEYS | ASKING | {"require_signed_request_object": True},
            "backchannel_authentication_request_signing_alg",
            "signed-requests-everywhere",
        ),
        (
            SIGNING | ASKING | {"backchannel_authentication_request_signing_alg": "PS256"},
            "request_object_signing_alg",
            "signed-requests-key",
        ),
        (OLD | KEYS | {"require_signed_request_object": True}, "legacy_dialect_until", "dialect-signed-requests"),
    ],
)
def test_a_contradiction_is_refused_with_its_rule(members: dict[str, object], field: str, rule: str) -> None:
    assert (field, rule) in broken_rules(entry(**members))


@pytest.mark.parametrize("algorithm", ["none", "HS256", "ES384", "EdDSA", "", 7])
def test_rfc9101_10_1_what_signs_nothing_or_is_shared_cannot_be_registered(algorithm: object) -> None:
    broken = broken_rules(entry(**KEYS, request_object_signing_alg=algorithm))
    assert {field for field, _ in broken} == {"request_object_signing_alg"}


def test_fapi2_5_4_1_the_profile_takes_no_rs256_for_requests() -> None:
    strict: dict[str, object] = {
        "token_endpoint_auth_method": "private_key_jwt",
        "security_profile": "fapi2",
        "jwks_uri": "https://dichvucong.example.gov.vn/jwks",
        "id_token_signed_response_alg": "ES256",
    }
    rule = ("id_token_signed_response_alg", "profile-algorithms")
    assert rule in broken_rules(entry(**strict, request_object_signing_alg="RS256"))
    assert must_date_requests(client(**strict, request_object_signing_alg="PS256"))


def test_fapi2_message_signing_5_3_1_who_must_say_when_a_request_ends() -> None:
    assert must_date_requests(client(**KEYS, require_signed_request_object=True))
    assert not must_date_requests(client(**SIGNING))


def test_rfc8725_3_1_the_algorithm_belongs_to_the_key() -> None:
    rsa = {"kty": "RSA"}
    assert [name for name in ("ES256", "RS256", "PS256", "none", None) if signs_by(EC_KEY, name)] == ["ES256"]
    assert [name for name in ("ES256", "RS256", "PS256", "none", None) if signs_by(rsa, name)] == ["RS256", "PS256"]
    assert not signs_by(rsa | {"alg": "PS256"}, "RS256")
    assert not signs_by({"kty": "oct"}, "HS256")
    assert not signs_by(EC_KEY | {"use": "enc"}, "ES256")
