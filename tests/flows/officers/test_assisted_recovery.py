"""Recovery at a desk: the officer's word shortens the wait, and an officer alone gets nobody's account."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from idp.account.model import ProofState
from idp.recovery.assisted import OFFICER_QUESTIONS
from tests.contract.sql.direct import rows
from tests.flows.officer_people import AGENCY, POST, OfficerPerson, ready, show_factors, withdraw
from tests.flows.recovering import NEW_PASSWORD, Recovering, come_back, come_back_ready, declare, without_new
from tests.flows.running_provider import RunningProvider
from tests.support.page import Page
from tests.support.parties.relying_party import show_password
from tests.support.plain.browser import Browser, shown
from tests.support.running.provider import Citizen
from tests.support.waiting import wait_for

# People of the register that no other test of recovery has.
NUMBERS = ("001899000026", "079999000028", "001999000031", "025899000034", "026899000035")
CITIZENS = [Citizen(number, phone=f"+8450200{place:04d}") for place, number in enumerate(NUMBERS)]
(OWN_PHONE, OTHER_PHONE, STOPPED, FIRED, ASKED) = CITIZENS
# The register knows the data; that it is they, nobody has seen yet.
MATCHED = Citizen("045899000045", phone="+84502000005", proof=ProofState.MATCHED)
# In the register and without an account here.
UNKNOWN = "046999000021"
START = "/counter/recovery"
NewBrowser = Callable[[], Browser]


@pytest.fixture(scope="module")
def place(recovering_system: Recovering) -> Recovering:
    return recovering_system.with_people([*CITIZENS, MATCHED], "127.0.1.2")


@pytest.fixture
def running(place: Recovering) -> RunningProvider:
    """What the browsers of these tests go to."""
    return place.running


def path_of(page: Page) -> str:
    return urlsplit(page.address).path


def at_desk(place: Recovering, browser: Browser) -> OfficerPerson:
    """Return an officer who has just signed in."""
    officer = ready(place.running, browser)
    shown(show_factors(browser, browser.page("/sign-in?officer=1"), officer))
    return officer


def confirmed(place: Recovering, browser: Browser, number: str, phone: str) -> Page:
    """Name the account and the phone, read its code, and return the page of the card."""
    page = shown(browser.submit(browser.page(START), "next", number=number, phone=phone.replace("+84", "0")))
    assert path_of(page) == f"{START}/code", page.texts
    page = shown(browser.submit(page, "verify", code=place.new_code(phone)))
    assert path_of(page) == f"{START}/identity", page.texts
    return page


def proved(place: Recovering, browser: Browser, number: str, phone: str) -> Page:
    """Go through the desk's pages with a person of the register, and return the last."""
    return declare(browser, confirmed(place, browser, number, phone), number)


def finished(place: Recovering, browser: Browser, reference: str, phone: str) -> Page:
    """Come back with reference and phone, and set a password."""
    page = shown(browser.submit(come_back_ready(place, browser, reference), "verify", code=place.new_code(phone)))
    return shown(browser.submit(page, "continue", password=NEW_PASSWORD))


def test_with_the_accounts_own_phone_nobody_waits(place: Recovering, new_browser: NewBrowser) -> None:
    desk, own = new_browser(), new_browser()
    at_desk(place, desk)
    done = proved(place, desk, OWN_PHONE.number, OWN_PHONE.phone)
    assert done.shows("at-once")
    page = come_back(own, done.texts["recovery-reference"])
    page = shown(own.submit(page, "verify", code=place.new_code(OWN_PHONE.phone)))
    assert path_of(shown(own.submit(page, "continue", password=NEW_PASSWORD))) == "/recover/done"


def test_whom_an_officer_saw_with_their_card_is_proved(place: Recovering, new_browser: NewBrowser) -> None:
    desk, own = new_browser(), new_browser()
    officer = at_desk(place, desk)
    done = proved(place, desk, MATCHED.number, MATCHED.phone)
    page = come_back(own, done.texts["recovery-reference"])
    page = shown(own.submit(page, "verify", code=place.new_code(MATCHED.phone)))
    assert path_of(shown(own.submit(page, "continue", password=NEW_PASSWORD))) == "/recover/done"
    provider = place.running.provider
    asked = "SELECT proof, evidence_kind, evidence_source FROM accounts WHERE account_id = '{}'"
    kept = provider.run(rows(provider.database_url, asked.format(provider.account_of(MATCHED.number))))
    assert kept == [("proved", "desk", provider.account_of(officer.name))]


def test_another_phone_waits_shorter_and_the_owner_is_told(place: Recovering, new_browser: NewBrowser) -> None:
    desk, own = new_browser(), new_browser()
    officer = at_desk(place, desk)
    done = proved(place, desk, OTHER_PHONE.number, "+84502000099")
    assert not done.shows("at-once")
    reference = done.texts["recovery-reference"]
    assert not come_back(own, reference).shows("verify")
    reported = wait_for("the owner is told", lambda: place.not_me_codes_to(OTHER_PHONE.phone, "giup khoi phuc"))
    assert reported
    signed_in = new_browser()
    shown(show_password(signed_in, signed_in.page("/sign-in"), OTHER_PHONE))
    assert signed_in.page("/account/notices").shows("recovery-waits")
    requests = signed_in.page("/account/requests").html
    assert officer.officer.code in requests
    activity = signed_in.page("/account/activity").html
    assert f"Cán bộ: {POST}, cơ quan {AGENCY}, mã {officer.officer.code}" in activity
    assert path_of(finished(place, own, reference, "+84502000099")) == "/recover/done"


def test_the_owner_stops_it_with_the_code_of_the_notice(place: Recovering, new_browser: NewBrowser) -> None:
    desk, own = new_browser(), new_browser()
    at_desk(place, desk)
    reference = proved(place, desk, STOPPED.number, "+84502000098").texts["recovery-reference"]
    not_me_code = wait_for("the owner is told", lambda: place.not_me_codes_to(STOPPED.phone, "giup khoi phuc"))[-1]
    shown(own.submit(own.page("/not-me"), "report", alarm_code=not_me_code))
    assert not come_back(new_browser(), reference).shows("verify")


def test_what_a_withdrawn_officer_began_ends(place: Recovering, new_browser: NewBrowser) -> None:
    desk, own = new_browser(), new_browser()
    officer = at_desk(place, desk)
    reference = proved(place, desk, FIRED.number, FIRED.phone).texts["recovery-reference"]
    assert come_back(own, reference).shows("verify")
    withdraw(place.running, officer)
    assert not come_back(own, reference).shows("verify")


def test_an_officer_withdrawn_in_between_begins_nothing(place: Recovering, new_browser: NewBrowser) -> None:
    desk = new_browser()
    officer = at_desk(place, desk)
    page = confirmed(place, desk, ASKED.number, ASKED.phone)
    withdraw(place.running, officer)
    assert path_of(declare(desk, page, ASKED.number)) == "/sign-in"


def test_a_wrong_name_begins_nothing_whoever_vouches(place: Recovering, new_browser: NewBrowser) -> None:
    desk = new_browser()
    at_desk(place, desk)
    page = confirmed(place, desk, ASKED.number, "+84502000097")
    assert declare(desk, page, ASKED.number, "Phạm Văn Khác").status == 422


def test_nobody_tries_cards_without_end(place: Recovering, new_browser: NewBrowser) -> None:
    desk = new_browser()
    at_desk(place, desk)
    page = confirmed(place, desk, ASKED.number, "+84502000092")
    tried = [declare(desk, page, ASKED.number, "Phạm Văn Khác") for _ in range(OFFICER_QUESTIONS + 1)]
    assert {one.status for one in tried[:-1]} == {422}
    assert (tried[-1].status, path_of(tried[-1])) == (429, f"{START}/identity")


def test_en_1_a_number_without_an_account_is_led_to_the_same_end(place: Recovering, new_browser: NewBrowser) -> None:
    desk = new_browser()
    at_desk(place, desk)
    known = proved(place, desk, ASKED.number, "+84502000096")
    unknown = proved(place, desk, UNKNOWN, "+84502000095")
    assert (unknown.status, without_new(unknown.html)) == (known.status, without_new(known.html))


def test_without_the_code_of_the_phone_nothing_begins(place: Recovering, new_browser: NewBrowser) -> None:
    desk = new_browser()
    at_desk(place, desk)
    page = shown(desk.submit(desk.page(START), "next", number=ASKED.number, phone="0502000094"))
    skipped = desk.page(page.address.replace("/code", "/identity"))
    assert path_of(skipped) == f"{START}/code"


def test_a_citizen_and_another_officer_find_no_desk(place: Recovering, new_browser: NewBrowser) -> None:
    citizen, desk = new_browser(), new_browser()
    shown(show_password(citizen, citizen.page("/sign-in"), ASKED))
    assert path_of(citizen.page(START)) in {"/account", "/account/confirm"}
    at_desk(place, desk)
    page = confirmed(place, desk, ASKED.number, "+84502000093")
    other = ready(place.running, new_browser())
    shown(show_factors(desk, desk.page("/sign-in?other=1"), other))
    assert path_of(desk.page(page.address)) == START
