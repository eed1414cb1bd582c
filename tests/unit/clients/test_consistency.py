"""Rules about several members together: each test breaks one."""

import pytest

from tests.unit.clients.entries import EC_KEY, broken_rules, client, entry

KEYS = {"keys": [EC_KEY]}
BY_KEY = {"token_endpoint_auth_method": "private_key_jwt", "jwks": KEYS}
TWO_NAMES = {
    "token_endpoint_auth_method": "tls_client_auth",
    "tls_client_auth_san_dns": "a.example",
    "tls_client_auth_subject_dn": "CN=a",
}
MACHINE = {"grant_types": ["client_credentials"], "redirect_uris": []}
DEVICE, CIBA = "urn:ietf:params:oauth:grant-type:device_code", "urn:openid:params:grant-type:ciba"
# Without an address of a browser: what stands for the client is said.
KIOSK = {"grant_types": [DEVICE, "refresh_token"], "response_types": []}
SECTOR = {"sector_identifier_uri": "https://app.example/sector.json"}
ASKER = {"grant_types": [CIBA], "response_types": [], "backchannel_token_delivery_mode": "poll", **SECTOR}
NOTIFIED = "backchannel_client_notification_endpoint"
PURGED = "https://schemas.openid.net/secevent/risc/event-type/account-purged"


@pytest.mark.parametrize(
    ("members", "field", "rule"),
    [
        ({"redirect_uris": []}, "redirect_uris", "redirect-uri-required"),
        ({"response_types": []}, "response_types", "grants-and-responses"),
        (MACHINE | {"response_types": ["code"]}, "response_types", "grants-and-responses"),
        (MACHINE | {"grant_types": ["refresh_token"]}, "grant_types", "refresh-needs-code"),
        (MACHINE | {"token_endpoint_auth_method": "none"}, "grant_types", "credentials-need-authentication"),
        ({"application_type": "native"}, "token_endpoint_auth_method", "no-shared-secret-in-apps"),
        (BY_KEY | {"jwks_uri": "https://app.example/jwks"}, "jwks_uri", "one-key-source"),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "jwks", "keys-required"),
        ({"jwks": KEYS}, "jwks", "keys-unused"),
        ({"token_endpoint_auth_method": "none", "jwks_uri": "https://app.example/k"}, "jwks", "keys-unused"),
        ({"token_endpoint_auth_method": "self_signed_tls_client_auth"}, "jwks", "keys-required"),
        ({"token_endpoint_auth_method": "tls_client_auth"}, "token_endpoint_auth_method", "certificate-subject"),
        (BY_KEY | {"tls_client_auth_san_dns": "a.example"}, "token_endpoint_auth_method", "certificate-subject"),
        (TWO_NAMES, "token_endpoint_auth_method", "certificate-subject"),
        ({"backchannel_logout_session_required": True}, "backchannel_logout_uri", "logout-address"),
        ({"frontchannel_logout_session_required": True}, "frontchannel_logout_uri", "frontchannel-address"),
        ({"scope": "openid national_id"}, "scope", "governed-claims"),
        ({"scope": "openid tech_id", "governed_claims": ["national_id"]}, "scope", "governed-claims"),
        (
            {"governed_claims": ["national_id"], "token_endpoint_auth_method": "none"},
            "governed_claims",
            "governed-authentication",
        ),
        (
            {"governed_claims": ["admin:read"], "account_kinds": ["officer"], "sector": "other"},
            "governed_claims",
            "administration-of-the-state",
        ),
        ({"governed_claims": ["admin:write"], "sector": "state"}, "governed_claims", "administration-officers"),
        (
            {
                "governed_claims": ["admin:read"],
                "account_kinds": ["officer"],
                "sector": "state",
                "resource": "https://api.example/",
            },
            "resource",
            "administration-resource",
        ),
        ({"scope": "openid admin:read"}, "scope", "governed-claims"),
        ({"security_event_endpoint": "https://a.example/events"}, "security_events", "events-and-address"),
        ({"officer_agencies": ["H26"]}, "officer_agencies", "agencies-without-officers"),
        (
            {"officer_agencies": ["*", "H26"], "account_kinds": ["officer"]},
            "officer_agencies",
            "every-agency-alone",
        ),
        ({"acting_powers": ["sign"]}, "acting_powers", "powers-need-acting"),
        ({"acting": "required", "scope": "profile"}, "acting", "acting-needs-openid"),
        (MACHINE | {"acting": "optional", "response_types": []}, "acting", "acting-needs-openid"),
        (KIOSK | {"redirect_uris": []}, "sector_identifier_uri", "one-sector"),
        (ASKER | {"token_endpoint_auth_method": "none"}, "token_endpoint_auth_method", "ciba-authentication"),
        (SECTOR | {"grant_types": [CIBA], "response_types": []}, "backchannel_token_delivery_mode", "ciba-delivery"),
        ({"backchannel_token_delivery_mode": "poll"}, "backchannel_token_delivery_mode", "ciba-delivery"),
        (ASKER | {"backchannel_token_delivery_mode": "ping"}, NOTIFIED, "ciba-notification"),
        (ASKER | {NOTIFIED: "https://app.example/ciba"}, NOTIFIED, "ciba-notification"),
        (ASKER | {"scope": "profile"}, "scope", "ciba-openid"),
        ({"security_events": [PURGED]}, "security_events", "events-and-address"),
        (
            {"redirect_uris": ["https://a.example/cb", "https://b.example/cb"]},
            "sector_identifier_uri",
            "one-sector",
        ),
        (
            {"application_type": "native", "token_endpoint_auth_method": "none", "redirect_uris": ["vn.app:/cb"]},
            "sector_identifier_uri",
            "one-sector",
        ),
        (
            {"application_type": "native", "token_endpoint_auth_method": "none", "redirect_uris": ["http://[::1]/"]},
            "sector_identifier_uri",
            "one-sector",
        ),
    ],
)
def test_contradiction_is_refused_with_its_rule(members: dict[str, object], field: str, rule: str) -> None:
    assert (field, rule) in broken_rules(entry(**members))


def test_machine_client_needs_no_redirect_uri() -> None:
    machine = client(**MACHINE)
    assert machine.response_types == ()
    assert machine.sector_identifier is None


def test_public_web_client_is_registered() -> None:
    assert not client(token_endpoint_auth_method="none").confidential


def test_sector_is_the_host_of_the_redirect_uris_oidc_core_8_1() -> None:
    uris = ["https://a.example:8443/one", "https://a.example/two"]
    assert client(redirect_uris=uris).sector_identifier == "a.example"


def test_sector_identifier_uri_decides_over_the_redirect_uris_oidc_registration_5() -> None:
    uris = ["https://a.example/cb", "https://b.example/cb"]
    with_sector = client(redirect_uris=uris, sector_identifier_uri="https://sector.example/list.json")
    assert with_sector.sector_identifier == "sector.example"


def test_client_with_public_subjects_has_no_sector() -> None:
    uris = ["https://a.example/cb", "https://b.example/cb"]
    assert client(redirect_uris=uris, subject_type="public").sector_identifier is None


def test_demonstration_portal_on_loopback_has_its_host_as_sector() -> None:
    assert client(redirect_uris=["http://127.0.0.1:8101/cb"]).sector_identifier == "127.0.0.1"


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("https://a.example/out", True),
        ("https://a.example:443/out?from=idp", True),
        ("https://b.example:8443/out", True),
        ("https://b.example/out", False),
        ("https://a.example:8443/out", False),
        ("https://out.a.example/out", False),
        ("https://a.example.evil.example/out", False),
    ],
)
def test_front_channel_logout_2_scheme_host_and_port_are_those_of_a_redirect_uri(address: str, *, taken: bool) -> None:
    members: dict[str, object] = {
        "redirect_uris": ["https://a.example/cb", "https://b.example:8443/cb"],
        "sector_identifier_uri": "https://a.example/sector.json",
        "frontchannel_logout_uri": address,
    }
    if taken:
        assert client(**members).frontchannel_logout_uri == address
    else:
        assert broken_rules(entry(**members)) == {("frontchannel_logout_uri", "frontchannel-origin")}


def test_session_management_3_2_an_app_without_a_web_page_has_no_origin_to_ask_from() -> None:
    members: dict[str, object] = {
        "application_type": "native",
        "token_endpoint_auth_method": "none",
        "redirect_uris": ["vn.app:/cb"],
        "sector_identifier_uri": "https://a.example/sector.json",
        "session_management": True,
    }
    assert broken_rules(entry(**members)) == {("session_management", "session-management-origin")}
    assert client(session_management=True).session_management


@pytest.mark.parametrize(
    "members",
    [
        KIOSK | SECTOR | {"redirect_uris": []},
        KIOSK | SECTOR | {"redirect_uris": [], "token_endpoint_auth_method": "none", "application_type": "native"},
        KIOSK | SECTOR | {"acting": "optional"},
        ASKER | {"redirect_uris": []},
        ASKER | {"backchannel_token_delivery_mode": "ping", NOTIFIED: "https://app.example/ciba"},
    ],
)
def test_who_asks_people_elsewhere_needs_no_address_of_a_browser(members: dict[str, object]) -> None:
    assert client(**members).sector_identifier == "app.example"
