"""What an API offers, whom it lets in, and what a program may do: members of a registration, and their rules."""

from datetime import date, timedelta

import pytest

from clients.document import document_of, restored
from clients.metadata import parse_entry
from clients.model import JWT_BEARER, TOKEN_EXCHANGE, Client
from clients.public_digest import public_metadata
from clients.services.apis import api_problems, newly_asked_apis, scopes_at
from clients.services.programs import PROGRAM_ROLES, ProgramRole, roles_on
from idp.admin.changes.independence import approves
from idp.admin.permissions import OF_THE_COUNTRY, permissions_of
from idp.officers.roles import Role
from records.structs import replace
from tests.unit.clients.entries import EC_KEY, NOW, broken_rules, client, entry

RESOURCE = "https://records.example/api"
MACHINE: dict[str, object] = {
    "redirect_uris": [],
    "grant_types": ["client_credentials"],
    "response_types": [],
    "token_endpoint_auth_method": "private_key_jwt",
    "jwks": {"keys": [EC_KEY]},
    "subject_type": "public",
}
API = MACHINE | {"resource": RESOURCE, "service_scopes": ["records.read", RESOURCE + "/write"]}
PROGRAM = MACHINE | {
    "sector": "state",
    "scope": "openid admin:read",
    "governed_claims": ["admin:read"],
    "administration_roles": ["client_developer:H55", "auditor:*"],
    "administration_until": "2027-06-30",
}
DAY = date(2027, 6, 30)


@pytest.mark.parametrize(
    "good",
    [
        API,
        PROGRAM,
        MACHINE | {"api_access": {"records": "records.read records.write"}},
        MACHINE | {"grant_types": [JWT_BEARER], "api_access": {"records": "records.read"}},
        API | {"grant_types": [TOKEN_EXCHANGE], "exchange_apis": ["archive"]},
        API | {"grant_types": [TOKEN_EXCHANGE]},
    ],
)
def test_what_is_registered_is_read_again_as_it_was(good: dict[str, object]) -> None:
    registered = client(**good)
    written = document_of(registered)
    assert parse_entry(written, NOW).client == registered
    assert restored(written, registered) == replace(registered, sector_identifier=registered.sector_identifier)


def test_a_client_without_any_of_it_says_nothing_of_it_so_that_public_digests_stay() -> None:
    said = public_metadata(client())
    assert said.keys().isdisjoint(
        {"service_scopes", "api_access", "exchange_apis", "administration_roles", "administration_until"}
    )


@pytest.mark.parametrize(
    ("members", "field", "rule"),
    [
        (MACHINE | {"service_scopes": ["records.read"]}, "service_scopes", "service-scopes-resource"),
        (API | {"service_scopes": ["two words"]}, "service_scopes[0]", "form"),
        (API | {"service_scopes": ["a", "a"]}, "service_scopes[1]", "duplicate"),
        ({"api_access": {"records": "records.read"}}, "api_access", "access-needs-own-grant"),
        (MACHINE | {"api_access": {"not an id": "x"}}, "api_access", "form"),
        (MACHINE | {"api_access": {"records": ""}}, "api_access", "form"),
        (MACHINE | {"api_access": ["records"]}, "api_access", "type"),
        (MACHINE | {"api_access": {f"a{n}": "x" for n in range(51)}}, "api_access", "type"),
        (API | {"exchange_apis": ["archive"]}, "exchange_apis", "exchange-needs-grant"),
        (MACHINE | {"grant_types": [TOKEN_EXCHANGE]}, "grant_types", "exchange-is-an-apis"),
        (
            API | {"grant_types": [TOKEN_EXCHANGE], "token_endpoint_auth_method": "none", "jwks": None},
            "grant_types",
            "exchange-is-an-apis",
        ),
        (
            MACHINE | {"grant_types": [JWT_BEARER], "token_endpoint_auth_method": "client_secret_basic"},
            "grant_types",
            "assertions-need-keys",
        ),
        (PROGRAM | {"administration_roles": []}, "administration_until", "program-until"),
        (PROGRAM | {"administration_roles": ["national_operator:*"]}, "administration_roles[0]", "form"),
        (PROGRAM | {"administration_roles": ["agency_administrator:H55"]}, "administration_roles[0]", "form"),
        (PROGRAM | {"administration_roles": ["support:*"]}, "administration_roles[0]", "form"),
        (PROGRAM | {"administration_roles": ["auditor"]}, "administration_roles[0]", "form"),
        (PROGRAM | {"administration_until": "2027-10-02"}, "administration_until", "too-far"),
        (PROGRAM | {"governed_claims": [], "scope": "openid"}, "administration_roles", "program-scope"),
        (
            PROGRAM
            | {
                "grant_types": ["client_credentials", "authorization_code"],
                "response_types": ["code"],
                "redirect_uris": ["https://ci.example.gov.vn/cb"],
            },
            "administration_roles",
            "program-alone",
        ),
        (
            PROGRAM | {"jwks": None, "jwks_uri": "https://ci.example.gov.vn/jwks.json"},
            "administration_roles",
            "program-keys",
        ),
        (
            PROGRAM | {"jwks": None, "token_endpoint_auth_method": "client_secret_basic"},
            "administration_roles",
            "program-keys",
        ),
        (PROGRAM | {"sector": "other"}, "governed_claims", "administration-of-the-state"),
        (PROGRAM | {"resource": RESOURCE}, "resource", "administration-resource"),
        (
            MACHINE | {"sector": "state", "scope": "openid admin:read", "governed_claims": ["admin:read"]},
            "governed_claims",
            "administration-officers",
        ),
    ],
)
def test_one_wrong_member_is_refused_by_its_rule(members: dict[str, object], field: str, rule: str) -> None:
    written = {name: value for name, value in entry(**members).items() if value is not None}
    assert (field, rule) in broken_rules(written)


def api() -> Client:
    owned = client(**API | {"client_id": "records", "agency": "G01", "stage": "production"})
    return replace(owned, resource_agency="G01")


def caller(**members: object) -> Client:
    return client(
        **MACHINE | {"client_id": "caller", "agency": "H55", "api_access": {"records": "records.read"}} | members
    )


def test_what_was_granted_counts_as_far_as_the_api_offers_it() -> None:
    assert scopes_at(caller(), api()) == {"records.read"}
    assert scopes_at(caller(), replace(api(), service_scopes=())) == frozenset()
    assert scopes_at(caller(stage="sandbox"), api()) == frozenset()


def test_what_is_newly_asked_is_more_than_there_was() -> None:
    had = caller(api_access={"records": "records.read records.write", "archive": "archive.read"})
    assert newly_asked_apis(had, caller()) == frozenset()
    assert newly_asked_apis(caller(), had) == {"records", "archive"}
    assert newly_asked_apis(caller(stage="sandbox"), caller()) == {"records"}
    assert newly_asked_apis(caller(), replace(had, stage="sandbox")) == frozenset()
    carrying = replace(caller(), exchange_apis=("archive",))
    assert newly_asked_apis(caller(), carrying) == {"archive"}
    assert newly_asked_apis(carrying, caller()) == frozenset()


def test_what_no_api_offers_cannot_be_asked_for() -> None:
    clients = [api(), caller()]
    assert api_problems(caller(), clients) == []
    for wanted, rule in (
        (caller(api_access={"records": "records.delete"}), "unknown-service-scope"),
        (caller(api_access={"caller": "records.read"}), "unknown-api"),
        (replace(caller(), exchange_apis=("nobody",)), "unknown-api"),
    ):
        assert [one.rule for one in api_problems(wanted, clients)] == [rule]
    stopped = [replace(api(), disabled_at=NOW)]
    assert [one.rule for one in api_problems(caller(), stopped)] == ["unknown-api"]
    # It has it already, and it counts for nothing.
    assert api_problems(caller(), stopped, caller()) == []


def test_the_roles_of_a_program_stand_in_production_until_their_day() -> None:
    program = client(**PROGRAM | {"stage": "production"})
    held = (ProgramRole("client_developer", "H55"), ProgramRole("auditor", "*"))
    assert roles_on(program, DAY) == held
    assert roles_on(program, DAY + timedelta(days=1)) == ()
    assert roles_on(replace(program, disabled_at=NOW), DAY) == ()
    assert roles_on(replace(program, stage="sandbox"), DAY) == ()
    assert roles_on(client(), DAY) == ()


def test_the_roles_that_programs_may_have_approve_nothing_and_reach_no_person() -> None:
    assert {name for name in Role if not approves(name) and not OF_THE_COUNTRY & permissions_of(name)} == set(
        PROGRAM_ROLES
    )
