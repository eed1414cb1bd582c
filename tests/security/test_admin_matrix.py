"""Every route of the console for every role, for those who have none, and for another agency's objects.

What is expected is written here by hand, beside the table that the console is made from: a row without an expectation
fails, and so does one whose permission somebody widens.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from idp.accounts.roles import NATIONAL, Role
from idp.admin.permissions import TABLE, Level
from idp.web.admin.routes import CONSOLE
from idp.web.admin.visit import ABOUT, ConsoleRoute
from idp.web.places import PLACES
from tests.flows.town import CITIZENS
from tests.security.good_requests_of_administrators import AGENCY_FORMS
from tests.security.hostile_requests import Fields
from tests.security.in_process import Answered, Edge
from tests.security.walk import Walk
from tests.support.page import read_page
from tests.support.plain_browser import MARK

_OPERATOR, _AGENCY, _DEVELOPER, _AUDITOR, _SUPPORT = Role
_ALL, _READERS, _GIVERS = frozenset(Role), frozenset({_OPERATOR, _AGENCY, _AUDITOR}), frozenset({_OPERATOR, _AGENCY})
_CLIENTS, _OPERATORS = frozenset({_OPERATOR, _AGENCY, _DEVELOPER}), frozenset({_OPERATOR})
_SETTINGS = frozenset({_OPERATOR, _AGENCY, _AUDITOR, _SUPPORT})
_PEOPLE = frozenset({_OPERATOR, _SUPPORT})
MINE, OTHERS = "H26", "G15"
# How a form is answered that may be sent: done, or refused for what it says.
_HEARD = frozenset({200, 303, 409, 412, 422})


@dataclass(frozen=True, slots=True)
class Cell:
    """What is expected of one route: who may, and with what form it is asked.

    `acts`: who may do what that form asks, where the use case wants more than the route.
    """

    roles: frozenset[Role]
    fresh: bool = False
    form: Fields = field(default_factory=dict)
    acts: frozenset[Role] = frozenset()
    # How it is answered to whom it is allowed, where it is a form.
    heard: frozenset[int] = _HEARD

    @property
    def allowed(self) -> frozenset[Role]:
        """The roles that are not refused."""
        return self.acts or self.roles


EXPECTED: Mapping[tuple[str, str], Cell] = {
    ("GET", "/admin"): Cell(_ALL),
    ("GET", "/admin/clients"): Cell(_ALL),
    ("GET", "/admin/clients/new"): Cell(_CLIENTS),
    ("POST", "/admin/clients/new"): Cell(_CLIENTS),
    ("GET", "/admin/clients/{name}"): Cell(_ALL),
    ("POST", "/admin/clients/{name}"): Cell(
        _ALL, form={"action": "save", "reason": "as the tests want"}, acts=_CLIENTS
    ),
    ("GET", "/admin/clients/try/{name}"): Cell(_CLIENTS),
    ("POST", "/admin/clients/try/{name}"): Cell(_CLIENTS, form={"run": ""}),
    ("GET", "/admin/clients/doctor/{name}"): Cell(_ALL),
    ("POST", "/admin/clients/doctor/{name}"): Cell(_CLIENTS, form={"action": "check"}),
    ("GET", "/admin/changes"): Cell(_ALL),
    ("GET", "/admin/changes/{name}"): Cell(_ALL),
    ("POST", "/admin/changes/{name}"): Cell(_ALL, form={"action": "review"}, acts=_GIVERS),
    ("GET", "/admin/agencies"): Cell(_ALL),
    ("GET", "/admin/agencies/new"): Cell(_OPERATORS, fresh=True),
    ("POST", "/admin/agencies/new"): Cell(_OPERATORS, fresh=True),
    ("GET", "/admin/agencies/{name}"): Cell(_ALL),
    **{
        (method, f"/admin/agencies/{form}/{{name}}"): Cell(_OPERATORS, fresh=True)
        for form in AGENCY_FORMS
        for method in ("GET", "POST")
    },
    ("GET", "/admin/audit"): Cell(_READERS),
    ("POST", "/admin/audit"): Cell(_READERS, form={"action": "search"}),
    ("GET", "/admin/audit/{name}"): Cell(_READERS),
    ("GET", "/admin/quality"): Cell(_ALL),
    # The country's: here only the operator holds a role over all of it.
    ("GET", "/admin/keys"): Cell(_SETTINGS, acts=_OPERATORS),
    ("POST", "/admin/keys"): Cell(_OPERATORS, fresh=True, form={"action": "rotate", "minutes": "0"}),
    ("POST", "/admin/registers"): Cell(_OPERATORS, fresh=True, form={"action": "stop-population"}),
    ("POST", "/admin/upstreams"): Cell(_OPERATORS, fresh=True, form={"action": "stop-none"}, heard=frozenset({404})),
    ("GET", "/admin/registers"): Cell(_SETTINGS, acts=_OPERATORS),
    ("GET", "/admin/upstreams"): Cell(_SETTINGS, acts=_OPERATORS),
    # Of the country's support and operators: a role over an agency finds nobody.
    ("GET", "/admin/people"): Cell(_PEOPLE, fresh=True, acts=_OPERATORS),
    ("POST", "/admin/people"): Cell(_PEOPLE, fresh=True, form={"action": "find"}, acts=_OPERATORS),
    ("GET", "/admin/people/{name}"): Cell(_PEOPLE, fresh=True, acts=_OPERATORS),
    ("POST", "/admin/people/{name}"): Cell(
        _PEOPLE, fresh=True, form={"action": "unlock", "reason": "checked"}, acts=_OPERATORS
    ),
    ("GET", "/admin/settings"): Cell(_SETTINGS, acts=_OPERATORS),
    ("GET", "/admin/settings/{name}"): Cell(_SETTINGS, acts=_OPERATORS),
    ("POST", "/admin/settings/{name}"): Cell(_OPERATORS, fresh=True, form={"action": "check"}),
    ("GET", "/admin/administrators"): Cell(_READERS),
    ("GET", "/admin/administrators/new"): Cell(_GIVERS, fresh=True),
    ("POST", "/admin/administrators/new"): Cell(_GIVERS, fresh=True, form={"action": "issue"}),
    ("GET", "/admin/administrators/{name}"): Cell(_READERS),
    ("POST", "/admin/administrators/{name}"): Cell(_GIVERS, fresh=True, form={"action": "extend", "last_day": ""}),
}
CELLS = [(route, method) for route in CONSOLE for method in route.methods]
every_cell = pytest.mark.parametrize(("route", "method"), CELLS, ids=lambda one: getattr(one, "path", one))


@dataclass(frozen=True, slots=True)
class Somebody:
    """A browser at the edge, and whose account is signed in there."""

    walk: Walk
    account_id: str

    def ask(self, method: str, path: str, form: Fields) -> Answered:
        """Send a request; a form of ours is protected as the page would have protected it."""
        if method == "GET":
            return self.walk.send("GET", path)
        key = self.walk.edge.foundation.root_key.hash_key("forms")
        token = key.digest(f"{self.walk.cookies[MARK]}|{ABOUT}").hex()
        return self.walk.send("POST", path, {**form, "form": token})


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
        return Somebody(walk, self.edge.last_account())

    def officer(self, role: Role | None, agency: str) -> Somebody:
        """Return an officer who holds a role, or none."""
        found = self.somebody()
        self.edge.appoint(role, agency)
        return found


@pytest.fixture(scope="module")
def company(edge: Edge) -> Company:
    """One holder of each role: the operator for the country, everybody else for one agency."""
    for code in (MINE, OTHERS):
        edge.found(code)
    made = Company(edge, iter(range(100, 400)))
    for role in Role:
        made.holders[role] = made.officer(role, NATIONAL if role is _OPERATOR else MINE)
    return made


Objects = Mapping[str, str]
# By the folder of a route that ends in `{name}`: the name of an object of one agency.
ADMINISTRATORS, CLIENTS, CHANGES = "/admin/administrators/", "/admin/clients/", "/admin/changes/"
EVENTS, AGENCIES, LOOKS, SETTINGS = "/admin/audit/", "/admin/agencies/", "/admin/people/", "/admin/settings/"
DOCTOR = "/admin/clients/doctor/"


@pytest.fixture(scope="module")
def mine(company: Company) -> Objects:
    """Objects of the agency of the holders."""
    return objects_of(company, MINE)


@pytest.fixture(scope="module")
def theirs(company: Company) -> Objects:
    """Objects of another agency."""
    return objects_of(company, OTHERS)


def objects_of(company: Company, agency: str) -> Objects:
    """Return an administrator with a role over the agency, a client of it, and a change that waits there."""
    operator, client_id = company.holders[_OPERATOR], f"cong-mau-{agency.lower()}"
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
    person = company.officer(_AUDITOR, agency)
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


def cell(route: ConsoleRoute, method: str) -> Cell:
    return EXPECTED[method, route.path]


def told(answered: Answered) -> tuple[int, str]:
    """Return the status and the public code, or where it leads."""
    location = answered.header("location")
    if location is not None:
        return answered.status, location.partition("?")[0]
    page = read_page(answered.status, {}, answered.body.decode(), "")
    return answered.status, page.error_code or ("not-for-you" if page.shows("other-account") else "")


def test_every_route_has_an_expectation_and_every_expectation_a_route() -> None:
    assert {(method, route.path) for route, method in CELLS} == set(EXPECTED)


@every_cell
def test_the_table_says_what_is_expected(route: ConsoleRoute, method: str) -> None:
    wanted = cell(route, method)
    demand = TABLE[route.permission] if route.permission else None
    assert (demand.roles if demand else _ALL) == wanted.roles
    assert (demand is not None and demand.level is Level.FRESH) == wanted.fresh


@every_cell
@pytest.mark.parametrize("role", Role)
def test_a_role_opens_what_it_brings_and_gets_403_elsewhere(
    company: Company, mine: Objects, route: ConsoleRoute, method: str, role: Role
) -> None:
    wanted = cell(route, method)
    answered = company.holders[role].ask(method, path_of(route, mine), wanted.form)
    if role not in wanted.allowed:
        assert told(answered) == (403, "not_permitted")
    else:
        assert answered.status in ({200} if method == "GET" else wanted.heard)


@every_cell
@pytest.mark.parametrize("role", [role for role in Role if role is not _OPERATOR])
def test_another_agencys_object_is_not_found(
    company: Company, theirs: Objects, route: ConsoleRoute, method: str, role: Role
) -> None:
    wanted = cell(route, method)
    if "{name}" in route.path and role in wanted.allowed:
        folder = route.path.removesuffix("{name}")
        for name in (theirs[folder], "0" * 26, "x"):
            assert told(company.holders[role].ask(method, folder + name, wanted.form)) == (404, "not_found")


@every_cell
def test_nobody_is_led_to_sign_in(company: Company, mine: Objects, route: ConsoleRoute, method: str) -> None:
    stranger = Somebody(Walk(company.edge), "")
    stranger.walk.send("GET", "/sign-in")
    answered = stranger.ask(method, path_of(route, mine), cell(route, method).form)
    assert told(answered) == (303, "/sign-in")


@every_cell
@pytest.mark.parametrize("who", ["citizen", "officer without a role"])
def test_who_is_no_administrator_gets_one_page_for_everything(
    company: Company, mine: Objects, route: ConsoleRoute, method: str, who: str
) -> None:
    person = company.somebody() if who == "citizen" else company.officer(None, MINE)
    for path in (path_of(route, mine), route.path.replace("{name}", "0" * 26)):
        assert told(person.ask(method, path, cell(route, method).form)) == (403, "not-for-you")


@every_cell
def test_an_old_factor_is_shown_again_where_the_permission_wants_it(
    company: Company, mine: Objects, route: ConsoleRoute, method: str
) -> None:
    operator, wanted = company.officer(_OPERATOR, NATIONAL), cell(route, method)
    company.edge.let_an_hour_pass(operator.account_id)
    answered = operator.ask(method, path_of(route, mine), wanted.form)
    if wanted.fresh:
        assert told(answered) == (303, "/account/confirm")
    elif method == "GET":
        assert answered.status == 200


@every_cell
def test_a_form_without_its_protection_is_refused(
    company: Company, mine: Objects, route: ConsoleRoute, method: str
) -> None:
    if method == "POST":
        answered = company.holders[_OPERATOR].walk.send("POST", path_of(route, mine), cell(route, method).form)
        assert told(answered) == (403, "form_rejected")


@pytest.mark.parametrize("role", Role)
def test_the_navigation_shows_what_may_be_opened_and_nothing_else(company: Company, role: Role) -> None:
    page = read_page(200, {}, company.holders[role].ask("GET", "/admin", {}).body.decode(), "")
    shown = {name.removeprefix("part-") for name in page.links if name.startswith("part-")} - {"own"}
    assert shown == {route.part for route in CONSOLE if route.part and role in EXPECTED["GET", route.path].allowed}


def test_every_form_has_a_page_and_who_confirmed_comes_back_to_it() -> None:
    shown = {route.path for route in CONSOLE if "GET" in route.methods}
    assert {route.path for route in CONSOLE} == shown
    fresh = {path for (_, path), wanted in EXPECTED.items() if wanted.fresh}
    assert fresh <= set(PLACES.values())
