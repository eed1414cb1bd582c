"""Which response types a client may register, and what must not be registered beside them (OIDC Registration 2)."""

import pytest
from joserfc.jwk import ECKey

from clients.model import RESPONSE_TYPES, SECURITY_PROFILES
from clients.policy import known_response_type, sends_code, sends_tokens
from clients.profiles import PROFILES, registrable_response_types
from tests.unit.clients.entries import broken_rules, client, entry

IMPLICIT = {"security_profile": "certification", "grant_types": ["implicit"], "response_types": ["id_token token"]}
HYBRID = {
    "security_profile": "certification",
    "grant_types": ["authorization_code", "implicit"],
    "response_types": ["code id_token"],
}


def test_rfc9700_2_1_2_certification_alone_lets_tokens_leave_by_the_browser() -> None:
    for profile in SECURITY_PROFILES:
        allowed = RESPONSE_TYPES if profile == "certification" else ("code",)
        assert PROFILES[profile].response_types == allowed, profile
    assert registrable_response_types() == RESPONSE_TYPES


@pytest.mark.parametrize("members", [IMPLICIT, HYBRID], ids=["implicit", "hybrid"])
def test_oidc_registration_2_a_certification_client_registers_them_with_their_grants(
    members: dict[str, object],
) -> None:
    made = client(**members)
    assert made.response_types == tuple(members["response_types"])  # type: ignore[arg-type] # a list of texts
    standard = broken_rules(entry(**members | {"security_profile": "standard"}))
    assert standard == {("response_types", "profile-response-types")}


@pytest.mark.parametrize(
    ("members", "rule"),
    [
        ({"grant_types": ["authorization_code"]}, "implicit-and-responses"),
        ({"response_types": ["code"]}, "implicit-and-responses"),
        ({"grant_types": ["implicit"]}, "grants-and-responses"),
        ({"response_types": ["id_token"]}, "grants-and-responses"),
    ],
)
def test_oidc_registration_2_response_types_and_grants_belong_together(members: dict[str, object], rule: str) -> None:
    assert broken_rules(entry(**HYBRID | members)) == {("response_types", rule)}


def test_rfc6749_3_1_2_2_implicit_needs_an_address() -> None:
    assert broken_rules(entry(**IMPLICIT | {"redirect_uris": []})) == {("redirect_uris", "redirect-uri-required")}


@pytest.mark.parametrize(
    "members",
    [
        {"governed_claims": ["national_id"]},
        {"acting": "optional"},
        {"resource": "https://ho-so.example/api"},
        {"dpop_bound_access_tokens": True},
        {"tls_client_certificate_bound_access_tokens": True},
        {"sector": "state", "account_kinds": ["officer"], "assisted_filing": True},
    ],
    ids=lambda members: next(iter(members)),
)
def test_rfc9700_2_1_2_what_leaves_by_the_browser_carries_little(members: dict[str, object]) -> None:
    assert ("grant_types", "implicit-alone") in broken_rules(entry(**HYBRID | members))
    usual = {"grant_types": ["authorization_code"], "response_types": ["code"]}
    assert client(**HYBRID | members | usual).response_types == ("code",)


def test_oidc_registration_2_an_id_token_by_the_browser_is_not_encrypted() -> None:
    keys = {"jwks": {"keys": [ECKey.generate_key("P-256", {"use": "enc", "kid": "e-1"}, private=False).as_dict()]}}
    encrypted = HYBRID | keys | {"id_token_encrypted_response_alg": "ECDH-ES"}
    assert broken_rules(entry(**encrypted)) == {("id_token_encrypted_response_alg", "implicit-encrypted")}
    usual = {"grant_types": ["authorization_code"], "response_types": ["code"]}
    assert client(**encrypted | usual).id_token_encrypted_response_alg == "ECDH-ES"


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("token id_token", "id_token token"),
        ("id_token token code", "code id_token token"),
        ("code", "code"),
        ("token", None),
        ("code code", None),
        ("code  token", None),
        ("", None),
        ("none", None),
    ],
)
def test_rfc6749_3_1_1_the_order_of_the_words_means_nothing(written: str, known: str | None) -> None:
    assert known_response_type(written) == known
    if known is not None:
        registered = client(**HYBRID | {"response_types": ["code token", written]})
        assert registered.response_types == ("code token", known)


@pytest.mark.parametrize("written", ["token", "code code", 5, None])
def test_what_is_no_response_type_is_refused(written: object) -> None:
    assert broken_rules(entry(**HYBRID | {"response_types": [written]})) == {("response_types[0]", "choice")}


def test_multiple_response_types_3_what_leaves_by_each() -> None:
    assert [one for one in RESPONSE_TYPES if sends_code(one)] == ["code", *RESPONSE_TYPES[3:]]
    assert [one for one in RESPONSE_TYPES if not sends_tokens((one,))] == ["code"]
