"""Over HTTP: an agency grants its API's scopes to another agency's client; a program works with its bound token."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import httpx2
import pytest

from clients.model import ClientId
from idp.officers.roles import NATIONAL, Role
from tests.flows.admin.test_admin_clients import propose_update, registered
from tests.flows.administrators import API, ApiProgram, administrator
from tests.flows.portals import CALLBACK
from tests.flows.running_provider import RunningProvider
from tests.support.parties.client_credentials import Credentials, PostSecret, SignedAssertion, new_key, public_set
from tests.support.parties.dpop_key import DpopKey
from tests.support.parties.relying_party import RelyingParty
from tests.support.plain.browser import Browser
from tests.support.waiting import wait_for

NewBrowser = Callable[[], Browser]
_numbers = count(1)
# These codes are this file's own.
OWNER, GUEST = "H66", "H67"
RECORDS, CALLER, PROGRAM, MADE = "kho-cua-h66", "ung-dung-cua-h67", "ci-cua-h66", "do-ci-cua-h66"
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


def as_program(running: RunningProvider, token: str, key: DpopKey) -> Callable[..., httpx2.Response]:
    """Return what sends a request below `API` with a program's token, and a new proof of its key."""

    def send_one(method: str, path: str, body: object = None) -> httpx2.Response:
        address = running.provider.issuer + API + path
        proof = key.proof(method, address, access_token=token)
        headers = {"Authorization": f"DPoP {token}", "DPoP": proof}
        headers |= {"Idempotency-Key": f"the-key-of-a-program-{next(_numbers)}"} if method == "POST" else {}
        return running.http.request(method, running.provider.base() + API + path, headers=headers, json=body)

    return send_one


def test_a_program_works_with_its_bound_token_and_approves_nothing(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    """CI registers a portal, proposes it for production, and a person who is not behind it approves."""
    owner = administrator(running, browser, Role.AGENCY_ADMINISTRATOR, OWNER)
    colleague = administrator(running, new_browser(), Role.AGENCY_ADMINISTRATOR, OWNER)
    country = administrator(running, new_browser(), Role.NATIONAL_OPERATOR, NATIONAL)
    signs, key = new_key("ci-1"), DpopKey()
    metadata = service(
        PROGRAM,
        OWNER,
        token_endpoint_auth_method="private_key_jwt",
        jwks=public_set(signs),
        scope="openid admin:read admin:write",
        governed_claims=["admin:read", "admin:write"],
        legal_basis={"admin:read": "QĐ 1/2026", "admin:write": "QĐ 1/2026"},
        administration_roles=[f"client_developer:{OWNER}"],
        administration_until=(datetime.now(UTC) + timedelta(days=90)).date().isoformat(),
    )
    in_production(owner, country, metadata)
    program, bound = party(running, PROGRAM, SignedAssertion(signs)), list[str]()

    def issued() -> bool | None:
        answer = program.proving(key).token(grant_type="client_credentials", scope="admin:read admin:write")
        bound.extend([answer.json()["access_token"]] if answer.status_code == 200 else [])
        return bool(bound) or None

    wait_for("the program to be known", issued)
    ask = as_program(running, bound[0], key)
    me = ask("GET", "/me")
    assert (me.status_code, me.json()["program"]) == (200, PROGRAM), me.text
    made = ask("POST", "/clients", {"metadata": service(MADE, OWNER)})
    assert made.status_code == 201, made.text
    shown = ask("GET", f"/clients/{MADE}")
    asked = {
        "kind": "update_client",
        "client_id": MADE,
        "version": shown.json()["version"],
        "metadata": {**service(MADE, OWNER), "stage": "production"},
        "reason": "cấu hình tự động",
    }
    proposed = ask("POST", "/changes", asked)
    assert proposed.status_code == 202, proposed.text
    assert proposed.json()["proposed_by"] == PROGRAM
    assert approve(owner, proposed.json()).status_code == 403
    assert approve(country, proposed.json()).status_code == 200
    assert registered(colleague.get(f"/clients/{MADE}"))["stage"] == "production"
    assert ask("POST", f"/clients/{MADE}/stop", {"reason": "nó không được"}).status_code == 403

    unbound = program.token(grant_type="client_credentials", scope="admin:read").json()["access_token"]
    for refused in (
        ApiProgram(running, unbound).get("/me"),
        ApiProgram(running, bound[0]).get("/me"),
        as_program(running, unbound, key)("GET", "/me"),
        as_program(running, bound[0], DpopKey())("GET", "/me"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (401, "invalid_token")
