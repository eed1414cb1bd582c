"""Every route of the console for every role, for those who have none, and for another agency's objects."""

import pytest

from idp.admin.permissions import TABLE, Level
from idp.kernel.ids import AccountId
from idp.officers.roles import NATIONAL, Role
from idp.web.admin.routes import CONSOLE
from idp.web.routes import TABLE as ROUTES
from tests.security.admin_cast.console_company import Company, Objects, Somebody, company_at, objects_of, path_of
from tests.security.admin_cast.console_expectations import CELLS, EVERYBODY, EXPECTED, MINE, OPERATOR, OTHERS
from tests.security.in_process import Answered, Edge
from tests.security.walk import Walk
from tests.support.every import every_case
from tests.support.page import read_page


@pytest.fixture(scope="module")
def company(edge: Edge) -> Company:
    return company_at(edge)


@pytest.fixture(scope="module")
def mine(company: Company) -> Objects:
    """Objects of the agency of the holders."""
    return objects_of(company, MINE)


@pytest.fixture(scope="module")
def theirs(company: Company) -> Objects:
    """Objects of another agency."""
    return objects_of(company, OTHERS)


def reported(answered: Answered) -> tuple[int, str]:
    """Return the status and the public code, or where it leads."""
    location = answered.header("location")
    if location is not None:
        return answered.status, location.partition("?")[0]
    page = read_page(answered.status, {}, answered.body.decode(), "")
    return answered.status, page.error_code or ("not-for-you" if page.shows("other-account") else "")


def test_every_route_has_an_expectation_and_every_expectation_a_route() -> None:
    assert {(method, route.path) for route, method in CELLS} == set(EXPECTED)


def test_the_table_says_what_is_expected() -> None:
    with every_case() as cases:
        for route, method in CELLS:
            wanted = EXPECTED[method, route.path]
            demand = TABLE[route.permission] if route.permission else None
            with cases.of(method, route.path):
                assert (demand.roles if demand else EVERYBODY) == wanted.roles
                assert (demand is not None and demand.level is Level.FRESH) == wanted.fresh


@pytest.mark.parametrize("role", Role)
def test_a_role_opens_what_it_brings_and_gets_403_elsewhere(company: Company, mine: Objects, role: Role) -> None:
    with every_case() as cases:
        for route, method in CELLS:
            wanted = EXPECTED[method, route.path]
            with cases.of(method, route.path):
                answered = company.holders[role].ask(method, path_of(route, mine), wanted.form)
                if role not in wanted.allowed:
                    assert reported(answered) == (403, "not_permitted")
                else:
                    assert answered.status in ({200} if method == "GET" else wanted.heard)


@pytest.mark.parametrize("role", [role for role in Role if role is not OPERATOR])
def test_another_agencys_object_is_not_found(company: Company, theirs: Objects, role: Role) -> None:
    with every_case() as cases:
        for route, method in CELLS:
            wanted, folder = EXPECTED[method, route.path], route.path.removesuffix("{name}")
            if folder == route.path or role not in wanted.allowed:
                continue
            for name in (theirs[folder], "0" * 26, "x"):
                with cases.of(method, folder + name):
                    assert reported(company.holders[role].ask(method, folder + name, wanted.form)) == (404, "not_found")


def test_nobody_is_led_to_sign_in(company: Company, mine: Objects) -> None:
    with every_case() as cases:
        for route, method in CELLS:
            stranger = Somebody(Walk(company.edge), AccountId(""))
            stranger.walk.send("GET", "/sign-in")
            with cases.of(method, route.path):
                answered = stranger.ask(method, path_of(route, mine), EXPECTED[method, route.path].form)
                assert reported(answered) == (303, "/sign-in")


@pytest.mark.parametrize("who", ["citizen", "officer without a role"])
def test_who_is_no_administrator_gets_one_page_for_everything(company: Company, mine: Objects, who: str) -> None:
    person = company.somebody() if who == "citizen" else company.officer(None, MINE)
    with every_case() as cases:
        for route, method in CELLS:
            for path in (path_of(route, mine), route.path.replace("{name}", "0" * 26)):
                with cases.of(method, path):
                    answered = person.ask(method, path, EXPECTED[method, route.path].form)
                    assert reported(answered) == (403, "not-for-you")


def test_an_old_factor_is_shown_again_where_the_permission_wants_it(company: Company, mine: Objects) -> None:
    operator = company.officer(OPERATOR, NATIONAL)
    company.edge.let_an_hour_pass(operator.account_id)
    with every_case() as cases:
        for route, method in CELLS:
            wanted = EXPECTED[method, route.path]
            with cases.of(method, route.path):
                answered = operator.ask(method, path_of(route, mine), wanted.form)
                if wanted.fresh:
                    assert reported(answered) == (303, "/account/confirm")
                elif method == "GET":
                    assert answered.status == 200


def test_a_form_without_its_protection_is_refused(company: Company, mine: Objects) -> None:
    with every_case() as cases:
        for route, method in CELLS:
            if method == "POST":
                form = EXPECTED[method, route.path].form
                with cases.of(route.path):
                    answered = company.holders[OPERATOR].walk.send("POST", path_of(route, mine), form)
                    assert reported(answered) == (403, "form_rejected")


@pytest.mark.parametrize("role", Role)
def test_the_navigation_shows_what_may_be_opened_and_nothing_else(company: Company, role: Role) -> None:
    page = read_page(200, {}, company.holders[role].ask("GET", "/admin", {}).body.decode(), "")
    shown = {name.removeprefix("part-") for name in page.links if name.startswith("part-")} - {"own"}
    assert shown == {route.menu for route in CONSOLE if route.menu and role in EXPECTED["GET", route.path].allowed}


def test_every_form_has_a_page_and_who_confirmed_comes_back_to_it() -> None:
    shown = {route.path for route in CONSOLE if "GET" in route.methods}
    assert {route.path for route in CONSOLE} == shown
    fresh = {path for (_, path), wanted in EXPECTED.items() if wanted.fresh}
    assert fresh <= set(ROUTES.places.paths.values())
