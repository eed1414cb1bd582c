"""The reference says what the tables that decide say."""

from datetime import UTC, datetime

from msgspec.structs import fields

from clients.addresses.redirect_uris import RULES as REDIRECT_RULES
from clients.consistency import RULES
from clients.model import AUTH_METHODS, CERTIFICATE_METHODS
from clients.profiles import PROFILE_RULES
from idp.protocol.discovery import discovery_document
from idp.protocol.endpoints import ENDPOINTS
from idp.protocol.policy import SCOPES, ProtocolPolicy
from idp.sign_in.level_table import Level
from idp.sign_in.levels import LEVELS, use_levels
from idp.web.developers.pages import ReferencePage
from idp.web.developers.reference import member_rows, reference_page
from idp.web.http.texts import Texts

ISSUER = "https://dangnhap.example"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def page() -> ReferencePage:
    return reference_page(
        issuer=ISSUER, endpoints=ENDPOINTS, policy=ProtocolPolicy(), now=NOW, other_language_url="/developers/reference"
    )


def test_every_member_of_discovery_stands_there_with_every_value() -> None:
    document = discovery_document(ISSUER, ENDPOINTS)
    reported = dict(page().metadata)
    assert {*reported, *(row.name for row in page().endpoints)} == set(document)
    for name, value in document.items():
        if isinstance(value, list):
            assert reported.get(name, tuple(value)) == tuple(value)
    assert [row.address for row in page().endpoints] == [document[name] for name in ENDPOINTS]


def test_the_endpoints_say_how_a_client_authenticates() -> None:
    methods = {row.name: row.methods for row in page().endpoints}
    assert set(methods["token_endpoint"]) == set(AUTH_METHODS) - CERTIFICATE_METHODS
    assert "none" not in methods["introspection_endpoint"]
    assert methods["jwks_uri"] == ()


def test_every_scope_stands_there_with_its_claims() -> None:
    assert {row.name: row.claims for row in page().scopes} == SCOPES
    assert {row.name for row in page().scopes if row.governed} >= {"national_id", "tech_id"}


def test_the_levels_are_those_that_decide_not_those_that_are_shipped() -> None:
    use_levels((Level("urn:example:one", 1, (frozenset({"pwd", "otp"}), frozenset({"hwk"})), needs_proof=False),))
    try:
        (row,) = page().levels
    finally:
        use_levels(LEVELS)
    assert (row.acr, row.ways) == ("urn:example:one", ("hwk", "otp + pwd"))


def test_every_lifetime_of_the_policy_stands_there() -> None:
    policy = ProtocolPolicy()
    assert {row.name: row.span for row in page().lifetimes} == {
        one.name: getattr(policy, one.name) for one in fields(policy)
    }


def test_every_rule_stands_at_its_member() -> None:
    reported = {(row.name, rule) for row in member_rows(NOW) for rule in row.rules}
    assert reported == {(rule.field, rule.name) for rule in RULES}
    assert page().redirect_rules == tuple(rule.name for rule in REDIRECT_RULES)


def test_members_have_the_values_and_defaults_of_the_registry() -> None:
    rows = {row.name: row for row in member_rows(NOW)}
    assert rows["token_endpoint_auth_method"].choices == AUTH_METHODS
    assert rows["token_endpoint_auth_method"].default == "client_secret_basic"
    assert rows["stage"].choices == ("sandbox", "production")
    assert rows["account_kinds"].default == "citizen"
    assert [row.name for row in rows.values() if row.required] == ["client_id", "client_name"]
    assert not rows.keys() & {"version", "secrets", "disabled_at", "sector_identifier"}


def test_the_english_rules_are_worded_as_the_refusals_are() -> None:
    english = Texts("en")
    for rule in REDIRECT_RULES:
        assert english.get(f"redirect_rules.{rule.name}.reason") == rule.reason
        assert english.get(f"redirect_rules.{rule.name}.remedy") == rule.remedy
    for one in (*RULES, *PROFILE_RULES):
        assert english.get(f"client_rules.{one.name}.reason") == one.reason
        assert english.get(f"client_rules.{one.name}.remedy") == one.remedy
