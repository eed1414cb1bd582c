"""What a registration says of tokens: formats, types, signatures, encryption, roles; each rule broken alone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from clients.document import document_of
from clients.metadata import parse_entry
from clients.model import OFFICER_ROLES, EncryptionAlgorithm
from clients.public_digest import public_digest
from clients.tokens.encryption import encryption_of, fitting_key, is_encrypted_to
from clients.tokens.types import LONGEST_PLAIN_TYPE, has_plain_type, type_warning
from idp.officers.roles import Role
from tests.unit.clients.entries import EC_KEY, NOW, OTHER_EC_KEY, broken_rules, client, entry

ENC_KEY = OTHER_EC_KEY | {"use": "enc"}
ID_TOKEN = {"id_token_encrypted_response_alg": "ECDH-ES", "jwks": {"keys": [ENC_KEY]}}
USERINFO = {
    "userinfo_encrypted_response_alg": "ECDH-ES",
    "userinfo_encrypted_response_enc": "A256GCM",
    "userinfo_signed_response_alg": "ES256",
    "jwks": {"keys": [ENC_KEY]},
}
PLAIN_TYPE = {"access_token_type_jwt_until": "2026-12-31", "resource": "https://ho-so.example/api"}
ROLES = {
    "officer_roles": ["auditor", "support"],
    "account_kinds": ["officer"],
    "scope": "openid officer",
    "agency": "H26",
}
OLD = {"sector": "state", "legacy_dialect_until": "2026-12-31"}
# The last day ends in Vietnam seven hours before it does in UTC.
END = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "members",
    [
        ID_TOKEN,
        USERINFO,
        PLAIN_TYPE,
        ROLES,
        {"claims_in_id_token": True, "access_token_format": "opaque", "introspection_signed_response_alg": "ES256"},
        {"userinfo_signed_response_alg": "RS256"},
    ],
)
def test_what_was_registered_is_written_and_read_again(members: dict[str, object]) -> None:
    once = client(**members)
    assert parse_entry(document_of(once), NOW).client == once
    assert members.items() <= document_of(once).items()
    assert public_digest(once) != public_digest(client())


def test_a_client_that_says_nothing_of_tokens_has_the_document_and_the_digest_that_it_had() -> None:
    names = {
        *("access_token_format", "access_token_type_jwt_until", "claims_in_id_token", "officer_roles"),
        *("userinfo_signed_response_alg", "introspection_signed_response_alg"),
        *(f"{what}_encrypted_response_{part}" for what in ("id_token", "userinfo") for part in ("alg", "enc")),
    }
    assert names.isdisjoint(document_of(client()))
    assert public_digest(client(access_token_format="jwt")) == public_digest(client())
    assert public_digest(client(access_token_format="opaque")) != public_digest(client())


@pytest.mark.parametrize(
    ("members", "field", "rule"),
    [
        ({"id_token_encrypted_response_alg": "ECDH-ES"}, "jwks", "keys-required"),
        (ID_TOKEN | {"jwks": {"keys": [EC_KEY | {"use": "sig"}]}}, "jwks", "encryption-key"),
        (ID_TOKEN | {"id_token_encrypted_response_alg": "RSA-OAEP-256"}, "jwks", "encryption-key"),
        ({"id_token_encrypted_response_enc": "A256GCM"}, "id_token_encrypted_response_alg", "encryption-algorithm"),
        ({"userinfo_encrypted_response_enc": "A256GCM"}, "id_token_encrypted_response_alg", "encryption-algorithm"),
        (USERINFO | {"userinfo_signed_response_alg": None}, "userinfo_encrypted_response_alg", "sign-then-encrypt"),
        ({"access_token_type_jwt_until": "2026-12-31"}, "access_token_type_jwt_until", "plain-type-resource"),
        (PLAIN_TYPE | {"access_token_format": "opaque"}, "access_token_type_jwt_until", "plain-type-of-jwts"),
        ({"claims_in_id_token": True, "scope": "profile"}, "claims_in_id_token", "claims-need-openid"),
        (ROLES | {"account_kinds": ["citizen"], "scope": "openid"}, "officer_roles", "roles-of-an-agency"),
        (ROLES | {"scope": "openid"}, "officer_roles", "roles-of-an-agency"),
        ({**ROLES, "agency": None}, "officer_roles", "roles-of-an-agency"),
        (ROLES | {"token_endpoint_auth_method": "none"}, "officer_roles", "roles-authentication"),
        (OLD | {"userinfo_signed_response_alg": "ES256"}, "legacy_dialect_until", "dialect-plain-json"),
        (OLD | ID_TOKEN, "legacy_dialect_until", "dialect-plain-json"),
        (OLD | {"claims_in_id_token": True}, "legacy_dialect_until", "dialect-plain-json"),
    ],
)
def test_a_contradiction_is_refused_with_its_rule(members: dict[str, object], field: str, rule: str) -> None:
    written = {name: value for name, value in entry(**members).items() if value is not None}
    assert (field, rule) in broken_rules(written)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("userinfo_signed_response_alg", "none"),
        ("userinfo_signed_response_alg", "HS256"),
        ("introspection_signed_response_alg", "none"),
        ("id_token_encrypted_response_alg", "RSA1_5"),
        ("id_token_encrypted_response_alg", "dir"),
        ("id_token_encrypted_response_enc", "A128GCM"),
        ("access_token_format", "JWT"),
        ("officer_roles", ["national_operator", "everything"]),
        ("claims_in_id_token", "yes"),
    ],
)
def test_what_is_not_offered_is_refused_by_the_name_of_its_member(member: str, value: object) -> None:
    assert {field.partition("[")[0] for field, _ in broken_rules(entry(**{member: value}))} == {member}


def test_the_roles_that_can_be_registered_are_those_there_are() -> None:
    assert set(OFFICER_ROLES) == {role.value for role in Role}


def test_the_type_jwt_holds_through_its_last_day_and_is_renewed_by_a_decision() -> None:
    plain = client(**PLAIN_TYPE)
    assert has_plain_type(plain, END - timedelta(microseconds=1))
    assert not has_plain_type(plain, END)
    assert not has_plain_type(client(), NOW)
    latest = (NOW + LONGEST_PLAIN_TYPE).date()
    longest = client(**PLAIN_TYPE | {"access_token_type_jwt_until": latest.isoformat()})
    assert longest.access_token_type_jwt_until == latest
    later = (latest + timedelta(days=1)).isoformat()
    assert ("access_token_type_jwt_until", "too-far") in broken_rules(
        entry(**PLAIN_TYPE | {"access_token_type_jwt_until": later})
    )


@pytest.mark.parametrize(
    ("before", "reported"),
    [
        (timedelta(days=90, seconds=1), None),
        (timedelta(days=90), "access tokens have the type JWT until 2026-12-31 (90 days left)"),
        (timedelta(0), "access tokens have the type at+jwt again since 2026-12-31"),
    ],
)
def test_operators_are_told_of_the_end_ninety_days_ahead(before: timedelta, reported: str | None) -> None:
    assert client(**PLAIN_TYPE).access_token_type_jwt_until == date(2026, 12, 31)
    assert type_warning(client(**PLAIN_TYPE), END - before) == reported
    assert type_warning(client(), END - before) is None


def test_oidc_registration_2_a128cbc_hs256_is_what_an_algorithm_alone_means() -> None:
    assert encryption_of(client(**ID_TOKEN), "id_token") == ("ECDH-ES", "A128CBC-HS256")
    assert encryption_of(client(**ID_TOKEN), "userinfo") is None
    assert encryption_of(client(**USERINFO), "userinfo") == ("ECDH-ES", "A256GCM")
    assert is_encrypted_to(client(**USERINFO))
    assert not is_encrypted_to(client())


RSA = {"kty": "RSA", "n": "x", "e": "AQAB"}


@pytest.mark.parametrize(
    ("keys", "algorithm", "kid"),
    [
        ([EC_KEY, ENC_KEY], "ECDH-ES", "two"),
        ([EC_KEY], "ECDH-ES", "one"),
        ([EC_KEY | {"use": "sig"}], "ECDH-ES", None),
        ([EC_KEY | {"alg": "ES256"}], "ECDH-ES", None),
        ([EC_KEY | {"alg": "ECDH-ES"}], "ECDH-ES", "one"),
        ([EC_KEY | {"crv": "P-384"}], "ECDH-ES", None),
        ([EC_KEY, RSA | {"kid": "r"}], "RSA-OAEP-256", "r"),
        ([RSA | {"kid": "r", "alg": "RS256"}], "RSA-OAEP-256", None),
        ([], "ECDH-ES", None),
        ([{}], "ECDH-ES", None),
    ],
)
def test_rfc7517_4_2_the_key_for_encryption_is_chosen_by_what_keys_say_they_are_for(
    keys: list[dict[str, str]], algorithm: EncryptionAlgorithm, kid: str | None
) -> None:
    found = fitting_key(keys, algorithm)
    assert (found or {}).get("kid") == kid
