"""Agencies over HTTP: the tree by the API, versions, another agency's objects, and what a merge leaves as it was."""

from collections.abc import Callable
from itertools import count

import httpx2
import pytest

from clients.model import ClientId
from idp.officers.roles import NATIONAL, Role
from tests.flows.admin.test_admin_clients import propose
from tests.flows.administrators import API, ApiProgram, administrator
from tests.flows.console_people import administrator as administrator_of_console
from tests.flows.console_people import path_of
from tests.flows.portals import portal
from tests.flows.running_provider import RunningProvider
from tests.support.parties.relying_party import sign_in
from tests.support.plain.browser import Browser, shown

NewBrowser = Callable[[], Browser]
_numbers = count(1)
# The codes H71 to H84 are this file's own.
WHY = {"decision": "NQ 202/2025/QH15"}


@pytest.fixture
def operator(running: RunningProvider, browser: Browser) -> ApiProgram:
    return administrator(running, browser, Role.NATIONAL_OPERATOR, NATIONAL)


def post(program: ApiProgram, path: str, body: object, **headers: str) -> httpx2.Response:
    reported = {"Idempotency-Key": f"the-key-of-this-act-{next(_numbers)}", **headers}
    return ApiProgram(program.running, program.token, reported).send("POST", path, json=body)


def found(program: ApiProgram, code: str, kind: str = "province", **members: object) -> httpx2.Response:
    """Found an agency; that it is there already is as good."""
    body = {"code": code, "kind": kind, "name": f"Tỉnh {code}", "name_en": f"Province {code}", **WHY, **members}
    return post(program, "/agencies", body)


def rules(answer: httpx2.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(one["field"], one["rule"]) for one in answer.json()["errors"]]


def test_an_agency_is_founded_renamed_by_its_version_and_shown_with_its_history(operator: ApiProgram) -> None:
    made = found(operator, "H71")
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    assert made.headers["location"] == f"{API}/agencies/H71"
    renaming = {"name": "Tỉnh Bảy Mốt", "name_en": "Seventy-one", **WHY}
    assert post(operator, "/agencies/H71/rename", renaming).status_code == 428
    assert post(operator, "/agencies/H71/rename", renaming, **{"If-Match": '"9"'}).status_code == 412
    renamed = post(operator, "/agencies/H71/rename", renaming, **{"If-Match": '"1"'})
    assert (renamed.status_code, renamed.headers["etag"]) == (200, '"2"')
    shown = operator.get("/agencies/H71").json()
    assert [one["kind"] for one in shown["history"]] == ["founded", "renamed"]
    assert [one["name"] for one in shown["periods"]] == ["Tỉnh Bảy Mốt"]
    assert [row["code"] for row in operator.get("/agencies?q=bay%20mot").json()["items"]] == ["H71"]
    assert rules(found(operator, "H71")) == [("code", "code-given")]


@pytest.mark.one_form
def test_lists_are_paged_and_stay_in_ones_own_subtree(
    running: RunningProvider, operator: ApiProgram, new_browser: NewBrowser
) -> None:
    for code, kind, parent in (("H72", "province", ""), ("H72.1", "commune", "H72"), ("H72.2", "commune", "H72")):
        assert found(operator, code, kind, parent=parent).status_code == 201
    first = operator.get("/agencies?below=H72&limit=1").json()
    assert [row["code"] for row in first["items"]] == ["H72.1"]
    second = operator.get(f"/agencies?below=H72&limit=1&after={first['next']}").json()
    assert ([row["code"] for row in second["items"]], second["next"]) == (["H72.2"], None)
    local = administrator(running, new_browser(), Role.AGENCY_ADMINISTRATOR, "H72.1")
    assert [row["code"] for row in local.get("/agencies").json()["items"]] == ["H72.1"]
    assert local.get("/agencies/H72.1").status_code == 200
    for path in ("/agencies/H72", "/agencies/H72.2", "/agencies/H79", "/agencies?below=H72"):
        assert local.get(path).status_code == 404, path
    assert local.get("/agencies?q=tinh%20h72").json()["items"][0]["code"] == "H72.1"
    closing = propose(local, "close_agency", code="H72.1", version=1, **WHY)
    assert (closing.status_code, closing.json()["code"]) == (403, "not_permitted")


def test_a_person_keeps_their_subject_when_the_portals_agency_is_merged(
    running: RunningProvider, operator: ApiProgram, browser: Browser, new_browser: NewBrowser
) -> None:
    for code in ("H73", "H74"):
        assert found(operator, code).status_code == 201
    made = portal(ClientId("cong-73"), running.listener, agency="H73")
    running.provider.apply_clients([made.entry])
    # Listing looks first whether any client has changed: the process knows it from then on.
    assert "cong-73" in operator.get("/clients?limit=200").text
    party, citizen = made.party(running.http, running.provider), running.citizen()
    before = sign_in(new_browser(), party, citizen).claims["sub"]
    version = {"H73": 1, "H74": 1}
    new = {"code": "H75", "kind": "province", "name": "Tỉnh mới", "name_en": "New Province"}
    stale = propose(operator, "merge_agencies", versions={"H73": 7, "H74": 1}, found=new, **WHY)
    assert stale.status_code == 412
    change = propose(operator, "merge_agencies", versions=version, found=new, **WHY)
    assert (change.status_code, change.json()["state"]) == (202, "proposed")
    assert operator.get("/clients/cong-73").json()["agency"] == "H73"
    agreed = {"If-Match": change.headers["etag"]}
    path = f"/changes/{change.json()['id']}/approve"
    alone = post(operator, path, {}, **agreed)
    assert (alone.status_code, alone.json()["code"]) == (403, "not_permitted")
    second = administrator(running, new_browser(), Role.NATIONAL_OPERATOR, NATIONAL)
    assert post(second, path, {}, **agreed).status_code == 200
    assert operator.get("/agencies/H75").json()["clients"] == ["cong-73"]
    assert operator.get("/agencies/H73").json()["history"][-1]["successor"] == "H75"
    assert operator.get("/clients/cong-73").json()["agency"] == "H75"
    assert "cong-73" in operator.get("/clients?limit=200").text
    assert sign_in(new_browser(), party, citizen).claims["sub"] == before


REFUSED: list[tuple[dict[str, object], str, str]] = [
    ({"kind": "district"}, "kind", "form"),
    ({"name": "<b>"}, "name_vi", "text-plain"),
    ({"name": "x" * 201}, "name_vi", "text-length"),
    ({"code": "h76"}, "code", "code-form"),
    ({"code": "H76\u0000"}, "code", "characters"),
    ({"kind": "commune"}, "parent", "parent-kind"),
    ({"parent": "H55.999"}, "parent", "parent-unknown"),
    ({"day": "2031-01-01"}, "day", "day-to-come"),
    ({"day": "1/7/2025"}, "day", "form"),
    ({"decision": " "}, "decision", "text-missing"),
    ({"version": 9}, "version", "unknown"),
]


@pytest.mark.one_form
def test_bad_input_is_refused_field_by_field(operator: ApiProgram) -> None:
    reported = []
    for members, field, rule in REFUSED:
        answer = found(operator, **{"code": "H76", **members})  # type: ignore[arg-type]  # what is wrong is the point
        reported.append((members, (field, rule) in rules(answer), operator.get("/agencies/H76").status_code))
    assert [one for one in reported if one[1:] != (True, 404)] == []


@pytest.mark.one_form
def test_nobody_is_merged_with_nobody(operator: ApiProgram) -> None:
    found(operator, "H71")
    assert rules(propose(operator, "merge_agencies", versions={}, into="H71", **WHY))[0][0] == "codes"


def test_the_console_founds_merges_and_shows_what_happened(
    running: RunningProvider, operator: ApiProgram, new_browser: NewBrowser
) -> None:
    browser = new_browser()
    administrator_of_console(running, browser, Role.NATIONAL_OPERATOR, NATIONAL)
    page = browser.page("/admin/agencies/new")
    wrong = shown(browser.submit(page, "change", code="h81", name_vi="Tỉnh Tám Mốt", name_en="", decision="NQ 1"))
    assert (wrong.status, wrong.shows("code-error"), wrong.shows("name_en-error")) == (422, True, True)
    for code in ("H81", "H82"):
        named = {"name_vi": f"Tỉnh {code}", "name_en": f"Province {code}", "decision": "NQ 1"}
        done = shown(browser.submit(browser.page("/admin/agencies/new"), "change", code=code, kind="province", **named))
        assert (path_of(done), done.shows("done")) == (f"/admin/agencies/{code}", True)
    page = browser.page("/admin/agencies/merge/H81")
    command = {"codes": "H81", "into": "H82", "decision": "NQ 202/2025/QH15"}
    looked = shown(browser.submit(page, "look", **command))
    assert (looked.status, "agencies.H81.name" in looked.texts["differences"]) == (200, True)
    change = shown(browser.submit(page, "change", **command))
    assert path_of(change).startswith("/admin/changes/")
    assert (change.shows("withdraw"), change.shows("approve")) == (True, False)
    assert browser.page("/admin/agencies/H81").shows("changes-of-two")
    late = shown(browser.submit(page, "change", **command))
    assert late.status == 409
    other = new_browser()
    administrator_of_console(running, other, Role.NATIONAL_OPERATOR, NATIONAL)
    approved = shown(other.submit(other.page(path_of(change)), "approve"))
    assert (approved.status, approved.shows("undo")) == (200, True)
    assert "NQ 202/2025/QH15" in browser.page("/admin/agencies/H82").texts["history"]
    assert shown(browser.submit(page, "change", **command)).status == 404
    closed = browser.page("/admin/agencies/H81")
    assert (closed.shows("closed"), closed.shows("changes")) == (True, False)
    listed = browser.page("/admin/agencies?q=tinh%20h82")
    assert "H82" in listed.texts["agencies"]


def test_what_was_changed_meanwhile_is_not_overwritten(
    running: RunningProvider, operator: ApiProgram, new_browser: NewBrowser
) -> None:
    assert found(operator, "H83").status_code == 201
    browser = new_browser()
    administrator_of_console(running, browser, Role.NATIONAL_OPERATOR, NATIONAL)
    page = browser.page("/admin/agencies/rename/H83")
    renaming = {"name_vi": "Tỉnh Một", "name_en": "One", "decision": "NQ 1"}
    assert path_of(shown(browser.submit(page, "change", **renaming))) == "/admin/agencies/H83"
    stale = shown(browser.submit(page, "change", **{**renaming, "name_vi": "Tỉnh Hai"}))
    assert (stale.status, stale.texts["error-code"]) == (412, "stale_version")


@pytest.mark.one_form
def test_an_agencys_administrator_looks_at_their_own_and_changes_nothing(
    running: RunningProvider, operator: ApiProgram, new_browser: NewBrowser
) -> None:
    for code, kind, parent in (("H84", "province", ""), ("H84.1", "commune", "H84")):
        assert found(operator, code, kind, parent=parent).status_code == 201
    browser = new_browser()
    administrator_of_console(running, browser, Role.AGENCY_ADMINISTRATOR, "H84.1")
    page = browser.page("/admin/agencies")
    assert ("H84.1" in page.texts["agencies"], page.shows("new")) == (True, False)
    assert browser.page("/admin/agencies/H84.1").shows("changes") is False
    for path, status in (
        ("/admin/agencies/H84", 404),
        ("/admin/agencies?below=H84", 404),
        ("/admin/agencies/rename/H84.1", 403),
        ("/admin/agencies/new", 403),
    ):
        assert browser.page(path).status == status, path
