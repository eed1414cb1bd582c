"""Registration over HTTP, from the first page to the verdict, checked by the simulated population register."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx2
import pytest
from msgspec import Struct

from portals.simulator.faults import Mode
from portals.simulator.people import BY_NUMBER
from portals.simulator.person import Person
from portals.simulator.subscribers import phones_of
from records.structs import replace
from tests.contract.sql.direct import run
from tests.flows.portals import make_portals
from tests.flows.running_provider import RunningProvider, gateway_settings
from tests.flows.simulated import simulator
from tests.support.page import Page
from tests.support.parties.relying_party import show_password
from tests.support.plain.browser import Browser, landed, shown
from tests.support.running.listener import Listener
from tests.support.running.provider import Citizen, Provider
from tests.support.running.servers import ServerProcess
from tests.support.waiting import wait_for

SECRET = "secret-between-register-and-provider"
PASSWORD = "bốn con mèo ngồi đợi mưa"
# Has an account from the start, with another phone and another password.
OWNER = Citizen("001899000001", name="Nguyễn Văn Bình", phone="+84912345678")
# One phone may be named in five registrations an hour.
PHONES = ("+84500000001", "+84500000002")


class Case(Struct, frozen=True):
    """A registration: who types what, how register and carriers behave, and what follows."""

    verdict: str
    number: str
    phone: str
    name: str = ""
    mode: Mode = Mode.OK
    carriers: Mode = Mode.OK
    # The level that the new account signs in with; None when there is no account.
    acr: str | None = "loa1"
    # Whether the register knows the data, whose spelling then wins.
    matched: bool = False

    @property
    def person(self) -> Person:
        return BY_NUMBER[self.number]


def own(number: str) -> str:
    """Return the phone that is subscribed under a number."""
    return phones_of(number)[0]


CASES = (
    Case("identical", "079899000003", own("079899000003"), acr="loa2", matched=True),
    Case("same", "036999000015", own("036999000015"), acr="loa2", matched=True),
    Case("anothers-phone", "038899000005", PHONES[0], matched=True),
    Case("moved-lately", "040999000006", phones_of("040999000006")[1], matched=True),
    Case("carriers-silent", "056999000008", own("056999000008"), carriers=Mode.FAILING, matched=True),
    Case("near", "049899000041", PHONES[0]),
    Case("no_answer", "048999000004", PHONES[0], mode=Mode.DOWN),
    Case("garbled", "022999000010", PHONES[0], mode=Mode.GARBLED),
    Case("different", "001999000002", PHONES[1], name="Trần Văn Khác", acr=None),
    Case("no_record", "033899000029", PHONES[1], acr=None),
)


@dataclass(frozen=True, slots=True)
class Register:
    """The simulator's process."""

    server: ServerProcess
    http: httpx2.Client

    def behave(self, mode: Mode, register: str = "population") -> None:
        """Set how a register answers."""
        self.http.put(f"{self.server.base_url}/controls/{register}", json={"mode": mode}).raise_for_status()


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory, http: httpx2.Client) -> Iterator[Register]:
    with simulator(tmp_path_factory.mktemp("simulator"), SIMULATOR_REGISTER_SECRET=SECRET) as server:
        yield Register(server, http)


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, http: httpx2.Client, register: Register
) -> Iterator[RunningProvider]:
    folder = tmp_path_factory.mktemp("registering")
    with Listener() as listener:
        settings = {
            "IDP_POPULATION_REGISTER_URL": register.server.base_url + "/population",
            "IDP_POPULATION_REGISTER_SECRET": SECRET,
            "IDP_SUBSCRIBER_MATCH_URL": register.server.base_url + "/subscribers",
            "IDP_SUBSCRIBER_MATCH_SECRET": SECRET,
            **gateway_settings(listener),
        }
        provider = Provider(folder, f"sqlite+aiosqlite:///{folder}/idp.db", settings=settings)
        portals = make_portals(listener)
        provider.prepare([one.entry for one in portals.values()], [OWNER])
        with provider:
            register.server.wait_ready()
            yield RunningProvider(provider, portals, listener, http)


def identity_page(running: RunningProvider, browser: Browser) -> Page:
    """Come from a portal to the first page of registration."""
    page = browser.page(running.party().start().location)
    return browser.page(page.links["register"])


def declare(browser: Browser, page: Page, case: Case) -> Page:
    """Fill in who one is, and return the page that asks for the code."""
    year, month, day = case.person.born.split("-")
    after = browser.submit(
        page,
        "continue",
        number=case.number,
        full_name=case.name or case.person.typed_name,
        birth_day=day,
        birth_month=month,
        birth_year=year,
        phone="0" + case.phone.removeprefix("+84"),
    )
    assert shown(after).shows("verify"), shown(after).texts
    return shown(after)


def codes_to(running: RunningProvider, phone: str) -> list[str]:
    """Return the codes that were sent to a phone; other messages go there too."""
    return re.findall(r"\b[0-9]{6}\b", "\n".join(running.listener.texts_to(phone)))


def registered(running: RunningProvider, browser: Browser, case: Case) -> list[Page]:
    """Go through a whole registration and return every page that was shown."""
    sent = len(codes_to(running, case.phone))
    first = identity_page(running, browser)
    code_page = declare(browser, first, case)
    code = wait_for("a code is sent", lambda: codes_to(running, case.phone)[sent:])[0]
    password_page = shown(browser.submit(code_page, "verify", code=code))
    assert password_page.shows("continue"), password_page.texts
    return [first, code_page, password_page, shown(browser.submit(password_page, "continue", password=PASSWORD))]


# What the first registration ended with: all others end with the same bytes, in whichever order they run.
_ENDS: list[str] = []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.verdict)
def test_each_registration_ends_alike_and_its_account_is_worth_what_was_shown(
    running: RunningProvider, browser: Browser, register: Register, case: Case
) -> None:
    """Proved signs in at loa2, data alone and whatever waits at loa1, what does not match not at all."""
    register.behave(case.mode)
    register.behave(case.carriers, "subscribers")
    try:
        result = registered(running, browser, case)[-1]
    finally:
        register.behave(Mode.OK)
        register.behave(Mode.OK, "subscribers")
    assert result.shows("registered")
    _ENDS.append(without_nonces(result))
    assert _ENDS[-1] == _ENDS[0]
    if case.acr is None:
        refused = shown(show_password(browser, browser.page("/sign-in"), Citizen(case.number, PASSWORD)))
        assert refused.status == 401
    else:
        check_signs_in(running, browser, browser.page(result.links["continue"]), case)


def test_who_mistyped_the_name_registers_again_and_is_proved(
    running: RunningProvider, new_browser: Callable[[], Browser], register: Register
) -> None:
    """Case AL-1: nobody who opened an account without proof keeps out who is proved."""
    near = Case("near", "030999000042", own("030999000042"))
    right = replace(near, name=near.person.full_name, acr="loa2", matched=True)
    before = new_browser()
    result = registered(running, before, near)[-1]
    check_signs_in(running, before, before.page(result.links["continue"]), near)
    browser = new_browser()
    result = registered(running, browser, right)[-1]
    # Whoever has the account is told, and has time to prove themself.
    reported = "Co nguoi nhan so dinh danh nay"
    wait_for("the account is told", lambda: any(reported in text for text in running.listener.texts_to(near.phone)))
    assert not before.page("/account").shows("sign-in")
    make_due(running)
    wait_for("the account before is closed", lambda: before.page("/account").shows("sign-in"))
    check_signs_in(running, browser, browser.page(result.links["continue"]), right)


def make_due(running: RunningProvider) -> None:
    """Let the wait of every registration be over."""
    passed = "UPDATE register_jobs SET due_at = 0, started_at = started_at - 8 * 86400 * 1000000"
    running.provider.run(run(running.provider.database_url, passed))


def check_signs_in(running: RunningProvider, browser: Browser, page: Page, case: Case) -> None:
    """The result leads back to the request that the person came with, and the new password answers it."""
    landing = landed(show_password(browser, page, Citizen(case.number, PASSWORD)))
    assert landing.values.keys() == {"code", "state", "iss"}
    party = running.party()
    started = party.start()
    tokens = party.complete(started, landed(browser.open(started.location)))
    assert tokens.claims["acr"] == case.acr
    # The register's way of writing wins once it has matched the name.
    expected = case.person.full_name if case.matched else case.person.typed_name
    assert party.userinfo(tokens.access_token).json()["name"] == expected


def without_nonces(page: Page) -> str:
    """Return a page's body without what is new in every answer: sealed values, draft names and tokens."""
    return re.sub(r"[A-Za-z0-9_~.-]{22,}", "*", page.html)


def seen(page: Page, number: str) -> tuple[int, set[str], str, str]:
    """Return all that a person could tell two answers apart by; the number itself, which they typed, is masked."""
    address = re.sub(r"=.*", "=", page.address)
    return page.status, set(page.headers), address, without_nonces(page).replace(f"•{number[-3:]}", "•###")


def test_en_1_a_number_that_has_an_account_looks_the_same_and_its_owner_is_told(
    running: RunningProvider, new_browser: Callable[[], Browser]
) -> None:
    """Byte for byte, on every page; only the owner's phone hears of it, and the account is untouched."""
    new = Case("identical", "092899000007", own("092899000007"))
    known = replace(new, number=OWNER.number)
    fresh, taken = (registered(running, new_browser(), case) for case in (new, known))
    assert taken[-1].shows("registered")
    for one, other in zip(fresh, taken, strict=True):
        assert seen(one, new.number) == seen(other, known.number)
    notice = "Co nguoi dang ky bang so dinh danh cua ban"
    assert notice in running.listener.wait_text(OWNER.phone)
    reported = running.listener.texts_to(known.phone)
    assert not [text for text in reported if notice in text]
    # Two codes, and the welcome of the one account that was opened: the phone is that number's own.
    assert len(reported) == 3
    refused = new_browser()
    answer = shown(show_password(refused, refused.page("/sign-in"), Citizen(OWNER.number, PASSWORD)))
    assert (answer.status, refused.session) == (401, None)
    owner = new_browser()
    started = running.party().start()
    tokens = running.party().complete(started, landed(show_password(owner, owner.page(started.location), OWNER)))
    assert tokens.claims["acr"] == "loa2"


def test_a_wrong_code_asks_again_and_goes_no_further(running: RunningProvider, browser: Browser) -> None:
    case = Case("identical", "031899000009", "+84500000004")
    page = declare(browser, identity_page(running, browser), case)
    (code,) = wait_for("a code is sent", lambda: codes_to(running, case.phone))
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    again = shown(browser.submit(page, "verify", code=wrong))
    assert (again.status, again.shows("verify")) == (401, True)
    password_address = again.address.replace("/register/code", "/register/password")
    assert browser.page(password_address).shows("verify")


def test_the_register_is_told_who_asks_and_why_and_is_asked_to_match_before_a_look_up(
    running: RunningProvider, browser: Browser, register: Register
) -> None:
    before = register.http.get(register.server.base_url + "/questions.json").json()
    registered(running, browser, Case("identical", "031899000009", "+84500000005"))
    after = register.http.get(register.server.base_url + "/questions.json").json()
    # Newest first.
    asked = after[: len(after) - len(before)]
    look_up, match = [one for one in asked if one["operation"] != "subscribers"]
    assert (match["operation"], look_up["operation"]) == ("XacThucThongTinCongDan", "TraCuuThongTinCongDan")
    assert match["request_id"] == match["correlation_id"] == look_up["request_id"]
