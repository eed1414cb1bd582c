"""What the bench of the console asks for comes from the tables of routes, so that new pages are measured."""

from datetime import UTC, datetime

from bench.console import ConsoleLine, render_console
from bench.console_facts import Facts
from bench.console_lookups import LOOK
from bench.console_pages import Ask, every_ask
from bench.console_store import Size
from idp.admin.people.service import MOST_LOOKUPS
from idp.officers.roles import Role
from idp.web.admin.routes import CONSOLE
from idp.web.admin_api.table import OPERATIONS

SIZE = Size(1, 1, 1, datetime(2026, 11, 25, tzinfo=UTC))
KINDS = ("clients", "changes", "waiting", "agencies", "administrators", "events", "client_id", "actor", "name", "q")
EVERYTHING = Facts({kind: ["one", "two"] for kind in KINDS}, {"clients": "one"}, SIZE, Role.NATIONAL_OPERATOR)


def asks(facts: Facts = EVERYTHING) -> dict[str, Ask]:
    return {ask.title: ask for ask in every_ask(facts, CONSOLE, OPERATIONS)}


def test_every_page_and_every_reading_operation_is_asked_for() -> None:
    pages = {f"GET {route.path}" for route in CONSOLE if "GET" in route.methods}
    operations = {f"GET {one.full_path}" for one in OPERATIONS if one.method == "GET"}
    assert pages | operations <= set(asks())


def test_what_the_tool_has_no_value_for_stands_there_without_addresses() -> None:
    nothing = asks(Facts({}, {}, SIZE, Role.NATIONAL_OPERATOR))
    assert nothing["GET /admin/clients/{name}"].addresses == ()
    assert nothing["GET /admin/clients"].addresses == ("/admin/clients",)


def test_pages_of_a_permission_that_is_not_held_are_left_out() -> None:
    of_agency = asks(Facts(EVERYTHING.values, {}, SIZE, Role.AGENCY_ADMINISTRATOR))
    assert "GET /admin/agencies/new" in asks()
    assert "GET /admin/agencies/new" not in of_agency


def test_lists_are_asked_for_with_few_rows_and_with_many() -> None:
    found = asks()
    assert found["GET /admin/api/v1/clients"].few == ("/admin/api/v1/clients?limit=10",)
    assert found["GET /admin/api/v1/clients"].addresses == ("/admin/api/v1/clients?limit=100",)
    assert found["GET /admin/clients"].few == ("/admin/clients?after=one",)
    assert found["GET /admin/clients, deep"].addresses == ("/admin/clients?after=one", "/admin/clients?after=two")


def test_filters_are_asked_for_alone_and_together() -> None:
    assert asks()["GET /admin/audit, by name and client_id"].addresses == (
        "/admin/audit?name=one&client_id=two",
        "/admin/audit?name=two&client_id=one",
    )


def test_a_page_of_somebody_is_asked_for_once_they_were_looked_for() -> None:
    sought = [f"account{n}" for n in range(50)]
    found = asks(Facts({"sought": sought}, {}, SIZE, Role.NATIONAL_OPERATOR))
    page, call = found["GET /admin/people/{name}"], found["GET /admin/api/v1/people/lookups/{lookup}"]
    assert (set(page.addresses), set(call.addresses)) == (
        {f"/admin/people/{LOOK}"},
        {f"/admin/api/v1/people/lookups/{LOOK}"},
    )
    assert len(page.addresses) == len(page.sought)
    assert page.sought == call.sought
    # Both are looked for in one hour, by one administrator.
    assert len(page.sought) + len(call.sought) <= MOST_LOOKUPS
    assert asks()["GET /admin/people"].sought == ()


def test_the_table_says_honestly_what_was_not_reached() -> None:
    slow = ConsoleLine("country", "GET /slow", (101.0,) * 20, 50.0, ((2, 2), (2, 3)))
    growing = ConsoleLine("country", "GET /growing", (1.0,) * 20, 1.0, ((12, 12), (102, 102)))
    table = render_console([slow, growing, ConsoleLine("country", "GET /none", trouble="not measured")], {})
    assert "1 of 2 rows reach the goal by p95, **NOT reached** by the others" in table
    assert "| country | GET /slow | 101.0 | 101.0 | 101.0 | 50.0 | 2 → 2-3 | **NOT reached** |" in table
    assert "12 → 102 GROWS" in table
    assert "1 rows take more statements" in table
    assert "| not measured |" in table
