"""An officer at a counter, with a citizen before them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from clients.model import ClientId
from tests.flows.officer_people import OfficerPerson, ready, show_factors
from tests.flows.running_provider import RunningProvider
from tests.flows.second_factors import sms_codes
from tests.support.page import Page
from tests.support.parties.relying_party import RelyingParty, Started, Tokens
from tests.support.plain.browser import Browser, landed, shown
from tests.support.running.provider import Citizen

CLIENT = ClientId("mot-cua")


@dataclass(slots=True)
class Desk:
    """An officer, signed in at the counter's computer, with a citizen before them."""

    running: RunningProvider
    browser: Browser
    officer: OfficerPerson
    citizen: Citizen

    @property
    def party(self) -> RelyingParty:
        return self.running.party(CLIENT)

    def begin(self, scope: str = "openid profile offline_access", **extra: str) -> tuple[Started, Page]:
        """Open the counter's page, as the portal's button does."""
        started = self.party.start(assisted="1", scope=scope, **extra)
        return started, self.browser.page(started.location)

    def at_password(self, page: Page, number: str = "") -> Page:
        return shown(self.browser.submit(page, "screen", number=number or self.citizen.number))

    def at_factor(self, page: Page) -> Page:
        """Type the citizen's password, and have the code sent."""
        factor = shown(self.browser.submit(self.at_password(page), "next", password=self.citizen.password))
        assert path_of(factor) == "/counter/factor"
        return factor

    def confirmed(self) -> Tokens:
        """Go the whole way on the counter's screen."""
        started, page = self.begin()
        factor = self.at_factor(page)
        return self.party.complete(started, landed(self.browser.submit(factor, "verify", code=self.code())))

    def code(self, count: int = 1) -> str:
        return sms_codes(self.running, self.citizen, count)[-1]


def path_of(page: Page) -> str:
    return urlsplit(page.address).path


def at_desk(running: RunningProvider, browser: Browser, citizen: Citizen) -> Desk:
    """Return a desk whose officer has just signed in."""
    officer = ready(running, browser)
    shown(show_factors(browser, browser.page("/sign-in?officer=1"), officer))
    return Desk(running, browser, officer, citizen)
