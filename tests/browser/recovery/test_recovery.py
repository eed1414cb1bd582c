"""Journeys in Chromium: a lost phone is replaced after the waiting time; "this was not me" locks, recovery reopens."""

import re

from portals.simulator.people import BY_NUMBER
from portals.simulator.person import Person
from tests.browser.conftest import NewVisitor
from tests.browser.gallery import Gallery
from tests.browser.people import NEW_PASSWORD, citizen, own_phone
from tests.browser.store import write
from tests.support.browser import Visitor
from tests.support.running.provider import Citizen

LOST, REPORTED = BY_NUMBER["034999000016"], BY_NUMBER["068899000018"]
FORGETFUL = BY_NUMBER["027899000036"]
FORGETFULS_PHONE = own_phone(FORGETFUL)
# Has no account: the pages are the same.
STRANGER = BY_NUMBER["091899000019"]
STRANGERS_PHONE = own_phone(STRANGER)
LOST_PHONE, NEW_PHONE, REPORTED_PHONE = own_phone(LOST), "0500000912", own_phone(REPORTED)
READY = citizen(16)
CITIZENS = (READY,)
# The newest recovery's waiting time, still running and gone at once: no test waits for the clock.
_SET_READY = "UPDATE recoveries SET ready_at = {} WHERE started_at = (SELECT max(started_at) FROM recoveries)"
WAITS, WAITED = _SET_READY.format("ends_at"), _SET_READY.format("started_at + 1")
OLD_PASSWORD = "mùa thu lá vàng rơi đầy sân"


def declare(visitor: Visitor, person: Person) -> None:
    """Say who one is, for the register."""
    year, _, rest = person.born.partition("-")
    month, _, day = rest.partition("-")
    values = {"full-name": person.typed_name, "birth-day": day, "birth-month": month, "birth-year": year}
    for element_id, value in values.items():
        visitor.page.fill(f"#{element_id}", value)
    visitor.click("continue")


def begin(visitor: Visitor, person: Person) -> None:
    """Come from the sign-in page and name the account."""
    visitor.open(visitor.system.provider("/sign-in"))
    visitor.click("recover")
    visitor.page.fill("#identifier", person.number)
    visitor.click("next")


def enter_code(visitor: Visitor, phone: str, before: int) -> None:
    visitor.page.fill("#code", visitor.new_code(phone, before))
    visitor.click("verify")


def set_password(visitor: Visitor) -> None:
    visitor.page.fill("#password", NEW_PASSWORD)
    visitor.click("continue")
    visitor.page.wait_for_selector("#recovered")


def come_back(visitor: Visitor, reference: str) -> None:
    visitor.open(visitor.system.provider("/recover/return"))
    visitor.page.fill("#recovery-reference", reference)
    visitor.click("next")


def signs_in(visitor: Visitor, person: Person | Citizen, password: str) -> bool:
    visitor.open(visitor.system.provider("/sign-in"))
    visitor.sign_in(person.number, password)
    return not visitor.has("password")


def test_a_lost_phone(visitor: Visitor, new_visitor: NewVisitor) -> None:
    """Nothing is left but the person: proof, a new phone, a reference, the waiting time, then in again."""
    visitor.open(visitor.system.provider("/register"))
    visitor.register(LOST, LOST_PHONE, OLD_PASSWORD)
    begin(visitor, LOST)
    visitor.click("way-lost")
    before = visitor.codes_sent(NEW_PHONE)
    visitor.page.fill("#phone", NEW_PHONE)
    visitor.click("continue")
    enter_code(visitor, NEW_PHONE, before)
    declare(visitor, LOST)
    reference = visitor.text("recovery-reference")
    assert re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", reference)
    later = new_visitor()
    before = later.codes_sent(NEW_PHONE)
    write(later.system, WAITS)
    come_back(later, reference)
    later.page.wait_for_selector("#recovery-reference-error")
    assert not later.has("verify")
    write(later.system, WAITED)
    come_back(later, reference)
    later.page.wait_for_selector("#verify")
    enter_code(later, NEW_PHONE, before)
    assert later.has("removed")
    set_password(later)
    assert not signs_in(new_visitor(), LOST, OLD_PASSWORD)
    assert signs_in(later, LOST, NEW_PASSWORD)
    later.open(later.system.provider("/account/notices"))
    assert "khôi phục" in later.text("notices")


def test_this_was_not_me(visitor: Visitor, new_visitor: NewVisitor) -> None:
    """A signed-in person who does not recognise something locks the account at once, and comes back by the phone."""
    visitor.open(visitor.system.provider("/register"))
    visitor.register(REPORTED, REPORTED_PHONE, OLD_PASSWORD)
    elsewhere = new_visitor()
    assert signs_in(elsewhere, REPORTED, OLD_PASSWORD)
    assert signs_in(visitor, REPORTED, OLD_PASSWORD)
    visitor.open(visitor.system.provider("/account/notices"))
    visitor.click("not-me")
    visitor.page.wait_for_selector("#account-locked")
    elsewhere.open(elsewhere.system.provider("/account"))
    assert elsewhere.has("identifier")
    assert not signs_in(elsewhere, REPORTED, OLD_PASSWORD)
    visitor.click("recover")
    visitor.page.fill("#identifier", REPORTED.number)
    visitor.click("next")
    before = visitor.codes_sent(REPORTED_PHONE)
    visitor.click("way-sms")
    enter_code(visitor, REPORTED_PHONE, before)
    declare(visitor, REPORTED)
    set_password(visitor)
    assert signs_in(visitor, REPORTED, NEW_PASSWORD)


def test_wcag_the_pages_of_recovery_in_both_languages_at_two_widths(gallery: Gallery) -> None:
    visitor, provider = gallery.visitor, gallery.visitor.system.provider
    for name in ("recover", "recover/return", "recover/done", "recover/over", "not-me", "not-me/done"):
        gallery.visit(name.replace("/", "-"), provider(f"/{name}"))
    begin(visitor, STRANGER)
    gallery.visit("recover-way", visitor.page.url)
    way = visitor.page.url
    visitor.click("way-recovery-code")
    gallery.visit("recover-code", visitor.page.url)
    visitor.open(way)
    visitor.click("way-lost")
    gallery.visit("recover-phone", visitor.page.url)
    before = visitor.codes_sent(STRANGERS_PHONE)
    visitor.page.fill("#phone", STRANGERS_PHONE)
    visitor.click("continue")
    gallery.visit("recover-phone-code", visitor.page.url)
    enter_code(visitor, STRANGERS_PHONE, before)
    gallery.visit("recover-identity", visitor.page.url)
    declare(visitor, STRANGER)
    gallery.visit("recover-waiting", visitor.page.url)


def test_wcag_the_page_of_the_new_password_says_that_a_phone_alone_will_rest(gallery: Gallery) -> None:
    visitor, provider = gallery.visitor, gallery.visitor.system.provider
    visitor.open(provider("/register"))
    visitor.register(FORGETFUL, FORGETFULS_PHONE, OLD_PASSWORD)
    begin(visitor, FORGETFUL)
    before = visitor.codes_sent(FORGETFULS_PHONE)
    visitor.click("way-sms")
    enter_code(visitor, FORGETFULS_PHONE, before)
    declare(visitor, FORGETFUL)
    assert visitor.has("phone-rests")
    gallery.visit("recover-password", visitor.page.url)
    visitor.click("show-more")
    assert visitor.has("way-email")


def test_wcag_the_page_of_notices(gallery: Gallery) -> None:
    assert signs_in(gallery.visitor, READY, READY.password)
    gallery.visit("account-notices", gallery.visitor.system.provider("/account/notices"))
