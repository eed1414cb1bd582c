"""What each route says of itself, held against what it does: who is let in, which form it takes, how errors look."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from idp.account.model import AccountKind
from idp.web.account.paths import HOME
from idp.web.admin_api.operation import PREFIX
from idp.web.factors.paths import CONFIRM
from idp.web.http.route import Route, RouteFacts
from idp.web.officers.paths import ENROL
from idp.web.recovery.paths import RECOVER
from idp.web.routes import TABLE
from idp.web.sign_in.paths import SIGN_IN
from tests.flows.running_provider import CITIZENS
from tests.security.in_process import Answered, Edge
from tests.security.walk import Walk
from tests.support.every import every_case
from tests.support.page import read_page

ROUTES = tuple(one for one in TABLE.routes if isinstance(one, Route))
# The console and the administration API have a matrix each: test_admin_matrix, test_admin_api_matrix.
OWN = tuple(one for one in ROUTES if one.visitors)
MEDIA_TYPES = {"page": "text/html; charset=utf-8", "json": "application/json", "problem": "application/problem+json"}
_UNPROTECTED = {"action": "x"}
BEGINNINGS = {HOME, SIGN_IN, RECOVER, ENROL}
# What may change when a person only looks: when they were last here, and what is counted and recorded of it.
_OF_A_LOOK = {"sessions", "audit_events", "quality_counts", "used_once", "counts"}


def reported(answered: Answered) -> tuple[int, str]:
    """Return the status and the public code, or where it leads."""
    location = answered.header("location")
    if location is not None:
        return answered.status, location.partition("?")[0]
    if answered.header("content-type") != MEDIA_TYPES["page"]:
        return answered.status, ""
    return answered.status, read_page(answered.status, {}, answered.body.decode(), "").error_code or ""


def example(route: RouteFacts) -> str:
    """Return an address of the route; where it names an object, one that is nobody's."""
    return "/".join("none" if part.startswith("{") else part for part in route.path.split("/"))


def signed_in(edge: Edge, kind: AccountKind, citizen: int) -> Walk:
    """Return a browser whose person showed two factors, with an account of this kind."""
    walk = Walk(edge)
    walk.sign_in(CITIZENS[citizen])
    edge.strengthen()
    if kind is AccountKind.OFFICER:
        edge.appoint(None, "")
    with closing(sqlite3.connect(edge.database)) as store, store:
        asked = "UPDATE accounts SET account_kind = ? WHERE account_id = ?"
        store.execute(asked, (kind.value, edge.last_account()))
    return walk


def test_who_is_not_signed_in_is_led_to_it_from_every_page_of_an_account(edge: Edge) -> None:
    with every_case() as cases:
        for route in OWN:
            if "GET" in route.methods:
                with cases.of(route.path):
                    assert reported(Walk(edge).send("GET", example(route))) == (303, SIGN_IN)


def test_se_7_a_form_of_an_account_without_its_protection_is_refused(edge: Edge) -> None:
    walk = signed_in(edge, AccountKind.CITIZEN, 0)
    with every_case() as cases:
        for route in OWN:
            if route.takes_form:
                with cases.of(route.path):
                    assert reported(walk.send("POST", example(route), _UNPROTECTED)) == (403, "form_rejected")


def test_se_7_any_other_form_without_its_protection_is_refused_or_begins_anew(edge: Edge) -> None:
    """The steps of a matter look for its draft first: who has none is led to where it begins."""
    walk = signed_in(edge, AccountKind.CITIZEN, 0)
    with every_case() as cases:
        for route in ROUTES:
            if route.takes_form and not route.visitors:
                with cases.of(route.path):
                    status, where = reported(walk.send("POST", example(route), _UNPROTECTED))
                    beginning = status == 303 and where in BEGINNINGS and where != route.path
                    assert beginning or (status, where) in {(403, "form_rejected"), (400, "request_expired")}


@pytest.mark.parametrize(("kind", "citizen"), [(kind, place) for place, kind in enumerate(AccountKind, 1)])
def test_an_account_is_led_home_from_what_its_kind_does_not_have(edge: Edge, kind: AccountKind, citizen: int) -> None:
    walk = signed_in(edge, kind, citizen)
    with every_case() as cases:
        for route in OWN:
            if "GET" in route.methods:
                with cases.of(route.path):
                    led_home = reported(walk.send("GET", example(route))) == (303, HOME)
                    assert led_home == (kind not in route.visitors) or route.path == CONFIRM


def test_what_would_stay_behind_is_not_done_on_a_shared_computer(edge: Edge) -> None:
    walk = signed_in(edge, AccountKind.CITIZEN, 4)
    with closing(sqlite3.connect(edge.database)) as store, store:
        store.execute("UPDATE sessions SET shared_computer = 1 WHERE account_id = ?", (edge.last_account(),))
    with every_case() as cases:
        for route in OWN:
            if AccountKind.CITIZEN in route.visitors and "GET" in route.methods:
                with cases.of(route.path):
                    refused = reported(walk.send("GET", example(route))) == (403, "not_on_shared_computer")
                    assert refused == (not route.shared_computer)


def test_rfc9110_9_2_1_looking_changes_nothing(edge: Edge) -> None:
    walk = signed_in(edge, AccountKind.CITIZEN, 5)
    with every_case() as cases:
        for route in OWN:
            if AccountKind.CITIZEN in route.visitors and "GET" in route.methods:
                with cases.of(route.path):
                    before = dict(stored(edge))
                    walk.send("GET", example(route))
                    assert dict(stored(edge)) == before


def stored(edge: Edge) -> Iterator[tuple[str, list[object]]]:
    """Return everything that is kept, by table."""
    with closing(sqlite3.connect(edge.database)) as store:
        for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            if name not in _OF_A_LOOK:
                yield name, store.execute(f'SELECT * FROM "{name}"').fetchall()


def test_rfc9110_15_5_6_an_error_is_told_in_the_form_of_its_route(edge: Edge) -> None:
    with every_case() as cases:
        for route in TABLE.routes:
            with cases.of(route.path):
                answered = Walk(edge).send("TRACE", example(route))
                assert answered.status == 405
                assert answered.header("content-type") == MEDIA_TYPES[route.answers]


def test_every_answer_of_the_administration_api_is_a_problem_document_where_it_fails() -> None:
    for route in TABLE.routes:
        assert (route.answers == "problem") == route.path.startswith(f"{PREFIX}/")
