"""A town with a register, whose people recover their accounts: what the tests of recovery do in a browser."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx2
from msgspec import Struct, field

from portals.simulator.faults import Mode
from portals.simulator.people import BY_NUMBER
from records.structs import replace
from tests.contract.sql.direct import run
from tests.flows.portals import make_portals
from tests.flows.running_provider import RunningProvider, gateway_settings
from tests.flows.simulated import simulator
from tests.support.page import Page
from tests.support.parties.relying_party import show_password
from tests.support.plain.browser import Browser, shown
from tests.support.running.listener import Listener
from tests.support.running.provider import Citizen, Provider
from tests.support.waiting import wait_for

SECRET = "secret-between-register-and-provider"
NEW_PASSWORD = "bốn con mèo ngồi đợi mưa"


# All spans follow from it: an officer's word makes it 40 seconds, reminders come every 20. Long enough that a busy
# machine does not reach the end of any by itself; a test that needs one to be over calls `pass_time`.
WAIT = timedelta(seconds=140)
_A_REMINDER_LATER = f"UPDATE recoveries SET started_at = started_at - {WAIT // 7 // timedelta(microseconds=1)}"


class Recovering(Struct):
    """The running provider, and its register's fault controls."""

    running: RunningProvider
    register_url: str
    counted: dict[str, int] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)

    def with_people(self, citizens: Sequence[Citizen], network: str) -> "Recovering":
        """Return the same system for a file with people and a network of its own."""
        self.running.provider.open_accounts([one for one in citizens if one.number not in self._known])
        self._known |= {one.number for one in citizens}
        return replace(self, running=replace(self.running, network=network))

    def pass_time(self, until: str) -> None:
        """Let time pass for all that wait: until the "reminder" is due, or to the "end" of the waiting time."""
        statement = {"reminder": _A_REMINDER_LATER, "end": "UPDATE recoveries SET ready_at = started_at"}[until]
        self.running.provider.run(run(self.running.provider.database_url, statement))

    def behave(self, mode: Mode) -> None:
        """Set how the population register answers."""
        self.running.http.put(f"{self.register_url}/controls/population", json={"mode": mode}).raise_for_status()

    def codes_to(self, phone: str) -> list[str]:
        """Return the six-digit codes that were sent to a phone so far."""
        return re.findall(r"\b[0-9]{6}\b", "\n".join(self.running.listener.texts_to(phone)))

    def not_me_codes_to(self, phone: str, about: str = "") -> list[str]:
        """Return the codes of the notices to a phone; `about` are words of the notices that are meant."""
        texts = [text for text in self.running.listener.texts_to(phone) if about in text]
        return re.findall(r"nhap ([A-Z0-9]{10})\b", "\n".join(texts))

    def new_code(self, phone: str) -> str:
        """Return the newest code to a phone that was not returned before."""
        before = self.counted.get(phone, 0)
        codes = wait_for(f"a code to {phone}", lambda: self.codes_to(phone)[before:])
        self.counted[phone] = before + len(codes)
        return codes[-1]

    def not_me_code(self, phone: str, about: str) -> str:
        """Return the code of the newest notice to a phone."""
        return wait_for(f"a notice to {phone}", lambda: self.not_me_codes_to(phone, about))[-1]


@contextmanager
def recovering_provider(folder: Path, http: httpx2.Client) -> Iterator[Recovering]:
    """Run a provider on SQLite with a simulated register, without any people."""
    with simulator(folder, SIMULATOR_REGISTER_SECRET=SECRET) as register, Listener() as listener:
        settings = {
            "IDP_POPULATION_REGISTER_URL": register.base_url + "/population",
            "IDP_POPULATION_REGISTER_SECRET": SECRET,
            "IDP_RECOVERY_WAIT": f"PT{WAIT // timedelta(seconds=1)}S",
            **gateway_settings(listener),
        }
        provider = Provider(folder, f"sqlite+aiosqlite:///{folder}/idp.db", settings=settings)
        portals = make_portals(listener)
        provider.prepare([one.entry for one in portals.values()], ())
        with provider:
            register.wait_ready()
            yield Recovering(RunningProvider(provider, portals, listener, http), register.base_url)


def begin(browser: Browser, number: str) -> Page:
    """Come from the sign-in page and name an account."""
    page = browser.page("/recover")
    return shown(browser.submit(page, "next", identifier=number))


def declare(browser: Browser, page: Page, number: str, name: str = "") -> Page:
    """Say who one is, as the register knows the holder of a number."""
    person = BY_NUMBER[number]
    year, month, day = person.born.split("-")
    return shown(
        browser.submit(
            page,
            "continue",
            full_name=name or person.typed_name,
            birth_day=day,
            birth_month=month,
            birth_year=year,
        )
    )


def by_phone(place: Recovering, browser: Browser, citizen: Citizen) -> Page:
    """Show the registered phone and return the page that asks who one is."""
    code_page = shown(browser.submit(begin(browser, citizen.number), "way-sms"))
    return shown(browser.submit(code_page, "verify", code=place.new_code(citizen.phone)))


def by_waiting(place: Recovering, browser: Browser, number: str, phone: str) -> Page:
    """Lose everything, name a new phone, be proved, and return the page that follows."""
    phone_page = shown(browser.submit(begin(browser, number), "way-lost"))
    code_page = shown(browser.submit(phone_page, "continue", phone=f"0{phone.removeprefix('+84')}"))
    identity_page = shown(browser.submit(code_page, "verify", code=place.new_code(phone)))
    return declare(browser, identity_page, number)


def come_back(browser: Browser, reference: str) -> Page:
    """Show the reference."""
    return shown(browser.submit(browser.page("/recover/return"), "next", reference=reference))


def come_back_ready(place: Recovering, browser: Browser, reference: str) -> Page:
    """Show the reference when the waiting time is over."""
    place.pass_time("end")
    page = come_back(browser, reference)
    assert page.shows("verify"), page.texts
    return page


def status_with(browser: Browser, citizen: Citizen, password: str) -> int:
    """Return the status that signing in at our own pages ends with."""
    return shown(show_password(browser, browser.page("/sign-in"), Citizen(citizen.number, password))).status


def without_new(html: str) -> str:
    """Return a page without names of drafts, tokens, references and times of day."""
    html = re.sub(r"[A-Za-z0-9_~-]{22,}", "*", html)
    html = re.sub(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}\b", "REFERENCE", html)
    return re.sub(r"\d{2}:\d{2}, \d{2}/\d{2}/\d{4}", "TIME", html)
