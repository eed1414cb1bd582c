"""Recovery over HTTP: by a factor, by waiting, and never past the register."""

from collections.abc import Callable

import pytest

from clients.model import ClientId
from portals.simulator.faults import Mode
from records.structs import replace
from tests.flows import recovering
from tests.flows.recovering import NEW_PASSWORD, Recovering, begin, by_phone, by_waiting, come_back, declare
from tests.flows.running_provider import RunningProvider
from tests.support.page import Page
from tests.support.parties.relying_party import show_password, sign_in
from tests.support.plain.browser import Browser, landed, shown
from tests.support.running.provider import Citizen
from tests.support.waiting import wait_for

# People whom the simulated register knows, each for one test.
NUMBERS = (
    "001899000001",
    "001999000002",
    "079899000003",
    "048999000004",
    "038899000005",
    "040999000006",
    "092899000007",
    "056999000008",
    "031899000009",
    "022999000010",
    "075899000011",
    "101899000038",
)
CITIZENS = [Citizen(number, phone=f"+8450100{place:04d}") for place, number in enumerate(NUMBERS)]
(BY_PHONE, WRONG_NAME, AWAY, TABS, WAITER, CANCELLED, CONTESTED, NOT_ME, LATE, KNOWN, BACK, ALONE) = CITIZENS
# In the register and without an account here.
UNKNOWN = "096999000012"


@pytest.fixture(scope="module")
def place(recovering_system: Recovering) -> Recovering:
    return recovering_system.with_people(CITIZENS, "127.0.1.1")


@pytest.fixture
def running(place: Recovering) -> RunningProvider:
    """What the browsers of these tests go to."""
    return place.running


def test_rc_5_the_phone_and_the_register_give_a_new_password_and_end_everything_before(
    place: Recovering, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    """ASVS 7.4.3: sessions and refresh tokens end; the owner is told."""
    before, party = new_browser(), replace(place.running.party(), scope="openid offline_access")
    started = party.start(prompt="consent")
    consent = shown(show_password(before, before.page(started.location), BY_PHONE))
    tokens = party.complete(started, landed(before.submit(consent, "allow")))
    password_page = declare(browser, by_phone(place, browser, BY_PHONE), BY_PHONE.number)
    done = shown(browser.submit(password_page, "continue", password=NEW_PASSWORD))
    assert done.shows("recovered")
    assert browser.page(done.links["rate"]).shows("score-5")
    assert recovering.status_with(browser, BY_PHONE, BY_PHONE.password) == 401
    assert shown(before.open("/account")).shows("identifier")
    assert tokens.refresh_token is not None
    refused = party.refresh(tokens.refresh_token)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert place.not_me_code(BY_PHONE.phone, "vua duoc khoi phuc")
    assert recovering.status_with(browser, BY_PHONE, NEW_PASSWORD) == 200


def test_a_right_code_with_the_wrong_name_sets_no_password(place: Recovering, browser: Browser) -> None:
    """The register is asked in every case: a stolen phone alone does not recover an account."""
    refused = declare(browser, by_phone(place, browser, WRONG_NAME), WRONG_NAME.number, name="Trần Văn Khác")
    assert (refused.status, refused.shows("alert")) == (422, True)
    skipped = browser.page(refused.address.replace("/recover/identity", "/recover/password"))
    assert skipped.address.startswith("/recover/identity") or "/recover/identity" in skipped.address
    assert recovering.status_with(browser, WRONG_NAME, WRONG_NAME.password) == 200


def test_a_register_that_is_away_leaves_the_draft_and_lets_nobody_through(place: Recovering, browser: Browser) -> None:
    identity_page = by_phone(place, browser, AWAY)
    place.behave(Mode.DOWN)
    try:
        refused = declare(browser, identity_page, AWAY.number)
    finally:
        place.behave(Mode.OK)
    assert (refused.status, refused.shows("alert")) == (503, True)

    def proved() -> Page | None:
        # The breaker may need a moment to let the register be asked again.
        page = declare(browser, refused, AWAY.number)
        return page if page.shows("password") else None

    assert wait_for("the register is asked again", proved).shows("password")


def test_rc_3_of_two_tabs_with_the_same_recovery_one_sets_the_password(place: Recovering, browser: Browser) -> None:
    password_page = declare(browser, by_phone(place, browser, TABS), TABS.number)
    assert shown(browser.submit(password_page, "continue", password=NEW_PASSWORD)).shows("recovered")
    second = shown(browser.submit(password_page, "continue", password=NEW_PASSWORD + " nữa"))
    assert second.shows("expired")
    assert recovering.status_with(browser, TABS, NEW_PASSWORD) == 200


def test_a_newer_recovery_ends_the_one_before(place: Recovering, new_browser: Callable[[], Browser]) -> None:
    """RC-3: after a newer request the older is no good."""
    old, new = new_browser(), new_browser()
    old_page = declare(old, by_phone(place, old, LATE), LATE.number)
    new_page = declare(new, by_phone(place, new, LATE), LATE.number)
    assert shown(old.submit(old_page, "continue", password=NEW_PASSWORD)).shows("recovery-over")
    assert shown(new.submit(new_page, "continue", password=NEW_PASSWORD)).shows("recovered")


def test_a_lost_phone_is_replaced_after_the_waiting_time(
    place: Recovering, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    phone = "+84501999001"
    waiting = by_waiting(place, browser, WAITER.number, phone)
    reference = waiting.texts["recovery-reference"]
    assert come_back(browser, reference).status == 422
    reported = "Co yeu cau khoi phuc"
    assert reported in place.running.listener.wait_text(WAITER.phone)
    place.pass_time("reminder")
    wait_for("the owner is reminded", lambda: len(place.not_me_codes_to(WAITER.phone, reported)) > 1)
    later = new_browser()
    code_page = recovering.come_back_ready(place, later, reference.lower().replace("-", " "))
    first = place.new_code(phone)
    code_page = shown(later.submit(code_page, "resend"))
    assert later.send_form(code_page, "verify", code=first).status_code == 401
    password_page = shown(later.submit(code_page, "verify", code=place.new_code(phone)))
    assert password_page.shows("removed")
    assert shown(later.submit(password_page, "continue", password=NEW_PASSWORD)).shows("recovered")
    # The owner was told of the end at the old phone.
    assert place.not_me_code(WAITER.phone, "vua duoc khoi phuc")
    assert come_back(later, reference).status == 422
    # The new phone is the account's: it recovers from now on, and the old one hears nothing.
    by_new_phone = by_phone(place, new_browser(), replace(WAITER, phone=phone))
    assert by_new_phone.shows("full-name")


def test_a_recovery_that_the_owner_calls_not_mine_is_over_and_the_account_locked(
    place: Recovering, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    thief, phone = new_browser(), "+84501999002"
    reference = by_waiting(place, thief, CANCELLED.number, phone).texts["recovery-reference"]
    code = place.not_me_code(CANCELLED.phone, "Co yeu cau khoi phuc")
    locked = shown(browser.submit(browser.page("/not-me"), "report", alarm_code=code))
    assert locked.shows("account-locked")
    over = come_back(thief, reference)
    assert (over.status, over.texts["recovery-reference-error"]) == (
        422,
        "Yêu cầu khôi phục này đã bị hủy, đã dùng xong hoặc đã hết hạn. Bạn có thể bắt đầu lại.",
    )
    assert recovering.status_with(browser, CANCELLED, CANCELLED.password) == 401


def test_of_two_who_wait_with_different_phones_the_first_stays(
    place: Recovering, new_browser: Callable[[], Browser]
) -> None:
    first, second = new_browser(), new_browser()
    waiting = by_waiting(place, first, CONTESTED.number, "+84501999003")
    assert waiting.shows("recovery-reference")
    assert by_waiting(place, second, CONTESTED.number, "+84501999004").shows("recovery-other-open")
    again = by_waiting(place, first, CONTESTED.number, "+84501999003")
    assert again.texts["ready-at"] == waiting.texts["ready-at"]
    # The reference of before is replaced by the new one.
    old = come_back(first, waiting.texts["recovery-reference"])
    assert old.texts["recovery-reference-error"].startswith("Không có mã hồ sơ này")


def test_not_me_locks_signs_out_everywhere_and_recovery_reopens(
    place: Recovering, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    at_home = new_browser()
    landing = sign_in(at_home, place.running.party(), NOT_ME)
    assert landing.claims["sub"]
    browser.submit(begin(browser, NOT_ME.number), "way-sms")
    place.new_code(NOT_ME.phone)
    by_waiting(place, new_browser(), NOT_ME.number, "+84501999005")
    code = place.not_me_code(NOT_ME.phone, "Co yeu cau khoi phuc")
    stranger = new_browser()
    wrong = shown(stranger.submit(stranger.page("/not-me"), "report", alarm_code="A" * 10))
    assert (wrong.status, wrong.shows("alarm-code-error")) == (422, True)
    spelled = f" {code[:5].lower()}-{code[5:]} "
    done = shown(stranger.submit(stranger.page("/not-me"), "report", alarm_code=spelled))
    assert done.links["recover"] == "/recover"
    used = shown(stranger.submit(stranger.page("/not-me"), "report", alarm_code=code))
    assert used.texts["alarm-code-error"] == wrong.texts["alarm-code-error"]
    assert shown(at_home.open("/account")).shows("identifier")
    assert recovering.status_with(browser, NOT_ME, NOT_ME.password) == 401
    assert place.not_me_code(NOT_ME.phone, "Tai khoan da khoa")
    password_page = declare(browser, by_phone(place, browser, NOT_ME), NOT_ME.number)
    assert shown(browser.submit(password_page, "continue", password=NEW_PASSWORD)).shows("recovered")
    assert recovering.status_with(browser, NOT_ME, NEW_PASSWORD) == 200


def test_the_owner_cancels_from_the_notices_page(
    place: Recovering, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    reference = by_waiting(place, new_browser(), BACK.number, "+84501999006").texts["recovery-reference"]
    shown(show_password(browser, browser.page("/sign-in"), BACK))
    notices = browser.page("/account/notices")
    assert notices.shows("recovery-waits")
    # The password alone ends nobody's wait: a code is asked for, and the strong sign-in ends it.
    code_page = shown(browser.submit(notices, "cancel-recovery"))
    assert code_page.shows("verify")
    shown(browser.submit(code_page, "verify", code=place.new_code(BACK.phone)))
    assert not browser.page("/account/notices").shows("recovery-waits")
    assert come_back(new_browser(), reference).texts["recovery-reference-error"].startswith("Yêu cầu khôi phục này")


def test_en_1_a_number_without_an_account_meets_the_same_pages(
    place: Recovering, new_browser: Callable[[], Browser]
) -> None:
    """Status, headers and bytes; the SMS goes out only where there is an account."""
    known, unknown = (
        walked(place, new_browser(), number, f"+8450199900{7 + at}")
        for at, number in enumerate((KNOWN.number, UNKNOWN))
    )
    for one, other in zip(known, unknown, strict=True):
        assert seen(one, KNOWN.number) == seen(other, UNKNOWN)


def walked(place: Recovering, browser: Browser, number: str, phone: str) -> list[Page]:
    """Return every page up to the reference, with a wrong code on the way."""
    way = begin(browser, number)
    code_page = shown(browser.submit(way, "way-sms"))
    wrong = shown(browser.submit(code_page, "verify", code="000000x"))
    resent = shown(browser.submit(code_page, "resend"))
    totp_page = shown(browser.submit(shown(browser.submit(code_page, "back")), "way-totp"))
    refused = shown(browser.submit(totp_page, "verify", code="123456"))
    waiting = by_waiting(place, browser, number, phone)
    early = come_back(browser, waiting.texts["recovery-reference"])
    return [way, code_page, wrong, resent, totp_page, refused, waiting, early]


def seen(page: Page, number: str) -> tuple[int, list[str], str]:
    """Return all that a person could tell two answers apart by, without what is new in every answer."""
    html = recovering.without_new(page.html).replace(f"•{number[-3:]}", "•###")
    return page.status, sorted(page.headers), html


def test_a_phone_that_recovered_alone_is_no_second_step_and_the_pages_say_so(
    place: Recovering, browser: Browser
) -> None:
    """Whoever has the SIM card and the person's data gets what a password alone opens, and no more, for three days."""
    password_page = declare(browser, by_phone(place, browser, ALONE), ALONE.number)
    assert password_page.shows("phone-rests")
    assert browser.page(password_page.links["show-more"]).shows("way-email")
    assert shown(browser.submit(password_page, "continue", password=NEW_PASSWORD)).shows("recovered")
    recovered = replace(ALONE, password=NEW_PASSWORD)
    sign_in(browser, place.running.party(), recovered)
    assert browser.page("/account/factors").shows("phone-rests")
    party = place.running.party(ClientId("muc-ba"))
    started = party.start()
    asked = browser.page(started.location)
    assert (asked.status, asked.shows("no-way"), asked.shows("code")) == (200, True, False)
    assert party.error_of(started, landed(browser.submit(asked, "cancel"))) == "access_denied"
