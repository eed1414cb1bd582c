"""Everybody whom the console is shown to, and the objects of two agencies there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from clients.model import ClientId
from idp.kernel.ids import AccountId
from idp.kernel.key_purposes import KeyPurpose
from idp.officers.roles import NATIONAL, Role
from idp.web.admin.visit import ABOUT, ConsoleRoute
from tests.flows.running_provider import CITIZENS
from tests.security.admin_cast.console_expectations import AUDITOR, MINE, OPERATOR, OTHERS
from tests.security.in_process import Answered, Edge
from tests.security.requests.good_requests_of_administrators import AGENCY_FORMS, TOKEN_FORM
from tests.security.requests.hostile_requests import Fields
from tests.security.walk import Walk
from tests.support.plain.browser import MARK


@dataclass(frozen=True, slots=True)
class Somebody:
    """A browser at the edge, and whose account is signed in there."""

    walk: Walk
    account_id: AccountId

    def ask(self, method: str, path: str, form: Fields) -> Answered:
        """Send a request; a form of ours is protected as the page would have protected it."""
        if method == "GET":
            return self.walk.send("GET", path)
        key = self.walk.edge.foundation.root_key.hash_key(KeyPurpose.FORMS)
        token = key.digest(f"{self.walk.cookies[MARK]}|{ABOUT}").hex()
        session = self.walk.edge.session_of(self.account_id) if self.account_id else ""
        shown_in = key.digest(f"session|{session}").hex()
        return self.walk.send("POST", path, {**form, "form": token, "shown_in": shown_in})


@dataclass(slots=True)
class Company:
    """Everybody that the console is shown to."""

    edge: Edge
    _used: Iterator[int]
    holders: dict[Role, Somebody] = field(default_factory=dict)

    def somebody(self) -> Somebody:
        """Return a citizen who is signed in."""
        walk = Walk(self.edge)
        walk.sign_in(CITIZENS[next(self._used)])
        return Somebody(walk, AccountId(self.edge.last_account()))

    def officer(self, role: Role | None, agency: str) -> Somebody:
        """Return an officer who holds a role, or none."""
        found = self.somebody()
        self.edge.appoint(role, agency)
        return found


def company_at(edge: Edge) -> Company:
    """One holder of each role: the operator for the country, everybody else for one agency."""
    for code in (MINE, OTHERS):
        edge.found(code)
    made = Company(edge, iter(range(100, 400)))
    for role in Role:
        made.holders[role] = made.officer(role, NATIONAL if role is OPERATOR else MINE)
    return made


Objects = Mapping[str, str]
# By the folder of a route that ends in `{name}`: the name of an object of one agency.
ADMINISTRATORS, CLIENTS, CHANGES = "/admin/administrators/", "/admin/clients/", "/admin/changes/"
EVENTS, AGENCIES, LOOKS, SETTINGS = "/admin/audit/", "/admin/agencies/", "/admin/people/", "/admin/settings/"
DOCTOR, TOKENS = "/admin/clients/doctor/", "/admin/initial-tokens/"


def objects_of(company: Company, agency: str) -> Objects:
    """Return an administrator with a role over the agency, a client of it, and a change that waits there."""
    operator, client_id = company.holders[OPERATOR], ClientId(f"cong-mau-{agency.lower()}")
    registered = operator.ask(
        "POST",
        "/admin/clients/new",
        {
            "kind": "web_portal",
            "action": "register",
            "client_id": client_id,
            "agency": agency,
            "client_name": "Cổng mẫu",
            "redirect_uris": f"https://dichvucong.mau-{agency.lower()}.gov.vn/callback",
            "scope": "openid profile",
            "legal_basis": "profile: NĐ 224/2026/NĐ-CP",
        },
    )
    assert registered.status == 200, registered.body
    address, page = operator.walk.page(CLIENTS + client_id)
    asked = operator.walk.send(
        "POST", address, {**page.values, "action": "production", "reason": "as the tests want it"}
    )
    change = asked.header("location") or ""
    assert change.startswith(CHANGES)
    issued = operator.ask("POST", f"{TOKENS}new", {**TOKEN_FORM, "agency": agency})
    token = re.search(rb"/admin/initial-tokens/([0-9a-v]{26})", issued.body)
    assert token is not None, issued.body
    person = company.officer(AUDITOR, agency)
    looked = operator.ask(
        "POST",
        "/admin/people",
        {"action": "find", "by": "number", "value": CITIZENS[0].number, "purpose": "complaint", "case": "HT-1"},
    )
    return {
        ADMINISTRATORS: person.account_id,
        CLIENTS: client_id,
        f"{CLIENTS}try/": client_id,
        DOCTOR: client_id,
        TOKENS: token[1].decode(),
        CHANGES: change.removeprefix(CHANGES),
        EVENTS: company.edge.event_of(client_id),
        LOOKS: (looked.header("location") or "").removeprefix(LOOKS),
        AGENCIES: agency,
        SETTINGS: "notices",
        **{f"{AGENCIES}{form}/": agency for form in AGENCY_FORMS},
    }


def path_of(route: ConsoleRoute, objects: Objects) -> str:
    """Return an address of the route. A folder that is not among the objects has no example: KeyError."""
    folder = route.path.removesuffix("{name}")
    return route.path if folder == route.path else folder + objects[folder]
