"""The built-in test relying party: a whole run, from the console's button to signing out."""

from urllib.parse import urlsplit

import pytest

from idp.client_trials.sandbox_people import PEOPLE
from idp.kernel.ids import PersonId
from idp.officers.roles import Role
from tests.flows.console_people import administrator, events
from tests.flows.officer_people import AGENCY, OfficerPerson
from tests.flows.running_provider import RunningProvider
from tests.flows.trial_runs import attempt, come_back, make_people, opened
from tests.support.plain.browser import Browser, shown
from tests.support.waiting import wait_for


@pytest.fixture
def developer(running: RunningProvider, browser: Browser) -> OfficerPerson:
    make_people(running)
    return administrator(running, browser, Role.CLIENT_DEVELOPER, AGENCY)


def test_a_whole_run_is_explained_from_the_request_to_signing_out(
    running: RunningProvider, browser: Browser, developer: OfficerPerson
) -> None:
    room = opened(browser)
    assert urlsplit(room.address).path == "/try"
    done = attempt(browser, room)
    assert "Đúng như mong đợi" in done.texts["outcome"], done.texts
    assert {"request", "back", "token", "id_token", "userinfo"} <= {
        name.removeprefix("findings-") for name in done.texts if name.startswith("findings-")
    }
    assert "Cần sửa" not in done.texts["shown"]
    assert f"{PEOPLE[1].record.full_name}" in done.texts["findings-userinfo"]
    out = come_back(browser, browser.submit(done, "sign-out"))
    assert out.shows("notice")
    assert "phiên kết thúc" in out.texts["findings-sign_out"]
    assert shown(browser.open("/admin")).address.endswith("to=admin")
    found = wait_for(
        "started", lambda: events(running, "admin:client:try_started", PersonId(developer.officer.account_id))
    )
    assert len(found) == 1
