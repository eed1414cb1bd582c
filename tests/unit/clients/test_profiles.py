"""Security profiles: a row for each label, and rules that read the row."""

import re
from pathlib import Path

import pytest

from clients.model import AUTH_METHODS, SECURITY_PROFILES, AuthMethod
from clients.policy import requires_pkce
from clients.profiles import PROFILES, Profile, profile_problems
from records.structs import replace
from tests.unit.clients.entries import EC_KEY, client

STANDARD = PROFILES["standard"]
STRICT = Profile(
    authentication_methods=("private_key_jwt",),
    refused_algorithms=frozenset({"RS256"}),
    https_only=True,
)
BY_KEY: dict[str, object] = {
    "token_endpoint_auth_method": "private_key_jwt",
    "jwks": {"keys": [EC_KEY]},
    "id_token_signed_response_alg": "ES256",
}
RSA_KEY = {"kty": "RSA", "n": "u" * 341 + "w", "e": "AQAB", "kid": "one", "alg": "RS256"}
# Whoever compares with a label has a rule that is in no row.
COMPARED = re.compile(r"""security_profile\s*(?:[=!]=|(?:not\s+)?in\s*[\[({"'])""")


def test_every_label_has_its_row_and_none_is_left_without_rules() -> None:
    assert PROFILES.keys() == set(SECURITY_PROFILES)
    assert len({row.meaning for row in PROFILES.values() if row.meaning}) == len(PROFILES)


def test_nobody_compares_labels_beside_the_table() -> None:
    root = Path(__file__).parents[3]
    sources = [path for package in ("clients", "idp") for path in (root / package).rglob("*.py")]
    assert len(sources) > 100
    assert [path.name for path in sources if COMPARED.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("method", AUTH_METHODS)
def test_rfc9700_2_1_1_no_profile_lets_a_public_client_go_without_pkce(method: AuthMethod) -> None:
    one = replace(client(), token_endpoint_auth_method=method)
    needed = {label: requires_pkce(replace(one, security_profile=label)) for label in SECURITY_PROFILES}
    assert needed == {"standard": True, "interoperable": True, "fapi2": True, "certification": method == "none"}


def test_only_the_profile_of_the_suite_warns_and_is_the_operators() -> None:
    assert {label for label, row in PROFILES.items() if row.warning} == {"certification"}
    assert {label for label, row in PROFILES.items() if row.operators_only} == {"certification"}


@pytest.mark.parametrize(
    ("members", "field", "rule"),
    [
        ({"token_endpoint_auth_method": "none", "jwks": None}, "token_endpoint_auth_method", "profile-authentication"),
        ({"id_token_signed_response_alg": "RS256"}, "id_token_signed_response_alg", "profile-algorithms"),
        ({"authorization_signed_response_alg": "RS256"}, "id_token_signed_response_alg", "profile-algorithms"),
        ({"jwks": {"keys": [RSA_KEY]}}, "id_token_signed_response_alg", "profile-algorithms"),
        ({"redirect_uris": ["http://127.0.0.1/cb"]}, "redirect_uris", "profile-redirects-https"),
        ({"post_logout_redirect_uris": ["http://[::1]/bye"]}, "redirect_uris", "profile-redirects-https"),
        ({"backchannel_logout_uri": "http://127.0.0.1/out"}, "jwks_uri", "profile-https"),
        ({"jwks": None, "jwks_uri": "http://127.0.0.1/keys"}, "jwks_uri", "profile-https"),
        ({"error_iss_omitted_until": "2026-12-31"}, "error_iss_omitted_until", "profile-error-iss"),
    ],
)
def test_what_a_profile_excludes_is_a_problem_at_its_member(members: dict[str, object], field: str, rule: str) -> None:
    assert list(profile_problems(client(**BY_KEY), STRICT)) == []
    broken = client(**{name: value for name, value in (BY_KEY | members).items() if value is not None})
    assert [(found.field, found.rule) for found in profile_problems(broken, STRICT)] == [(field, rule)]
    assert list(profile_problems(broken, STANDARD)) == []


def test_fapi2_5_3_2_what_the_strict_profile_demands() -> None:
    row = PROFILES["fapi2"]
    assert row.authentication_methods == ("private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth")
    assert row.assertion_audiences == ("issuer",)
    assert (row.pushed_requests_only, row.bound_tokens_only, row.dpop_nonces, row.https_only) == (True,) * 4
    assert (row.rotates_refresh_tokens, row.legacy_addresses, row.pkce_for_public_clients_only) == (False,) * 3
    assert list(profile_problems(client(**BY_KEY), row)) == []
