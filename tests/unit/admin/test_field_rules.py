"""What a change of a client needs, member by member."""

import pytest
from msgspec.structs import fields

from clients.document import REGISTRY_OWNED
from clients.metadata import parse_entry
from clients.model import Client
from clients.templates import TEMPLATES
from idp.admin.clients.field_rules import NEEDS, needed
from idp.admin.permissions import Permission
from records.structs import replace
from tests.unit.clients.entries import NOW

AGENCYS, NATIONS = Permission.CLIENTS_APPROVE, Permission.CLIENTS_APPROVE_NATIONAL


def portal(**members: object) -> Client:
    entry: dict[str, object] = {
        **TEMPLATES["web_portal"].members,
        "client_id": "portal",
        "client_name": "Cổng dịch vụ công",
        "redirect_uris": ["https://dichvucong.langson.gov.vn/callback"],
        "agency": "H37",
        "stage": "production",
    }
    return parse_entry(entry | members, NOW).client


def test_every_member_has_its_rule() -> None:
    assert set(NEEDS) == {member.name for member in fields(Client)} - REGISTRY_OWNED


def test_nothing_in_the_sandbox_needs_anybody_else() -> None:
    assert needed(portal(stage="sandbox"), portal(stage="sandbox", sector="other", scope="openid email")) is None


def test_going_to_production_as_the_template_says_takes_the_agencys_second_person() -> None:
    assert needed(portal(stage="sandbox"), portal()) is AGENCYS


@pytest.mark.parametrize(
    "members",
    [
        {"security_profile": "certification"},
        {"sector": "other"},
        {"require_consent": True},
        {"subject_type": "public"},
        {"governed_claims": ["national_id"]},
        {"account_kinds": ["citizen", "officer"]},
        {"account_kinds": ["officer"], "officer_agencies": ["*"]},
        {"legacy_dialect_until": "2027-01-01"},
        {"redirect_uris": ["https://portal.example.com/callback"]},
        {"post_logout_redirect_uris": ["https://portal.example.com/bye"]},
        {"backchannel_logout_uri": "https://logout.langson.gov.vn/bc"},
        {"redirect_uris": ["https://dichvucong.gov.vn.example.com/callback"]},
        {"redirect_uris": ["http://127.0.0.1:8101/callback"]},
        {"kind": "bank"},
    ],
    ids=lambda members: next(iter(members)),
)
def test_what_the_template_does_not_say_takes_the_country(members: dict[str, object]) -> None:
    assert needed(portal(stage="sandbox"), portal(**members)) is NATIONS


def test_a_client_of_no_kind_takes_the_country() -> None:
    plain = replace(portal(), kind=None)
    assert needed(replace(plain, stage="sandbox"), plain) is NATIONS


@pytest.mark.parametrize(
    ("members", "need"),
    [
        ({"contacts": ["a@langson.gov.vn"]}, None),
        ({"redirect_uris": ["https://dichvucong.langson.gov.vn/other"]}, AGENCYS),
        ({"redirect_uris": ["https://elsewhere.langson.gov.vn/callback"]}, NATIONS),
        ({"client_name": "Cổng khác"}, AGENCYS),
        ({"scope": "openid profile email"}, AGENCYS),
        ({"sector": "other"}, NATIONS),
        ({"agency": "H26"}, NATIONS),
        ({"contacts": ["a@langson.gov.vn"], "sector": "other"}, NATIONS),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_a_change_in_production_takes_what_its_strictest_member_takes(
    members: dict[str, object], need: Permission | None
) -> None:
    assert needed(portal(), portal(**members)) is need


def test_a_host_that_was_approved_once_is_no_exception_again() -> None:
    outside = portal(redirect_uris=["https://outside.langson.gov.vn/callback"])
    longer = portal(
        redirect_uris=["https://outside.langson.gov.vn/callback", "https://outside.langson.gov.vn/other"],
    )
    assert needed(outside, longer) is AGENCYS


@pytest.mark.parametrize("member", ["client_uri", "policy_uri", "tos_uri"])
def test_links_that_people_follow_before_they_agree_take_a_second_person(member: str) -> None:
    elsewhere = portal(**{member: "https://dichvucong.langson.gov.vn/elsewhere"})
    assert needed(portal(), elsewhere) is AGENCYS
    assert needed(portal(), portal(contacts=["a@langson.gov.vn"])) is None


# By what goes wrong where one person changes it: every member stands in one class, and one in none fails.
SENDS_PEOPLE_OR_CODES = {"redirect_uris", "post_logout_redirect_uris", "initiate_login_uri", "response_types"}
SENDS_DATA = {"backchannel_logout_uri", "backchannel_logout_session_required", "security_event_endpoint"}
SENDS_DATA |= {"security_events", "resource", "session_management", "session_state_in_token_response"}
SENDS_DATA |= {"frontchannel_logout_uri", "frontchannel_logout_session_required"}
SENDS_DATA |= {"backchannel_token_delivery_mode", "backchannel_client_notification_endpoint"}
IS_WHAT_SERVICES_MAY = {"service_scopes", "api_access", "exchange_apis"}
IS_WHAT_SERVICES_MAY |= {"authorization_details_types"}
IS_WHAT_A_PROGRAM_MAY = {"administration_roles", "administration_until"}
IS_WHO_THE_CLIENT_IS = {"client_id", "token_endpoint_auth_method", "jwks", "jwks_uri", "grant_types"}
IS_WHO_THE_CLIENT_IS |= {"tls_client_auth_subject_dn", "token_endpoint_auth_signing_alg"}
IS_WHO_THE_CLIENT_IS |= {f"tls_client_auth_san_{kind}" for kind in ("dns", "uri", "ip", "email")}
IS_WHOSE_IT_IS = {"agency", "sector", "kind", "stage", "application_type"}
IS_WHAT_IT_LEARNS = {"scope", "legal_basis", "governed_claims", "subject_type", "sector_identifier_uri"}
IS_WHO_IT_MEETS = {"account_kinds", "officer_agencies", "assisted_filing", "acting", "acting_powers"}
IS_HOW_PEOPLE_ARE_PROTECTED = {"minimum_acr", "security_profile", "require_consent", "service_class"}
IS_HOW_PEOPLE_ARE_PROTECTED |= {
    "access_token_format",
    "access_token_type_jwt_until",
    "introspection_signed_response_alg",
}
IS_HOW_PEOPLE_ARE_PROTECTED |= {"userinfo_signed_response_alg", "claims_in_id_token", "officer_roles"}
IS_HOW_PEOPLE_ARE_PROTECTED |= {
    f"{what}_encrypted_response_{part}" for what in ("id_token", "userinfo") for part in ("alg", "enc")
}
IS_HOW_PEOPLE_ARE_PROTECTED |= {"require_pushed_authorization_requests", "dpop_bound_access_tokens"}
IS_HOW_PEOPLE_ARE_PROTECTED |= {"tls_client_certificate_bound_access_tokens"}
IS_HOW_PEOPLE_ARE_PROTECTED |= {"id_token_signed_response_alg", "authorization_signed_response_alg"}
IS_HOW_PEOPLE_ARE_PROTECTED |= {"legacy_dialect_until", "error_iss_omitted_until"}
IS_HOW_PEOPLE_ARE_PROTECTED |= {"interoperable_until", "interoperable_reason"}
IS_HOW_PEOPLE_ARE_PROTECTED |= {"require_signed_request_object", "request_object_signing_alg", "request_uris"}
IS_HOW_PEOPLE_ARE_PROTECTED |= {"backchannel_authentication_request_signing_alg"}
IS_SHOWN_TO_PEOPLE = {"client_name", "logo_uri", "client_uri", "policy_uri", "tos_uri"}
BY_TWO = (
    SENDS_PEOPLE_OR_CODES,
    SENDS_DATA,
    IS_WHAT_SERVICES_MAY,
    IS_WHAT_A_PROGRAM_MAY,
    IS_WHO_THE_CLIENT_IS,
    IS_WHOSE_IT_IS,
    IS_WHAT_IT_LEARNS,
    IS_WHO_IT_MEETS,
    IS_HOW_PEOPLE_ARE_PROTECTED,
    IS_SHOWN_TO_PEOPLE,
)
# Whom the provider writes to, and how recent a sign-in is by default: a request may always ask for more.
BY_ONE = {"contacts", "default_max_age", "require_auth_time", "default_acr_values"}


def test_every_member_is_in_one_class_and_whatever_leads_people_or_data_takes_two() -> None:
    members = [name for of_class in (*BY_TWO, BY_ONE) for name in of_class]
    assert sorted(members) == sorted({member.name for member in fields(Client)} - REGISTRY_OWNED)
    assert {name for name, need in NEEDS.items() if need is None} == BY_ONE
    assert all(NEEDS[name] in {AGENCYS, NATIONS} for of_class in BY_TWO for name in of_class)


def test_the_country_decides_whose_a_client_is_and_what_is_governed() -> None:
    governed = {"governed_claims", "subject_type", "sector_identifier_uri", "agency", "sector", "kind"}
    assert all(NEEDS[name] is NATIONS for name in governed | IS_WHO_IT_MEETS - {"acting", "acting_powers"})
