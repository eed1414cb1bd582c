"""Administrators by API: issued, given roles, relieved of them, taken back; never on what has changed meanwhile."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import httpx2
import pytest

from idp.officers.roles import NATIONAL, Role
from tests.flows.admin.test_admin_clients import post, propose
from tests.flows.administrators import ApiProgram, administrator
from tests.flows.console_people import events, give
from tests.flows.officer_people import AGENCY, issue
from tests.flows.running_provider import RunningProvider
from tests.support.plain.browser import Browser

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

NewBrowser = Callable[[], Browser]
UNTIL = (datetime.now(UTC) + timedelta(days=10)).strftime("%Y-%m-%d")
COMMAND = {
    "agency": AGENCY,
    "full_name": "Nguyễn Văn Bình",
    "post": "Quản trị viên",
    "contact": "0912345678",
    "role": "client_developer",
    "over": AGENCY,
    "until": UNTIL,
}
_names = count(1)


@pytest.fixture
def operator(running: RunningProvider, new_browser: NewBrowser) -> ApiProgram:
    return administrator(running, new_browser(), Role.NATIONAL_OPERATOR, NATIONAL)


def command() -> dict[str, str]:
    return {**COMMAND, "name": f"qua-api-{next(_names)}"}


def issued(program: ApiProgram, **members: str) -> httpx2.Response:
    """Propose a new administrator, and return them as they are read."""
    proposed = propose(program, "issue_administrator", **{**command(), **members})
    assert proposed.status_code == 202, proposed.text
    return program.get(f"/administrators/{proposed.json()['object_id']}")


def version_of(read: httpx2.Response) -> str:
    return read.headers["etag"].strip('"')


def fields(answer: httpx2.Response) -> set[str]:
    return {one["field"] for one in answer.json()["errors"]}


@pytest.mark.both_forms
def test_an_account_is_issued_once_however_often_it_is_sent(operator: ApiProgram) -> None:
    asked = {"kind": "issue_administrator", **command()}
    first = post(operator, "/changes", asked, **{"Idempotency-Key": f"issue-of-{asked['name']}-1"})
    again = post(operator, "/changes", asked, **{"Idempotency-Key": f"issue-of-{asked['name']}-1"})
    assert (first.status_code, again.status_code) == (202, 202), first.text
    assert first.json() == again.json()
    assert first.headers["location"] == again.headers["location"]
    taken = post(operator, "/changes", asked)
    assert (taken.status_code, fields(taken)) == (422, {"name"})
    shown = operator.get(f"/administrators/{first.json()['object_id']}").json()
    assert shown["change_id"] == first.json()["id"]
    assert [(one["role"], one["agency"]) for one in shown["roles"]] == [("client_developer", AGENCY)]
    assert shown["full_name"] == COMMAND["full_name"]
    assert (shown["code_goes_to"], shown["enrolment_ends_at"]) == ("+84912345678", None)


def test_who_asked_does_not_confirm_and_another_does_what_they_read(
    operator: ApiProgram, running: RunningProvider, new_browser: NewBrowser
) -> None:
    made = issued(operator, role="agency_administrator")
    path, change = f"/administrators/{made.json()['account_id']}", f"/changes/{made.json()['change_id']}"
    assert [one["unconfirmed"] for one in made.json()["roles"]] == [True]
    waits = operator.get(change)
    assert (waits.json()["state"], waits.json()["object_kind"]) == ("proposed", "administrator")
    reported = {one["member"]: one["added"] for one in waits.json()["differences"]}
    assert reported == {"enrolment_code": ["+84912345678"], "roles": [f"agency_administrator {AGENCY}"]}
    own = post(operator, f"{change}/approve", {}, **{"If-Match": waits.headers["etag"]})
    assert (own.status_code, own.json()["code"]) == (403, "not_permitted")
    second = administrator(running, new_browser(), Role.NATIONAL_OPERATOR, NATIONAL)
    read = second.get(change).headers["etag"]
    assert post(second, f"{change}/approve", {}, **{"If-Match": '"another"'}).status_code == 412
    assert fields(post(second, f"{change}/approve", {"refused_scopes": ["x"]}, **{"If-Match": read})) == {
        "refused_scopes"
    }
    for decision, body in (("refuse", {"reason": "not by this address"}), ("withdraw", None)):
        tag = {"If-Match": read} if body else {}
        kept = post(second, f"{change}/{decision}", body, **tag)
        assert (kept.status_code, kept.json()["code"]) == (409, "conflict"), decision
    done = post(second, f"{change}/approve", {}, **{"If-Match": read})
    assert (done.status_code, done.json()["state"], done.json()["differences"]) == (200, "applied", []), done.text
    now = second.get(path).json()
    assert (now["code_asked_by"], now["enrolment_ends_at"] is None, now["change_id"]) == (None, False, None)
    assert [one["unconfirmed"] for one in now["roles"]] == [False]
    again = post(second, f"{change}/approve", {}, **{"If-Match": done.headers["etag"]})
    assert (again.status_code, again.json()["code"]) == (409, "too_late")
    for decision in ("withdraw", "undo", "review"):
        late = post(second, f"{change}/{decision}")
        assert (late.status_code, late.json()["code"]) == (409, "too_late"), decision


def test_a_role_that_approves_is_proposed_and_another_is_given_at_once(operator: ApiProgram) -> None:
    made = issued(operator)
    path, role = f"/administrators/{made.json()['account_id']}", {"over": AGENCY, "until": UNTIL}
    approving, tag = {**role, "role": "agency_administrator"}, {"If-Match": made.headers["etag"]}
    alone = post(operator, f"{path}/roles", approving, **tag)
    assert (alone.status_code, alone.json()["code"]) == (409, "second_person_needed")
    known = {"account_id": made.json()["account_id"], "version": version_of(made)}
    both = propose(operator, "give_role", **known, **{**role, "role": "support"})
    assert (both.status_code, both.json()["code"]) == (409, "second_person_not_needed")
    stale = propose(operator, "give_role", **{**known, "version": "old"}, **approving)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    given = propose(operator, "give_role", **known, **approving)
    assert given.status_code == 202, given.text
    assert given.json()["differences"][-1] == {
        "member": "roles",
        "removed": [],
        "added": [f"agency_administrator {AGENCY}"],
    }


def test_what_waits_of_an_administrator_is_read_by_who_may_see_them(
    running: RunningProvider, operator: ApiProgram, new_browser: NewBrowser
) -> None:
    change = issued(operator).json()["change_id"]
    foreign = administrator(running, new_browser(), Role.AGENCY_ADMINISTRATOR, "H26")
    assert foreign.get(f"/changes/{change}").status_code == 404
    assert operator.get("/changes/administrator.none").status_code == 404


def test_every_problem_of_a_wish_is_told_at_once(operator: ApiProgram) -> None:
    wrong = propose(
        operator, "issue_administrator", **{**command(), "name": "No Name", "until": "yesterday", "post": ""}
    )
    assert (wrong.status_code, fields(wrong)) == (422, {"name", "until", "post"})


@pytest.mark.both_forms
def test_an_account_lives_its_life_and_nothing_is_done_on_what_was_read_before(
    operator: ApiProgram, running: RunningProvider
) -> None:
    account_id = issued(operator).json()["account_id"]
    path = f"/administrators/{account_id}"
    read = operator.get(path)
    role = {"role": "support", "over": AGENCY, "until": UNTIL}
    assert post(operator, f"{path}/roles", role).status_code == 428
    given = post(operator, f"{path}/roles", role, **{"If-Match": read.headers["etag"]})
    assert given.status_code == 200, given.text
    assert {one["role"] for one in given.json()["roles"]} == {"client_developer", "support"}
    stale = post(operator, f"{path}/roles", {**role, "role": "auditor"}, **{"If-Match": read.headers["etag"]})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")

    grant = next(one["id"] for one in given.json()["roles"] if one["role"] == "support")
    revoked = post(operator, f"{path}/roles/{grant}/revoke", **{"If-Match": given.headers["etag"]})
    assert revoked.status_code == 200, revoked.text
    assert {one["role"]: one["revoked_at"] is not None for one in revoked.json()["roles"]}["support"]
    again = post(operator, f"{path}/roles/{grant}/revoke", **{"If-Match": revoked.headers["etag"]})
    assert again.status_code == 409

    sooner = (datetime.now(UTC) + timedelta(days=5)).strftime("%Y-%m-%d")
    extended = post(operator, f"{path}/extend", {"until": sooner}, **{"If-Match": revoked.headers["etag"]})
    assert extended.status_code == 200, extended.text
    contact, version = "binh@thainguyen.gov.vn", version_of(extended)
    code = propose(operator, "renew_enrolment_code", account_id=account_id, version=version, contact=contact)
    assert code.status_code == 202, code.text
    assert operator.get(path).json()["code_goes_to"] == contact
    version = operator.get(path).headers["etag"]
    unknown = post(operator, f"{path}/withdraw", {"reason": "whim"}, **{"If-Match": version})
    assert (unknown.status_code, fields(unknown)) == (422, {"reason"})
    gone = post(operator, f"{path}/withdraw", {"reason": "left"}, **{"If-Match": version})
    assert gone.status_code == 200, gone.text
    assert gone.json()["withdrawn_at"] is not None
    for name in ("granted", "revoked", "extended", "enrolment_renewed", "withdrawn"):
        assert len(events(running, f"admin:administrator:{name}", account_id)) == 1


def test_an_agency_gives_no_more_than_it_holds_and_sees_no_other(
    running: RunningProvider, operator: ApiProgram, new_browser: NewBrowser
) -> None:
    of_agency = administrator(running, new_browser(), Role.AGENCY_ADMINISTRATOR, AGENCY)
    more = propose(of_agency, "issue_administrator", **{**command(), "role": "national_operator", "over": "national"})
    assert more.status_code in {403, 422}, more.text
    foreign = issue(running)
    give(running, foreign, Role.AUDITOR, "H26")
    path = f"/administrators/{foreign.officer.account_id}"
    assert operator.get(path).status_code == 200
    listed = of_agency.get("/administrators?limit=200").json()["items"]
    assert all(role["agency"] != "H26" for one in listed for role in one["roles"])


def test_nobody_ends_themself(operator: ApiProgram) -> None:
    path = f"/administrators/{operator.get('/me').json()['account_id']}"
    version = operator.get(path).headers["etag"]
    own = post(operator, f"{path}/withdraw", {"reason": "left"}, **{"If-Match": version})
    assert own.status_code in {403, 422}, own.text


def test_pages_follow_each_other(operator: ApiProgram) -> None:
    for _ in range(3):
        assert issued(operator).status_code == 200
    first = operator.get("/administrators?limit=2").json()
    second = operator.get(f"/administrators?limit=2&after={first['next']}").json()
    accounts = [one["account_id"] for page in (first, second) for one in page["items"]]
    assert accounts == sorted(set(accounts))
