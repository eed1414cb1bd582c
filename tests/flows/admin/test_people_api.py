"""People by the administration API: the same use cases, in the session that the token was given in."""

from collections.abc import Callable

import httpx2
import pytest

from idp.officers.roles import NATIONAL, Role
from tests.flows.admin.test_admin_clients import post
from tests.flows.administrators import API, READ, ApiProgram, administrator
from tests.flows.running_provider import RunningProvider
from tests.support.plain.browser import Browser

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

NewBrowser = Callable[[], Browser]
LOOKUPS = "/people/lookups"


def wanted(value: str, **members: str) -> dict[str, str]:
    return {"by": "number", "value": value, "purpose": "complaint", "case": "KN-2026-7", **members}


def read_at(made: httpx2.Response) -> str:
    """Return where what was made is read, below the API."""
    location = made.headers["location"]
    assert location.startswith(f"{API}{LOOKUPS}/")
    return location.removeprefix(API)


def support(running: RunningProvider, browser: Browser) -> ApiProgram:
    return administrator(running, browser, Role.SUPPORT, NATIONAL)


@pytest.mark.both_forms
def test_a_person_is_found_locked_and_unlocked(running: RunningProvider, browser: Browser) -> None:
    citizen, program = running.citizen(), support(running, browser)
    made = post(program, LOOKUPS, wanted(citizen.number))
    assert (made.status_code, made.json()["found"]) == (201, 1)
    path = read_at(made)
    assert path == f"{LOOKUPS}/{made.json()['lookup']}"
    assert citizen.number not in made.text + program.get(path).text
    (person,) = program.get(path).json()["people"]
    assert (person["number"], person["status"]) == ("•" * 9 + citizen.number[-3:], "open")
    for act, reason, status in (("lock", "asked", "locked"), ("unlock", "checked", "open")):
        assert [post(program, f"{path}/{act}", {"reason": reason}).json() for _ in range(2)] == [
            {"changed": True},
            {"changed": False},
        ]
        assert program.get(path).json()["people"][0]["status"] == status
    assert post(program, f"{path}/sign-out", {"reason": "asked"}).json() == {"changed": False}


def test_nobody_is_a_look_at_nobody(running: RunningProvider, browser: Browser) -> None:
    program = support(running, browser)
    made = post(program, LOOKUPS, wanted("099187000001"))
    assert (made.status_code, made.json()["found"]) == (201, 0)
    assert program.get(read_at(made)).json()["people"] == []
    refused = post(program, f"{read_at(made)}/lock", {"reason": "asked"})
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")


@pytest.mark.both_forms
def test_a_look_is_of_the_session_of_the_token(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    citizen, program, other = running.citizen(), support(running, browser), support(running, new_browser())
    path = read_at(post(program, LOOKUPS, wanted(citizen.number)))
    assert program.get(path).status_code == 200
    for foreign in (other.get(path), other.get(f"{LOOKUPS}/{running.provider.account_of(citizen.number)}")):
        assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found")
    assert post(other, f"{path}/lock", {"reason": "asked"}).status_code == 404


def test_what_is_typed_is_not_repeated(running: RunningProvider, browser: Browser) -> None:
    program = support(running, browser)
    for body in (wanted("00189977733"), wanted("001899777333", case="001-899-777-333"), wanted("1", by="name")):
        refused = post(program, LOOKUPS, body)
        assert refused.status_code == 422, refused.text
        assert "777" not in refused.text


def test_looking_takes_the_scope_that_writes(running: RunningProvider, browser: Browser) -> None:
    program = administrator(running, browser, Role.SUPPORT, NATIONAL, READ)
    refused = post(program, LOOKUPS, wanted("099187000001"))
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")


def test_nobody_looks_without_end(running: RunningProvider, browser: Browser) -> None:
    program = support(running, browser)
    answers = [post(program, LOOKUPS, wanted("099187000001")) for _ in range(21)]
    assert {one.status_code for one in answers[:-1]} == {201}
    last = answers[-1]
    assert (last.status_code, last.json()["code"], last.headers["retry-after"]) == (429, "too_many_requests", "3600")
