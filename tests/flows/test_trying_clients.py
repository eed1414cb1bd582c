"""The built-in test relying party: whole runs, and every door that stays shut."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from idp.accounts.roles import Role
from idp.kernel.secrets import Secret
from idp.proofing.sandbox_people import APP_SECRET, PASSWORD, PEOPLE
from tests.flows.cli.operator import run_python
from tests.flows.conftest import Town
from tests.flows.console_people import administrator, events
from tests.flows.officers import AGENCY, OfficerPerson
from tests.flows.test_console_clients import registered
from tests.support.authenticator_app import App
from tests.support.page import Page
from tests.support.plain_browser import Browser, Landing, shown
from tests.support.waiting import wait_for

NewBrowser = Callable[[], Browser]
PERSON = PEOPLE[1].record.number.digits
COOKIE = "idp-try"


@pytest.fixture(autouse=True)
def people(town: Town) -> None:
    """The invented people are there."""
    done = run_python(["-m", "idp.cli", "sandbox", "people"], town.provider.environment(1))
    assert done.code == 0, done.err


@pytest.fixture
def developer(town: Town, browser: Browser) -> OfficerPerson:
    return administrator(town, browser, Role.CLIENT_DEVELOPER, AGENCY)


def opened(browser: Browser, **changed: str) -> Page:
    """Register a client and open a run of it."""
    client_id = registered(browser, **changed).rpartition("/")[2]
    return start(browser, client_id)


def start(browser: Browser, client_id: str) -> Page:
    page = browser.page(f"/admin/clients/try/{client_id}")
    return shown(browser.submit(page, "start"))


def come_back(browser: Browser, answer: Page | Landing) -> Page:
    """Follow the way back to the provider's own test relying party."""
    assert isinstance(answer, Landing), answer.texts
    return browser.page(answer.location)


def attempt(browser: Browser, room: Page, variant: str = "plain", number: str = PERSON) -> Page:
    """Press a variant's button, sign in as an invented person where that is asked, and return the room after it."""
    answer = browser.submit(room, variant)
    if isinstance(answer, Page) and answer.shows("account-kind"):
        answer = browser.submit(answer, "other-account")
    if isinstance(answer, Page) and "sign-in" in answer.buttons:
        fields = (
            {"password": PASSWORD}
            if "identifier" not in answer.values
            else {"identifier": number, "password": PASSWORD}
        )
        answer = browser.submit(answer, "sign-in", **fields)
    if isinstance(answer, Page) and "verify" in answer.buttons:
        answer = browser.submit(answer, "verify", code=App(Secret(APP_SECRET)).code())
    return come_back(browser, answer)


def test_a_whole_run_is_explained_from_the_request_to_signing_out(
    town: Town, browser: Browser, developer: OfficerPerson
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
    found = wait_for("started", lambda: events(town, "admin:client:try_started", developer.officer.account_id))
    assert len(found) == 1
