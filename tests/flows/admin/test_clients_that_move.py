"""A client goes to another agency over HTTP: both agencies read the change, and each what is so of the client."""

from collections.abc import Callable
from itertools import count

import httpx2
import pytest

from idp.officers.roles import NATIONAL, Role
from tests.flows.admin.test_admin_clients import propose_update
from tests.flows.administrators import ApiProgram, administrator
from tests.flows.running_provider import RunningProvider
from tests.support.plain.browser import Browser

NewBrowser = Callable[[], Browser]
_numbers = count(1)
# These codes are this file's own.
GIVING, TAKING = "H64", "H65"
CLIENT = "cong-di-chuyen"


def send(program: ApiProgram, method: str, path: str, body: object, **headers: str) -> httpx2.Response:
    reported = {"Idempotency-Key": f"the-key-of-this-move-{next(_numbers)}", **headers}
    return ApiProgram(program.running, program.token, reported).send(method, path, json=body)


@pytest.mark.one_form
def test_the_mover_reads_what_became_of_the_change_and_the_new_agency_has_the_client(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    mover = administrator(running, browser, Role.AGENCY_ADMINISTRATOR, GIVING)
    taker = administrator(running, new_browser(), Role.AGENCY_ADMINISTRATOR, TAKING)
    country = administrator(running, new_browser(), Role.NATIONAL_OPERATOR, NATIONAL)
    metadata = {
        **next(one for one in mover.get("/client-templates").json()["items"] if one["kind"] == "web_portal")["members"],
        "client_id": CLIENT,
        "client_name": "Cổng di chuyển",
        "redirect_uris": ["https://dichvucong.dichuyen.gov.vn/callback"],
        "agency": GIVING,
    }
    assert send(mover, "POST", "/clients", {"metadata": metadata}).status_code == 201
    shown = mover.get(f"/clients/{CLIENT}")
    answer = propose_update(mover, shown, agency=TAKING)
    assert answer.status_code == 202, answer.text
    change = answer.json()
    assert (change["agency"], change["asked_agency"], change["state"]) == (GIVING, TAKING, "proposed")
    assert mover.get(f"/clients/{CLIENT}").json()["agency"] == GIVING
    path, agreed = f"/changes/{change['id']}", {"If-Match": f'"{change["digest"]}"'}
    for program, reported in ((mover, 404), (country, 403)):
        assert send(program, "POST", f"{path}/approve", {}, **agreed).status_code == reported
    assert send(taker, "POST", f"{path}/approve", {}, **agreed).status_code == 200
    assert (mover.get(path).json()["state"], mover.get(path).json()["asked_agency"]) == ("applied", TAKING)
    assert mover.get(f"/clients/{CLIENT}").status_code == 404
    assert taker.get(f"/clients/{CLIENT}").json()["agency"] == TAKING
