"""A new phone waits in the open: it is seen, taken back, undone by "not me"; a closed account comes back."""

import re

from portals.simulator.people import BY_NUMBER
from portals.simulator.person import Person
from tests.browser.account.test_own_account import confirm
from tests.browser.conftest import NewVisitor
from tests.browser.gallery import Gallery
from tests.browser.people import NEW_PASSWORD, own_phone
from tests.browser.recovery.test_recovery import begin, declare, enter_code, set_password, signs_in
from tests.browser.store import write
from tests.support.browser import Visitor, until

# Elsewhere only in files with a system of their own.
OWNER, LEAVER = BY_NUMBER["082899000043"], BY_NUMBER["045899000045"]
THIEFS_PHONE = "0500000906"
OLD_PASSWORD = "mùa thu lá vàng rơi đầy sân"
# No test waits for the clock, and none must be faster than it.
_STAYS = "UPDATE contact_changes SET pending_until = pending_until + 3600000000"


def open_account(visitor: Visitor, owner: Person) -> None:
    visitor.open(visitor.system.provider("/register"))
    visitor.register(owner, own_phone(owner), OLD_PASSWORD)
    assert signs_in(visitor, owner, OLD_PASSWORD)


def change_phone(visitor: Visitor) -> None:
    """Ask for another phone on the page of contacts and show it."""
    before = visitor.codes_sent(THIEFS_PHONE)
    visitor.page.fill("#phone", THIEFS_PHONE)
    visitor.click("change-phone")
    enter_code(visitor, THIEFS_PHONE, before)
    visitor.page.wait_for_selector("#waiting-phone")
    write(visitor.system, _STAYS)


def told_code(visitor: Visitor, phone: str) -> str:
    """Return the "not me" code of the newest message to a phone that tells of a change of contact."""
    found: list[str] = []

    def heard() -> bool:
        for text in visitor.system.messages(phone):
            found.extend(re.findall(r"doi so dien thoai.*nhap ([A-Z0-9-]+)", text))
        return bool(found)

    until(heard, "the old phone is told")
    return found[0]


def test_a_new_phone_is_seen_waiting_taken_back_and_undone(gallery: Gallery, new_visitor: NewVisitor) -> None:
    thief = gallery.visitor
    open_account(thief, OWNER)
    phone = own_phone(OWNER)
    confirm(thief, "/account/contacts", phone)
    masked = thief.text("current-phone")
    change_phone(thief)
    gallery.visit("contacts-waiting", thief.system.provider("/account/contacts"))
    assert thief.text("current-phone") == masked
    thief.click("withdraw-phone")
    assert not thief.has("waiting-phone")
    change_phone(thief)
    owner = new_visitor()
    code = told_code(owner, phone)
    owner.open(owner.system.provider("/not-me"))
    owner.page.fill("#alarm-code", code)
    owner.click("report")
    thief.open(thief.system.provider("/account"))
    assert thief.has("identifier")
    # The phone that the thief did not have is the way back; nothing is sent to the other.
    begin(owner, OWNER)
    before, to_thief = owner.codes_sent(phone), owner.codes_sent(THIEFS_PHONE)
    owner.click("way-sms")
    enter_code(owner, phone, before)
    declare(owner, OWNER)
    set_password(owner)
    assert owner.codes_sent(THIEFS_PHONE) == to_thief
    assert signs_in(owner, OWNER, NEW_PASSWORD)
    assert not signs_in(thief, OWNER, OLD_PASSWORD)


def test_who_closed_the_account_comes_back_within_the_month(gallery: Gallery) -> None:
    visitor, phone = gallery.visitor, own_phone(LEAVER)
    open_account(visitor, LEAVER)
    confirm(visitor, "/account/close", phone)
    visitor.page.check("#understood")
    visitor.click("close-account")
    visitor.page.wait_for_selector("#account-closed")
    gallery.take("account-just-closed", visitor.page)
    assert not signs_in(visitor, LEAVER, OLD_PASSWORD)
    begin(visitor, LEAVER)
    before = visitor.codes_sent(phone)
    visitor.click("way-sms")
    enter_code(visitor, phone, before)
    declare(visitor, LEAVER)
    set_password(visitor)
    gallery.take("recovered-after-closing", visitor.page)
    assert signs_in(visitor, LEAVER, NEW_PASSWORD)
    visitor.open(visitor.system.provider("/account"))
    assert visitor.has("account-parts")
