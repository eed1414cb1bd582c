"""Over HTTP: an agency grants its API's scopes to another agency's client; a program's unbound token opens nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import httpx2
import pytest

from clients.model import ClientId
from idp.officers.roles import NATIONAL, Role
from tests.flows.admin.test_admin_clients import propose_update
from tests.flows.administrators import API, ApiProgram, administrator
from tests.flows.portals import CALLBACK
from tests.flows.running_provider import RunningProvider
from tests.support.parties.client_credentials import Credentials, PostSecret, SignedAssertion, new_key, public_set
from tests.support.parties.relying_party import RelyingParty
from tests.support.plain.browser import Browser
from tests.support.waiting import wait_for

NewBrowser = Callable[[], Browser]
_numbers = count(1)
# These codes are this file's own.
OWNER, GUEST = "H66", "H67"
RECORDS, CALLER, PROGRAM = "kho-cua-h66", "ung-dung-cua-h67", "ci-cua-h66"
RESOURCE = "https://kho.h66.gov.vn/api"
pytestmark = pytest.mark.one_form


def send(program: ApiProgram, method: str, path: str, body: object, **headers: str) -> httpx2.Response:
    reported = {"Idempotency-Key": f"the-key-of-services-{next(_numbers)}", **headers}
    return ApiProgram(program.running, program.token, reported).send(method, path, json=body)


def approve(program: ApiProgram, change: dict[str, str]) -> httpx2.Response:
    return send(program, "POST", f"/changes/{change['id']}/approve", {}, **{"If-Match": f'"{change["digest"]}"'})


def service(client_id: str, agency: str, **members: object) -> dict[str, object]:
    """Return what registers a service with a secret."""
    return {
        "kind": "service",
        "client_id": client_id,
        "client_name": f"Dịch vụ {client_id}",
        "agency": agency,
        "sector": "state",
        "grant_types": ["client_credentials"],
        "response_types": [],
        "token_endpoint_auth_method": "client_secret_post",
        "require_consent": False,
        "subject_type": "public",
        "id_token_signed_response_alg": "ES256",
        "scope": "openid",
        **members,
    }


def in_production(proposer: ApiProgram, approver: ApiProgram, metadata: dict[str, object]) -> str:
    """Register a client, let two people bring it into production, and return its secret ("" where it has none)."""
    made = send(proposer, "POST", "/clients", {"metadata": metadata})
    assert made.status_code == 201, made.text
    asked = propose_update(proposer, proposer.get(f"/clients/{metadata['client_id']}"), stage="production")
    assert asked.status_code == 202, asked.text
    approved = approve(approver, asked.json())
    assert approved.status_code == 200, approved.text
    return str(made.json().get("client_secret") or "")


def party(running: RunningProvider, client_id: str, credentials: Credentials) -> RelyingParty:
    provider = running.provider
    return RelyingParty(
        http=running.http,
        issuer=provider.issuer,
        base=provider.base(),
        client_id=ClientId(client_id),
        redirect_uri=CALLBACK,
        credentials=credentials,
        algorithm="ES256",
        post_logout_redirect_uri=CALLBACK,
    )


def test_an_agency_grants_its_apis_scope_to_another_agencys_client(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    owner = administrator(running, browser, Role.AGENCY_ADMINISTRATOR, OWNER)
    guest = administrator(running, new_browser(), Role.AGENCY_ADMINISTRATOR, GUEST)
    colleague = administrator(running, new_browser(), Role.AGENCY_ADMINISTRATOR, GUEST)
    country = administrator(running, new_browser(), Role.NATIONAL_OPERATOR, NATIONAL)
    in_production(owner, country, service(RECORDS, OWNER, resource=RESOURCE, service_scopes=["kho.doc", "kho.ghi"]))
    secret = in_production(guest, country, service(CALLER, GUEST))
    caller = party(running, CALLER, PostSecret(secret))

    asked = propose_update(guest, guest.get(f"/clients/{CALLER}"), api_access={RECORDS: "kho.doc"})
    assert asked.status_code == 202, asked.text
    assert asked.json()["asked_agency"] == OWNER
    for program in (colleague, country):
        assert approve(program, asked.json()).status_code in {403, 404}
    assert caller.token(grant_type="client_credentials", scope="kho.doc").json()["error"] == "invalid_scope"
    assert approve(owner, asked.json()).status_code == 200

    def granted() -> bool | None:
        return caller.token(grant_type="client_credentials", scope="kho.doc").status_code == 200 or None

    wait_for("the grant to be known", granted)
    assert caller.token(grant_type="client_credentials", scope="kho.ghi").json()["error"] == "invalid_scope"


def test_a_program_with_roles_gets_its_scopes_and_an_unbound_token_opens_nothing(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    """With a key that its token is bound to: tests/unit/web_admin_api/test_programs.py."""
    owner = administrator(running, browser, Role.AGENCY_ADMINISTRATOR, OWNER)
    country = administrator(running, new_browser(), Role.NATIONAL_OPERATOR, NATIONAL)
    key = new_key("ci-1")
    metadata = service(
        PROGRAM,
        OWNER,
        token_endpoint_auth_method="private_key_jwt",
        jwks=public_set(key),
        scope="openid admin:read admin:write",
        governed_claims=["admin:read", "admin:write"],
        legal_basis={"admin:read": "QĐ 1/2026", "admin:write": "QĐ 1/2026"},
        administration_roles=[f"client_developer:{OWNER}"],
        administration_until=(datetime.now(UTC) + timedelta(days=90)).date().isoformat(),
    )
    in_production(owner, country, metadata)
    program = party(running, PROGRAM, SignedAssertion(key))
    found: list[str] = []

    def issued() -> bool | None:
        answer = program.token(grant_type="client_credentials", scope="admin:read")
        found.extend([answer.json()["access_token"]] if answer.status_code == 200 else [])
        return bool(found) or None

    wait_for("the program to be known", issued)
    answer = ApiProgram(running, found[0]).get("/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    assert running.http.get(running.provider.base() + API + "/me").status_code == 401
