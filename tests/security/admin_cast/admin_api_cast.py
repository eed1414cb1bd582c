"""A program for each kind of token of the administration API, and the objects of an agency that they ask about."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import httpx2

from clients.model import ClientId
from idp.officers.roles import NATIONAL, Role
from tests.flows.admin.test_admin_clients import entry, post, propose_update
from tests.flows.administrators import CONSOLE, READ, WRITE, ApiProgram, administrator
from tests.flows.console_people import give
from tests.flows.officer_people import AGENCY, ready
from tests.security.admin_cast.admin_api_expectations import (
    AUDITOR,
    DECIDED,
    ELSEWHERE,
    EXPECTED,
    METHODS,
    NAMES,
    OPERATOR,
    REACHES,
)
from tests.security.edge_provider import Attacked
from tests.support.parties.relying_party import sign_in
from tests.support.waiting import wait_for

HOST = "https://dichvucong.thainguyen.gov.vn"


@dataclass(frozen=True, slots=True)
class Cast:
    """A program for each kind of token, the own agency's objects, and the operations that are asked for."""

    names: Collection[str]
    by_role: dict[tuple[Role, str], ApiProgram]
    roleless: ApiProgram
    citizen: ApiProgram
    # Of operators: what they may do is not what is missing.
    without_scope: dict[str, ApiProgram]
    facts: Mapping[str, str]

    def send(self, program: ApiProgram, name: str) -> httpx2.Response:
        """Send the request of an operation."""
        return EXPECTED[name].send(program, METHODS[name], self.facts)


def cast_of(attacked: Attacked, names: Collection[str], roles: Collection[Role]) -> Cast:
    """Sign everybody in, with each of the roles over the country, the own agency and another."""
    running = attacked.running

    def program(role: Role | None, agency: str, scope: str = WRITE) -> ApiProgram:
        with attacked.browser() as browser:
            return administrator(running, browser, role, agency, scope)

    return Cast(
        names,
        {(role, name): program(role, agency) for role in roles for name, agency in REACHES.items()},
        program(None, AGENCY),
        ApiProgram(running, citizens_token(attacked)),
        {
            "admin:read": program(OPERATOR, NATIONAL, "openid admin:write"),
            "admin:write": program(OPERATOR, NATIONAL, READ),
        },
        {**own_objects(program(OPERATOR, NATIONAL)), **own_administrator(attacked)},
    )


def citizens_token(attacked: Attacked) -> str:
    """Return the access token of a citizen who signed in at the program of administrators."""
    running = attacked.running
    with attacked.browser() as browser:
        return sign_in(browser, running.party(ClientId(CONSOLE)), running.citizen(), scope=WRITE).access_token


def own_administrator(attacked: Attacked) -> dict[str, str]:
    """Return an administrator of the own agency, and their role."""
    with attacked.browser() as browser:
        person = ready(attacked.running, browser)
    role = give(attacked.running, person, AUDITOR, AGENCY)
    return {"administrator": person.officer.account_id, "role": role.id}


def own_objects(operator: ApiProgram) -> dict[str, str]:
    """Return the own agency's objects: a client to be changed, one whose change waits, an event."""
    # On a host by the rule, so that the agency's own administrators may approve it.
    on_host = {"redirect_uris": [f"{HOST}/callback"], "post_logout_redirect_uris": [f"{HOST}/bye"]}
    for code in (AGENCY, ELSEWHERE):
        if operator.get(f"/agencies/{code}").status_code == 404:
            founding = {**NAMES, "code": code, "kind": "province", "parent": NATIONAL, **DECIDED}
            founded = post(operator, "/agencies", founding)
            assert founded.status_code == 201, founded.text
    victim, proposed = entry(), entry(**on_host)
    del proposed["sector_identifier_uri"]
    for metadata in (victim, proposed):
        assert post(operator, "/clients", {"metadata": metadata}).status_code == 201
    path = f"/clients/{proposed['client_id']}"
    trial = post(operator, f"{path}/trials", None).json()["id"]
    change = propose_update(operator, operator.get(path), stage="production").json()
    return {
        "client": str(victim["client_id"]),
        "proposed": str(proposed["client_id"]),
        "change": str(change["id"]),
        "trial": str(trial),
        "event": wait_for("an event of the client", event_of(operator)),
        "new": f"{victim['client_id']}-moi",
    }


def event_of(operator: ApiProgram) -> Callable[[], str | None]:
    """Return what asks for the id of an event of the program of administrators."""

    def an_event() -> str | None:
        found = operator.get(f"/audit/events?client_id={CONSOLE}&name=client:code:redeemed&limit=1").json()["items"]
        return str(found[0]["id"]) if found else None

    return an_event
