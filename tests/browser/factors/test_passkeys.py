"""Passkeys in a real browser: added, used alone, used to step up, offered while typing, removed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import NewVisitor
from tests.browser.gallery import JOURNEY_LANGUAGES, Gallery, in_language
from tests.browser.passkey_authenticator import Authenticator, Credential, give_authenticator
from tests.browser.people import citizen, phone_of
from tests.browser.store import write
from tests.support.browser import EmbeddedSystem, Visitor

READY = citizen(8)
READY_PHONE = phone_of(READY)
CITIZENS = (READY,)

# A new passkey changes nothing for a while; here that is over.
SETTLED = "UPDATE passkeys SET pending_until = 0"


@dataclass(slots=True)
class Holder:
    """Somebody at a browser whose authenticator has the ready person's passkey."""

    visitor: Visitor
    authenticator: Authenticator

    def press(self, address: str) -> None:
        """Open a page that asks for a passkey and press its button."""
        self.visitor.open(address)
        self.visitor.click("passkey")

    def sign_in(self) -> None:
        """Sign in at the provider with the passkey alone."""
        self.press(self.visitor.system.provider("/sign-in"))
        self.visitor.page.wait_for_url("**/account")


@dataclass(slots=True)
class Wallet:
    """The ready person's passkey as it goes from test to test, with the counter of its last use."""

    credential: Credential
    holders: list[Holder] = field(default_factory=list)

    def give(self, visitor: Visitor, *, autofill: bool = False) -> Holder:
        authenticator = give_authenticator(visitor, autofill=autofill)
        authenticator.keep(self.credential)
        self.holders.append(Holder(visitor, authenticator))
        return self.holders[-1]

    def take_back(self) -> None:
        kept = [one for holder in self.holders for one in holder.authenticator.credentials]
        same = [one for one in kept if one["credentialId"] == self.credential["credentialId"]]
        self.credential = max(same, key=lambda one: int(str(one["signCount"])), default=self.credential)
        self.holders.clear()


def become_strong(visitor: Visitor) -> None:
    """Sign in at the portal by password and SMS code."""
    visitor.at(8101)
    visitor.click("login")
    visitor.sign_in(READY.number, READY.password)
    visitor.click("step-up")
    before = visitor.codes_sent(READY_PHONE)
    visitor.prefer_sms()
    visitor.page.wait_for_selector("#code")
    visitor.page.fill("#code", visitor.new_code(READY_PHONE, before))
    visitor.click("verify")
    assert visitor.text("acr") == "loa3"


def add_passkey(visitor: Visitor, label: str) -> None:
    visitor.open(visitor.system.provider("/account/passkeys"))
    visitor.page.fill("#label", label)
    visitor.click("add")
    visitor.page.wait_for_selector("#done")


def remove_every(visitor: Visitor) -> None:
    visitor.open(visitor.system.provider("/account/passkeys"))
    while visitor.page.locator("a.edit").count():
        visitor.page.locator("a.edit").first.click()
        visitor.click("remove")
        visitor.page.wait_for_selector("#done")


@pytest.fixture(scope="module")
def wallet(system: EmbeddedSystem, chromium: Browser) -> Iterator[Wallet]:
    """A passkey of the ready person, added by the page once and removed when the module is done."""
    visitor = Visitor(system, chromium.new_context(locale="vi-VN"))
    authenticator = give_authenticator(visitor)
    become_strong(visitor)
    add_passkey(visitor, "Máy tính ở nhà")
    (made,) = authenticator.credentials
    write(system, SETTLED)
    wallet = Wallet(made)
    yield wallet
    remove_every(visitor)
    visitor.context.close()
    assert visitor.faults == []


@pytest.fixture
def new_holder(new_visitor: NewVisitor, wallet: Wallet) -> Iterator[Callable[[], Holder]]:
    """Makes visitors that have the passkey and are not signed in."""
    yield lambda: wallet.give(new_visitor())
    wallet.take_back()


@pytest.fixture
def holder(new_holder: Callable[[], Holder]) -> Holder:
    return new_holder()


def test_a_passkey_alone_signs_in_at_a_portal_at_the_highest_level(holder: Holder) -> None:
    visitor = holder.visitor
    holder.press(visitor.system.portal(8101, "/login"))
    visitor.page.wait_for_selector("#signed-in")
    assert (visitor.text("signed-in"), visitor.text("acr")) == (READY.name, "loa3")
    assert visitor.claims()["id_token"]["amr"] == ["swk", "mfa"]


def test_rfc9470_4_a_passkey_raises_the_level_of_a_password(holder: Holder) -> None:
    visitor = holder.visitor
    visitor.at(8101, "/login")
    visitor.sign_in(READY.number, READY.password)
    assert visitor.text("acr") == "loa2"
    visitor.click("step-up")
    visitor.click("passkey")
    visitor.page.wait_for_selector("#signed-in")
    assert visitor.text("acr") == "loa3"
    assert visitor.claims()["id_token"]["amr"] == ["pwd", "swk", "mfa"]


def test_webauthn_5_1_4_autofill_signs_in_without_a_press_of_the_button(
    new_visitor: NewVisitor, wallet: Wallet
) -> None:
    visitor = wallet.give(new_visitor(), autofill=True).visitor
    visitor.at(8101, "/login")
    visitor.page.wait_for_selector("#signed-in")
    assert visitor.text("acr") == "loa3"
    wallet.take_back()


def test_the_identifier_says_that_passkeys_may_be_offered_there(visitor: Visitor) -> None:
    give_authenticator(visitor)
    visitor.open(visitor.system.provider("/sign-in"))
    assert visitor.page.get_attribute("#identifier", "autocomplete") == "username webauthn"
    assert visitor.page.is_visible("#passkey")


def test_a_finger_that_is_not_recognised_is_told_and_the_password_still_works(holder: Holder) -> None:
    visitor = holder.visitor
    holder.authenticator.verify(recognised=False)
    holder.press(visitor.system.provider("/sign-in"))
    visitor.page.wait_for_selector("[data-passkey-alert=failed]:visible")
    visitor.sign_in(READY.number, READY.password)
    visitor.page.wait_for_url("**/account")


def test_after_the_back_button_the_old_answer_is_not_sent_again(holder: Holder) -> None:
    visitor = holder.visitor
    holder.sign_in()
    visitor.page.go_back()
    visitor.page.wait_for_selector("#passkey")
    assert visitor.page.input_value("input[name=credential]") == ""


def test_a_removed_passkey_signs_nobody_in_and_the_page_leads_back(
    new_holder: Callable[[], Holder], wallet: Wallet
) -> None:
    owner, copy = new_holder(), new_holder()
    owner.sign_in()
    remove_every(owner.visitor)
    assert owner.visitor.has("none")
    copy.press(copy.visitor.system.portal(8101, "/login"))
    copy.visitor.page.wait_for_selector("#sign-in-again")
    assert copy.visitor.text("alert") == "Khóa truy cập này không đăng nhập được."
    copy.visitor.click("sign-in-again")
    copy.visitor.sign_in(READY.number, READY.password)
    assert copy.visitor.text("signed-in") == READY.name
    add_passkey(owner.visitor, "Máy tính ở nhà")
    write(owner.visitor.system, SETTLED)
    (wallet.credential,) = owner.authenticator.credentials


def test_webauthn_5_4_3_a_device_that_has_one_is_not_given_a_second(holder: Holder) -> None:
    holder.sign_in()
    holder.visitor.open(holder.visitor.system.provider("/account/passkeys"))
    holder.visitor.click("add")
    holder.visitor.page.wait_for_selector("[data-passkey-alert=known]:visible")
    assert len(holder.authenticator.credentials) == 1


def test_without_script_the_sign_in_page_offers_no_passkey_and_works(without_script: Visitor) -> None:
    visitor = without_script
    visitor.open(visitor.system.provider("/sign-in"))
    assert not visitor.page.is_visible("#passkey")
    visitor.sign_in(READY.number, READY.password)
    visitor.page.wait_for_url("**/account")


def test_the_pages_of_passkeys(gallery: Gallery, wallet: Wallet) -> None:
    visitor, provider = gallery.visitor, gallery.visitor.system.provider
    holder = wallet.give(visitor)
    holder.sign_in()
    for language in JOURNEY_LANGUAGES:
        visitor.open(in_language(provider("/account/passkeys?done=added"), language))
        gallery.take(f"passkeys-{language}", visitor.page)
        visitor.page.locator("a.edit").first.click()
        gallery.take(f"passkey-{language}", visitor.page)
    visitor.context.clear_cookies()
    for language in JOURNEY_LANGUAGES:
        visitor.open(in_language(provider("/sign-in"), language))
        gallery.take(f"sign-in-passkey-{language}", visitor.page)
        # An answer to the challenge of a page that was left open in another browser.
        visitor.page.eval_on_selector("input[name=challenge]", "field => field.value = 'another'")
        visitor.click("passkey")
        visitor.page.wait_for_selector("#sign-in-again")
        gallery.take(f"passkey-refused-{language}", visitor.page)
    wallet.take_back()
