"""Changing one's own contacts: a code at the new one first, word to the old ones too."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from idp.factors.contacts.service import CODES_AN_HOUR
from idp.factors.one_time_codes.service import MAX_TRIES
from tests.contract.sql.direct import run
from tests.flows.running_provider import RunningProvider
from tests.flows.second_factors import confirmed, open_sign_in
from tests.support.page import Page
from tests.support.plain.browser import SESSION, Browser, shown
from tests.support.running.provider import Citizen
from tests.support.waiting import wait_for

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

NewBrowser = Callable[[], Browser]
_numbers = iter(range(60_000, 99_999))
# Whoever signed in last is the person of the test.
_NEWEST_ACCOUNT = "SELECT account_id FROM sessions ORDER BY created_at DESC LIMIT 1"


def new_phone() -> str:
    """Return a number nobody else uses, as people write it. Nobody in Viet Nam has one that begins with 050."""
    return f"05000{next(_numbers):05d}"


def e164(phone: str) -> str:
    return f"+84{phone[1:]}"


def at_the_form(running: RunningProvider, browser: Browser) -> tuple[Citizen, Page]:
    """Return somebody who has just shown two factors, and the form."""
    citizen = running.citizen()
    open_sign_in(browser, citizen)
    return citizen, confirmed(running, browser, citizen, "/account/contacts")


def code_to(running: RunningProvider, address: str, count: int = 1) -> str:
    """Return the latest code to a phone or mailbox, once there are `count`."""

    def enough() -> list[str] | None:
        codes = [code for text in running.listener.texts_to(address) for code in re.findall(r"\b\d{6}\b", text)]
        return codes if len(codes) >= count else None

    return wait_for(f"{count} codes to {address}", enough)[-1]


def reported(running: RunningProvider, address: str) -> bool:
    """Say whether somebody was told that a contact is to change."""
    texts = running.listener.texts_to(address)
    return any("Co yeu cau doi" in text or "Có yêu cầu đổi" in text for text in texts)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def path(page: Page) -> str:
    return urlsplit(page.address).path


def test_asvs_7_5_1_a_password_alone_does_not_lead_to_the_form(running: RunningProvider, browser: Browser) -> None:
    open_sign_in(browser, running.citizen())
    assert path(browser.page("/account/contacts")) == "/account/confirm"


@pytest.mark.both_forms
def test_a_new_phone_waits_the_old_one_is_told_and_gives_way_when_the_wait_is_over(
    running: RunningProvider, browser: Browser
) -> None:
    citizen, page = at_the_form(running, browser)
    phone = new_phone()
    before = page.texts["current-phone"]
    code_page = shown(browser.submit(page, "change-phone", phone=phone))
    assert path(code_page) == "/account/contacts/code"
    done = shown(browser.submit(code_page, "verify", code=code_to(running, e164(phone))))
    assert (done.shows("done"), done.shows("waiting-phone"), done.texts["current-phone"]) == (True, True, before)
    wait_for("the old phone to be told", lambda: reported(running, citizen.phone))
    # A notice carries the code that locks the account: it goes to what counts.
    assert not reported(running, e164(phone))
    let_it_count(running)
    settled = f"05•• ••• {phone[-3:]}"
    wait_for("the new one to count", lambda: browser.page("/account/contacts").texts["current-phone"] == settled)


def let_it_count(running: RunningProvider) -> None:
    """End the wait of what the newest account is to change."""
    whose = f"WHERE settled_at IS NULL AND account_id = ({_NEWEST_ACCOUNT})"
    running.provider.run(run(running.provider.database_url, f"UPDATE contact_changes SET pending_until = 0 {whose}"))


@pytest.mark.long
def test_an_email_is_added_and_removed_each_after_its_wait(running: RunningProvider, browser: Browser) -> None:
    citizen, page = at_the_form(running, browser)
    address = f"a{citizen.number}@example.vn"
    code_page = shown(browser.submit(page, "change-email", email=address))
    shown(browser.submit(code_page, "verify", code=code_to(running, address)))
    let_it_count(running)
    wait_for("it to count", lambda: browser.page("/account/contacts").texts["current-email"] == "a•••@example.vn")
    page = shown(browser.submit(browser.page("/account/contacts"), "remove-email"))
    assert (page.shows("done"), page.shows("waiting-email"), page.texts["current-email"]) == (
        True,
        True,
        "a•••@example.vn",
    )
    wait_for("its mailbox to be told", lambda: reported(running, address))
    let_it_count(running)
    wait_for("it to be gone", lambda: browser.page("/account/contacts").texts["current-email"] == "Chưa có")
    assert not browser.page("/account/contacts").shows("remove-email")


def test_until_then_codes_go_to_the_old_phone(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    citizen, page = at_the_form(running, browser)
    phone = new_phone()
    code_page = shown(browser.submit(page, "change-phone", phone=phone))
    shown(browser.submit(code_page, "verify", code=code_to(running, e164(phone))))
    other = new_browser()
    open_sign_in(other, citizen)
    asked = other.page("/account/confirm?to=contacts")
    assert other.page(asked.links["use-sms"]).shows("way-sms")
    # One opened this form, the other is for the new browser.
    assert code_to(running, citizen.phone, 2)
    assert len([text for text in running.listener.texts_to(e164(phone)) if re.search(r"\b\d{6}\b", text)]) == 1


@pytest.mark.both_forms
def test_an_email_waits_and_is_withdrawn(running: RunningProvider, browser: Browser) -> None:
    citizen, page = at_the_form(running, browser)
    for address in (f"a{citizen.number}@example.vn", f"b{citizen.number}@example.vn"):
        code_page = shown(browser.submit(page, "change-email", email=address))
        page = shown(browser.submit(code_page, "verify", code=code_to(running, address)))
        assert (page.shows("waiting-email"), page.texts["current-email"]) == (True, "Chưa có")
        assert f"{address[0]}•••@example.vn" in page.texts["waiting-email"]
    page = shown(browser.submit(page, "withdraw-email"))
    assert (page.shows("waiting-email"), page.texts["current-email"]) == (False, "Chưa có")


@pytest.mark.parametrize(
    "address", ["", "hoa", "hoa@", "@example.vn", "hoa@example", "hoà@example.vn", "a b@example.vn"]
)
def test_what_is_no_address_is_told_so_and_nothing_is_sent(
    running: RunningProvider, browser: Browser, address: str
) -> None:
    _, page = at_the_form(running, browser)
    answer = browser.send_form(page, "change-email", email=address)
    assert (answer.status_code, "ten@example.vn" in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("phone", "reason"), [("01612345678", "kiểu cũ"), ("0241234567", "cố định"), ("12", "10 chữ số")]
)
def test_what_is_no_mobile_number_is_told_so(
    running: RunningProvider, browser: Browser, phone: str, reason: str
) -> None:
    _, page = at_the_form(running, browser)
    answer = browser.send_form(page, "change-phone", phone=phone)
    assert (answer.status_code, reason in answer.text) == (422, True)


def test_guesses_end_and_the_old_phone_stays(running: RunningProvider, browser: Browser) -> None:
    _, page = at_the_form(running, browser)
    phone = new_phone()
    code_page = shown(browser.submit(page, "change-phone", phone=phone))
    code = code_to(running, e164(phone))
    statuses = [browser.send_form(code_page, "verify", code=wrong(code)).status_code for _ in range(MAX_TRIES)]
    assert statuses == [401] * MAX_TRIES
    answer = browser.send_form(code_page, "verify", code=code)
    assert (answer.status_code, "quá nhiều lần" in answer.text) == (401, True)
    assert browser.page("/account/contacts").texts["current-phone"] == page.texts["current-phone"]


@pytest.mark.both_forms
def test_i12_a_code_sent_twice_changes_once(running: RunningProvider, browser: Browser) -> None:
    _, page = at_the_form(running, browser)
    phone = new_phone()
    code_page = shown(browser.submit(page, "change-phone", phone=phone))
    code = code_to(running, e164(phone))
    assert browser.send_form(code_page, "verify", code=code).status_code == 303
    again = shown(browser.submit(code_page, "verify", code=code))
    assert (path(again), again.shows("done")) == ("/account/contacts", False)


@pytest.mark.both_forms
def test_a_new_code_ends_the_one_before(running: RunningProvider, browser: Browser) -> None:
    _, page = at_the_form(running, browser)
    phone = new_phone()
    code_page = shown(browser.submit(page, "change-phone", phone=phone))
    first = code_to(running, e164(phone))
    code_page = shown(browser.submit(code_page, "resend"))
    assert code_page.shows("resent")
    second = code_to(running, e164(phone), 2)
    assert first == second or browser.send_form(code_page, "verify", code=first).status_code == 401
    assert browser.send_form(code_page, "verify", code=second).status_code == 303


def test_se_7_another_browser_cannot_finish_it_even_with_the_session(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    _, page = at_the_form(running, browser)
    code_page = shown(browser.submit(page, "change-phone", phone=new_phone()))
    other = new_browser()
    other.http.cookies.set(SESSION, browser.session or "")
    assert path(other.page(code_page.address.removeprefix(running.provider.base()))) == "/account/contacts"


def test_cancelling_leads_back_and_changes_nothing(running: RunningProvider, browser: Browser) -> None:
    _, page = at_the_form(running, browser)
    code_page = shown(browser.submit(page, "change-phone", phone=new_phone()))
    back = shown(browser.submit(code_page, "cancel"))
    assert (path(back), back.texts["current-phone"]) == ("/account/contacts", page.texts["current-phone"])


def test_a_new_address_gets_only_so_many_codes(running: RunningProvider, browser: Browser) -> None:
    _, page = at_the_form(running, browser)
    phone = new_phone()
    statuses = [browser.send_form(page, "change-phone", phone=phone).status_code for _ in range(CODES_AN_HOUR + 1)]
    assert statuses == [303] * CODES_AN_HOUR + [429]
