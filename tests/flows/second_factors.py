"""A person who looks after their second factors: what the tests of factors, steps and approvals share."""

import re
from urllib.parse import parse_qs, urlsplit

from idp.kernel.secrets import Secret
from tests.flows.running_provider import RunningProvider
from tests.support.authenticator_app import App
from tests.support.page import Page
from tests.support.parties.relying_party import show_password
from tests.support.plain.browser import Browser, Landing, shown
from tests.support.running.provider import Citizen
from tests.support.waiting import wait_for

_CODE = re.compile(r"\b\d{6}\b")


def sms_codes(running: RunningProvider, citizen: Citizen, count: int = 1) -> list[str]:
    """Return the codes that a person was sent, once there are `count`; notices carry none."""

    def enough() -> list[str] | None:
        codes = [code for text in running.listener.texts_to(citizen.phone) for code in _CODE.findall(text)]
        return codes if len(codes) >= count else None

    return wait_for(f"{count} codes to {citizen.phone}", enough)


def open_sign_in(browser: Browser, citizen: Citizen) -> Page | Landing:
    """Type number and password at the provider itself."""
    return show_password(browser, browser.page("/sign-in"), citizen)


def confirmed(running: RunningProvider, browser: Browser, citizen: Citizen, path: str) -> Page:
    """Return a page that wants a strong sign-in, after the code by SMS that it asks for."""
    page = browser.page(path)
    if urlsplit(page.address).path == "/account/confirm":
        page = shown(browser.submit(page, "verify", code=sms_codes(running, citizen)[-1]))
    return page


def add_app(running: RunningProvider, browser: Browser, citizen: Citizen) -> App:
    """Set an authenticator app up, in a session that was just begun with the password."""
    page = confirmed(running, browser, citizen, "/account/totp")
    setup = shown(browser.submit(page, "begin"))
    app = App(Secret(setup.texts["secret"].replace(" ", "")))
    done = shown(browser.submit(setup, "confirm", code=app.code()))
    assert (urlsplit(done.address).path, done.shows("done")) == ("/account/factors", True)
    return app


def switch_two_steps_on(browser: Browser) -> None:
    """Ask for a second factor at every sign-in from now on."""
    page = shown(browser.submit(browser.page("/account/factors"), "two-steps-on"))
    assert page.shows("two-steps-off")


def two_step_person(running: RunningProvider, browser: Browser) -> tuple[Citizen, App]:
    """Return a person with an app and two steps, signed in at `browser`."""
    citizen = running.citizen()
    open_sign_in(browser, citizen)
    app = add_app(running, browser, citizen)
    switch_two_steps_on(browser)
    return citizen, app


def draft_of(page: Page) -> str:
    """Return the name of the draft that a second step's address carries."""
    return parse_qs(urlsplit(page.address).query)["s"][0]
