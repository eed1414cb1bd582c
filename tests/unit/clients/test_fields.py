"""Reading members: types, limits, unknown names."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.errors import MetadataError, RuleBrokenError
from clients.fields import MAX_LIST_ITEMS, as_text
from clients.metadata import parse_entry
from tests.unit.clients.entries import NOW, broken_rules, client, entry


@pytest.mark.parametrize(
    ("name", "near"), [("redirect_uri", "redirect_uris"), ("client_nam", "client_name"), ("minimal_acr", "minimum_acr")]
)
def test_unknown_member_is_refused_with_the_nearest_name(name: str, near: str) -> None:
    with pytest.raises(MetadataError, match=f"{name}: .*did you mean {near}"):
        parse_entry(entry(**{name: "x"}), NOW)


def test_unknown_member_without_neighbour_is_refused() -> None:
    assert broken_rules(entry(zzz=1)) == {("zzz", "unknown")}


def test_registered_member_that_is_not_offered_is_told_apart() -> None:
    assert broken_rules(entry(software_id="x")) == {("software_id", "not-offered")}


def test_ad_3_registry_owned_members_cannot_be_set() -> None:
    for name in ("version", "disabled_at", "secrets", "created_at", "sector_identifier"):
        assert broken_rules(entry(**{name: "x"})) == {(name, "unknown")}


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("client_id", 7, "type"),
        ("client_id", None, "type"),
        ("client_id", "", "form"),
        ("client_id", "a b", "form"),
        ("client_id", "cổng", "form"),
        ("client_id", "a" * 129, "form"),
        ("client_id", "a" * 201, "length"),
        ("client_id", "portal\n", "form"),
        ("redirect_uris", "https://app.example/cb", "type"),
        ("redirect_uris", {"0": "https://app.example/cb"}, "type"),
        ("redirect_uris", ["https://app.example/"] * (MAX_LIST_ITEMS + 1), "length"),
        ("scope", ["openid"], "type"),
        ("scope", "openid  profile", "form"),
        ("scope", "openid openid", "duplicate"),
        ("scope", 'openid "x"', "form"),
        ("scope", "", "form"),
        ("require_consent", "yes", "type"),
        ("require_consent", 1, "type"),
        ("require_auth_time", None, "type"),
        ("default_max_age", "600", "seconds"),
        ("default_max_age", -1, "seconds"),
        ("default_max_age", True, "seconds"),
        ("default_max_age", 1.5, "seconds"),
        ("default_max_age", 10**30, "seconds"),
        ("subject_type", "Pairwise", "choice"),
        ("subject_type", ["pairwise"], "choice"),
        ("application_type", "spa", "choice"),
        ("sector", "State", "choice"),
        ("security_profile", "fapi1", "choice"),
        ("security_profile", "fapi9", "choice"),
        ("token_endpoint_auth_method", "client_secret_jws", "choice"),
        ("token_endpoint_auth_signing_alg", "none", "choice"),
        ("id_token_signed_response_alg", "none", "choice"),
        ("id_token_signed_response_alg", "HS256", "choice"),
        ("jwks_uri", "http://app.example/jwks", "https"),
        ("jwks_uri", "https://app.example/jwks#x", "no-fragment"),
        ("jwks_uri", "https://user@app.example/jwks", "host"),
        ("jwks_uri", "https://app.example:/jwks", "port-or-host"),
        ("logo_uri", "javascript:alert(1)", "https"),
        ("logo_uri", "data:image/png;base64,AAAA", "https"),
        ("tos_uri", "http://app.example/", "https"),
        ("policy_uri", "//app.example/", "absolute"),
        ("client_uri", "https://App.example/", "host"),
        ("backchannel_logout_uri", "http://app.example/out", "https"),
        ("backchannel_logout_uri", "https://app.example/out#", "no-fragment"),
        ("initiate_login_uri", "http://127.0.0.1/login", "https"),
        ("sector_identifier_uri", "http://127.0.0.1/sector", "https"),
        ("resource", "not a uri", "characters"),
        ("resource", "https://api.example/#x", "no-fragment"),
        ("minimum_acr", "a b", "form"),
        ("agency", "<b>", "no-markup"),
        ("client_secret", "short", "form"),
        ("client_secret", "a secret with blanks in it", "form"),
    ],
)
def test_wrong_value_is_refused_with_its_rule(name: str, value: object, rule: str) -> None:
    expected = "host" if rule == "port-or-host" else rule
    assert (name, expected) in broken_rules(entry(**{name: value}))


@pytest.mark.parametrize(
    ("name", "value", "place"),
    [
        ("redirect_uris", ["https://app.example/a", "http://app.example/b"], "redirect_uris[1]"),
        ("contacts", ["a@example.org", "nobody"], "contacts[1]"),
        ("grant_types", ["authorization_code", "password"], "grant_types[1]"),
        ("response_types", ["code", "token"], "response_types[1]"),
        ("default_acr_values", ["one", 2], "default_acr_values[1]"),
        ("post_logout_redirect_uris", ["https://app.example/#"], "post_logout_redirect_uris[0]"),
    ],
)
def test_problem_in_a_list_names_the_place(name: str, value: object, place: str) -> None:
    assert [field for field, _ in broken_rules(entry(**{name: value}))] == [place]


def test_duplicate_in_a_list_is_refused() -> None:
    uri = "https://app.example/cb"
    assert broken_rules(entry(redirect_uris=[uri, uri])) == {("redirect_uris[1]", "duplicate")}


def test_all_problems_of_an_entry_are_reported_together() -> None:
    wrong = entry(client_id="a b", redirect_uris=["http://x.example", "/y"], scope=5, nonsense=1)
    assert broken_rules(wrong) == {
        ("client_id", "form"),
        ("redirect_uris[0]", "https"),
        ("redirect_uris[1]", "absolute"),
        ("scope", "type"),
        ("nonsense", "unknown"),
    }


@pytest.mark.parametrize("name", ["client_id", "client_name"])
def test_required_member_is_missed(name: str) -> None:
    written = entry()
    del written[name]
    assert (name, "required") in broken_rules(written)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("<script>alert(1)</script>", "no-markup"),
        ("a > b", "no-markup"),
        ("two\nlines", "visible-text"),
        ("bell\x07", "visible-text"),
        ("right\u202eto left", "visible-text"),
        ("zero\u200bwidth", "visible-text"),
        ("", "visible-text"),
        ("   ", "visible-text"),
        ("a" * 201, "length"),
    ],
)
def test_name_with_markup_or_hidden_characters_is_refused(name: str, rule: str) -> None:
    assert broken_rules(entry(client_name=name)) == {("client_name", rule)}


def test_decomposed_name_is_composed() -> None:
    name = "Cổng dịch vụ công"
    assert client(client_name=unicodedata.normalize("NFD", name)).client_name == {"": name}


def test_names_by_language_rfc7591_2_2() -> None:
    named = client(**{"client_name#en": "Portal", "client_name#vi": "Cổng"})
    assert named.client_name == {"": "Cổng dịch vụ công", "en": "Portal", "vi": "Cổng"}


@pytest.mark.parametrize("member", ["client_name#", "client_name#not a tag", "client_name#e"])
def test_name_without_a_language_tag_after_the_mark_is_refused(member: str) -> None:
    assert broken_rules(entry(**{member: "Portal"})) == {(member, "language-tag")}


@given(st.text(max_size=50))
def test_accepted_text_shows_everything_it_has(text: str) -> None:
    try:
        accepted = as_text(text)
    except RuleBrokenError:
        return
    assert accepted
    assert accepted.isprintable()
