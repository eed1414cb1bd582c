"""The audit log over the API: what a citizen's sign-in left is found, exported, and told to the citizen."""

import csv
from collections.abc import Callable
from io import StringIO

import httpx2
import pytest

from idp.officers.roles import NATIONAL, Role
from tests.flows.administrators import CONSOLE, ApiProgram, administrator
from tests.flows.officer_people import AGENCY
from tests.flows.running_provider import RunningProvider
from tests.support.parties.relying_party import sign_in
from tests.support.plain.browser import Browser
from tests.support.waiting import wait_for

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

REDEEMED = "client:code:redeemed"


def found(program: ApiProgram, query: str) -> list[dict[str, object]]:
    """Return the events of a search, once there are any: events of programs are written in batches."""

    def some() -> list[dict[str, object]] | None:
        answer: httpx2.Response = program.get(f"/audit/events?{query}")
        assert answer.status_code == 200, answer.text
        items: list[dict[str, object]] = answer.json()["items"]
        return items or None

    return wait_for(f"events of {query}", some)


@pytest.mark.both_forms
def test_a_citizens_events_are_found_by_account_and_the_search_is_told_to_them(
    running: RunningProvider, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    citizen = running.citizen()
    sign_in(browser, running.party(), citizen)
    operator = administrator(running, new_browser(), Role.NATIONAL_OPERATOR, NATIONAL)
    account = running.provider.account_of(citizen.number)
    events = found(operator, f"account_id={account}&client_id=quoc-gia&name={REDEEMED}")
    assert [event["name"] for event in events] == [REDEEMED]
    assert events[0]["person_id"] is not None
    one = operator.get(f"/audit/events/{events[0]['id']}")
    assert one.json() == events[0]
    assert "Quản trị viên tra cứu nhật ký" in browser.http.get("/account/activity").text


def test_an_agency_exports_the_events_of_its_client_and_no_person(running: RunningProvider, browser: Browser) -> None:
    program = administrator(running, browser, Role.AGENCY_ADMINISTRATOR, AGENCY)
    found(program, f"client_id={CONSOLE}&name={REDEEMED}")
    answer = program.get(f"/audit/export?client_id={CONSOLE}")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="audit-events.csv"'
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert {row["client_id"] for row in rows} == {CONSOLE}
    assert {row["person_id"] + row["address"] for row in rows} == {""}
    assert any(row["name"] == REDEEMED for row in rows)
    assert program.get("/audit/export?client_id=quoc-gia").status_code == 404
    reported = found(program, "name=admin:audit:exported")
    assert reported[0]["details"]["client"] == CONSOLE  # type: ignore[index]


def test_what_was_refused_is_found_with_who_tried_it(running: RunningProvider, browser: Browser) -> None:
    program = administrator(running, browser, Role.AGENCY_ADMINISTRATOR, AGENCY)
    me = program.get("/me").json()["account_id"]
    assert program.get("/clients/quoc-gia").status_code == 404
    (event,) = found(program, f"actor={me}&name=admin:operation:refused")
    assert (event["reason"], event["details"]["object"]) == ("not_found", "quoc-gia")  # type: ignore[index]


def test_the_newest_checkpoint_is_shown_once_there_is_one(running: RunningProvider, browser: Browser) -> None:
    program = administrator(running, browser, Role.AUDITOR, AGENCY)

    def one() -> httpx2.Response | None:
        answer = program.get("/audit/checkpoints/latest")
        return answer if answer.status_code == 200 else None

    reported = wait_for("a checkpoint", one).json()
    assert reported["number"] >= 1
    assert reported["signed"].count(".") == 2
    assert reported["overdue"] is False
