"""A client written down as metadata and read again is the same client."""

import pytest

from clients.document import REGISTRY_OWNED, document_of
from clients.metadata import parse_entry
from clients.model import CLIENT_KINDS, ClientSecret
from clients.templates import TEMPLATES
from records.structs import replace
from tests.unit.clients.entries import EC_KEY, NOW, broken_rules, client, entry

FULL = {
    "client_name#en": "Portal",
    "post_logout_redirect_uris": ["https://dichvucong.example.gov.vn/bye"],
    "default_max_age": 600,
    "scope": "openid profile email",
    "legal_basis": {"email": "NĐ 224/2026 Đ12"},
    "kind": "web_portal",
    "stage": "sandbox",
    "sector": "state",
    "agency": "H55",
    "contacts": ["portal@example.gov.vn"],
    "acting": "optional",
    "acting_powers": ["file"],
    "account_kinds": ["officer"],
    "officer_agencies": ["G15", "H26"],
}


@pytest.mark.parametrize(
    "members",
    [
        {},
        FULL,
        {"legacy_dialect_until": "2027-06-30", "sector": "state"},
        {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [EC_KEY]}},
    ],
    ids=["small", "full", "dialect", "keys"],
)
def test_reading_what_was_written_gives_the_same_client(members: dict[str, object]) -> None:
    once = client(**members)
    assert parse_entry(document_of(once), NOW).client == once


def test_what_the_registry_owns_is_not_written() -> None:
    document = document_of(replace(client(), secrets=(ClientSecret(b"x" * 32, NOW),), version=7, disabled_at=NOW))
    assert not REGISTRY_OWNED & document.keys()
    assert not any(isinstance(value, bytes) for value in document.values())


def test_a_basis_for_a_scope_that_is_not_asked_for_is_refused() -> None:
    assert broken_rules(entry(legal_basis={"email": "NĐ 224/2026"})) == {("legal_basis", "basis-of-a-scope")}


@pytest.mark.parametrize("wrong", ["text", ["a"], {"email": ""}, {"e mail": "x"}, {"email": "<b>"}, {"email": 7}])
def test_a_malformed_basis_is_refused(wrong: object) -> None:
    assert {field for field, _ in broken_rules(entry(scope="openid email", legal_basis=wrong))} == {"legal_basis"}


@pytest.mark.parametrize("kind", CLIENT_KINDS)
def test_a_template_needs_nothing_but_what_it_asks_for(kind: str) -> None:
    answers: dict[str, object] = {
        "client_name": "Cổng dịch vụ công",
        "redirect_uris": ["https://dichvucong.example.gov.vn/callback"],
        "sector_identifier_uri": "https://dichvucong.example.gov.vn/sector.json",
        "jwks_uri": "https://dichvucong.example.gov.vn/jwks.json",
        "resource": "https://dichvucong.example.gov.vn/api",
    }
    template = next(one for one in TEMPLATES.values() if one.kind == kind)
    asked = {name: answers[name] for name in template.asked if name in answers}
    made = parse_entry({**template.members, **asked, "client_id": "portal"}, NOW).client
    assert (made.kind, made.stage) == (kind, "sandbox")
