"""Trying a client out in the flow tests: opening a run, signing in as an invented person, coming back."""

from functools import cache

from clients.model import ClientId
from idp.client_trials.sandbox_people import APP_SECRET, PASSWORD, PEOPLE
from idp.kernel.secrets import Secret
from tests.flows.admin.test_console_clients import registered
from tests.flows.running_provider import RunningProvider
from tests.support.authenticator_app import App
from tests.support.operator import run_idp
from tests.support.page import Page
from tests.support.plain.browser import Browser, Landing, shown

PERSON = PEOPLE[1].record.number.digits


@cache
def app_of(number: str) -> App:
    """Return the app of an invented person: the same in every test, so that no code is shown twice."""
    return App(Secret(APP_SECRET))


def make_people(running: RunningProvider) -> None:
    """Make the invented people."""
    done = run_idp(["sandbox", "people"], running.provider.environment(1))
    assert done.code == 0, done.err


def opened(browser: Browser, **changed: str) -> Page:
    """Register a client and open a run of it."""
    client_id = ClientId(registered(browser, **changed).rpartition("/")[2])
    return start(browser, client_id)


def start(browser: Browser, client_id: ClientId) -> Page:
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
        answer = browser.submit(answer, "verify", code=app_of(number).code())
    return come_back(browser, answer)
