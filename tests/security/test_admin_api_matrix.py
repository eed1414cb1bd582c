"""Every operation for every role, here and at another agency, without a token, a citizen's, and without the scope.

All of it at the bare edge; at a running server one operation of each kind, and all of them in the full form.
"""

import httpx2
import pytest

from idp.officers.roles import Role
from tests.flows.administrators import API, ApiProgram
from tests.security.admin_cast.admin_api_cast import Cast, cast_of
from tests.security.admin_cast.admin_api_expectations import AUDITOR, EXPECTED, METHODS, OPERATOR, REACHES, SCOPES
from tests.security.edge_provider import at_server
from tests.support.every import every_case
from tests.support.extent import FULL

EVERYTHING = tuple(METHODS)
# A read, a list that hides, a write, one that wants a version, one of the country, and one that only the country's
# roles bring.
SAMPLE = ("show_me", "list_clients", "show_event", "register_client", "change_client", "list_keys", "find_person")


@pytest.fixture(scope="module", params=["edge", "server"])
def cast(request: pytest.FixtureRequest) -> Cast:
    if request.param == "edge":
        return cast_of(request.getfixturevalue("edge_provider"), EVERYTHING, tuple(Role))
    attacked = at_server(request.getfixturevalue("embedded"))
    return cast_of(attacked, EVERYTHING, tuple(Role)) if FULL else cast_of(attacked, SAMPLE, (OPERATOR, AUDITOR))


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    """Return the status and the public code, or nothing where there is none."""
    reported: object = answer.json() if "json" in answer.headers["content-type"] else None
    return answer.status_code, str(reported.get("code", "")) if isinstance(reported, dict) else ""


def test_every_operation_has_an_expectation_and_no_expectation_is_left_over() -> None:
    assert set(EVERYTHING) == EXPECTED.keys()


@pytest.mark.parametrize("reach", REACHES)
def test_a_role_does_what_it_may_where_it_may(cast: Cast, reach: str) -> None:
    cells = [(role, name) for role, where in cast.by_role if where == reach for name in cast.names]
    with every_case() as cases:
        for role, name in cells:
            with cases.of(name, role, reach):
                check_cell(cast, cast.send(cast.by_role[role, reach], name), name, role, reach)


def check_cell(cast: Cast, answer: httpx2.Response, name: str, role: Role, reach: str) -> None:
    expected = EXPECTED[name]
    hidden = expected.hidden.format(**cast.facts)
    if role not in expected.roles or (expected.refused_below and reach != "national"):
        assert code_of(answer) == (403, "not_permitted")
    elif reach == "national" or (reach == "own" and not expected.national):
        assert answer.status_code in expected.statuses, answer.text
        assert hidden in answer.text
    elif expected.foreign == 404:
        assert code_of(answer) == (404, "not_found")
    else:
        assert answer.status_code in expected.statuses
        assert not hidden or hidden not in answer.text


def test_an_officer_without_a_role_administers_nothing(cast: Cast) -> None:
    with every_case() as cases:
        for name in cast.names:
            roleless = EXPECTED[name].roleless
            with cases.of(name):
                answer = cast.send(cast.roleless, name)
                assert answer.status_code == 200 if roleless else code_of(answer) == (403, "not_permitted")


def test_a_citizen_administers_nothing(cast: Cast) -> None:
    with every_case() as cases:
        for name in cast.names:
            with cases.of(name):
                assert code_of(cast.send(cast.citizen, name)) == (403, "not_permitted")


def test_nobody_administers_without_a_token(cast: Cast) -> None:
    running = cast.citizen.running
    with every_case() as cases:
        for name in cast.names:
            address = running.provider.base() + API + EXPECTED[name].path.format(**cast.facts)
            with cases.of(name):
                assert code_of(running.http.request(METHODS[name], address)) == (401, "token_missing")
            with cases.of(name, "a.b.c"):
                assert code_of(cast.send(ApiProgram(running, "a.b.c"), name)) == (401, "invalid_token")


def test_a_token_without_the_scope_does_nothing(cast: Cast) -> None:
    with every_case() as cases:
        for name in cast.names:
            scope = SCOPES[name]
            with cases.of(name):
                answer = cast.send(cast.without_scope[scope], name)
                assert code_of(answer) == (403, "insufficient_scope")
                assert f'scope="{scope}"' in answer.headers["www-authenticate"]
