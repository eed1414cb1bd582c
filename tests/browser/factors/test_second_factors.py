"""Second factors in a real browser: an app set up from its QR code, two steps, codes on paper, a yes elsewhere."""

import pytest

from idp.kernel.secrets import Secret
from portals.simulator.people import BY_NUMBER
from tests.browser.conftest import NewVisitor
from tests.browser.gallery import JOURNEY_LANGUAGES, Gallery, in_language
from tests.browser.people import NEW_PASSWORD, own_phone
from tests.support.authenticator_app import App
from tests.support.browser import Visitor

# Registers here and in no other test. Nobody has a phone that begins with 050.
PERSON = {
    language: (BY_NUMBER[number], own_phone(BY_NUMBER[number]))
    for language, number in {"vi": "056999000008", "en": "038899000005"}.items()
}


def take(gallery: Gallery, name: str, language: str) -> None:
    gallery.take(f"{name}-{language}", gallery.visitor.page)


def open_own(visitor: Visitor, path: str) -> None:
    visitor.open(visitor.system.provider(path))


def by_sms(visitor: Visitor, phone: str, before: int) -> None:
    """Answer the question for a second factor with the newest SMS."""
    visitor.page.wait_for_selector("[id^=way-]")
    visitor.prefer_sms()
    visitor.page.fill("#code", visitor.new_code(phone, before))
    visitor.click("verify")


@pytest.mark.parametrize("language", JOURNEY_LANGUAGES)
def test_an_account_gets_an_app_codes_and_two_steps(gallery: Gallery, new_visitor: NewVisitor, language: str) -> None:
    visitor, (person, phone) = gallery.visitor, PERSON[language]
    visitor.open(visitor.system.provider("/register"))
    visitor.register(person, phone, NEW_PASSWORD)
    visitor.open(in_language(visitor.system.provider("/sign-in"), language))
    visitor.sign_in(person.number, NEW_PASSWORD)
    before = visitor.codes_sent(phone)
    open_own(visitor, "/account/totp")
    visitor.page.wait_for_selector("#way-sms")
    take(gallery, "confirm-sms", language)
    by_sms(visitor, phone, before)
    visitor.page.wait_for_selector("#begin")
    take(gallery, "totp-begin", language)
    visitor.click("begin")
    visitor.page.wait_for_selector("svg.qr")
    take(gallery, "totp-setup", language)
    app = App(Secret(visitor.text("secret").replace(" ", "")))
    visitor.page.fill("#code", "0")
    visitor.click("confirm")
    visitor.page.wait_for_selector("#code-error")
    take(gallery, "totp-wrong", language)
    visitor.page.fill("#code", app.code())
    visitor.click("confirm")
    visitor.page.wait_for_selector("#done")
    take(gallery, "factors-app-added", language)
    visitor.click("two-steps-on")
    visitor.page.wait_for_selector("#two-steps-off")
    take(gallery, "factors-two-steps", language)
    open_own(visitor, "/account/totp")
    take(gallery, "totp-since", language)
    open_own(visitor, "/account/recovery-codes")
    take(gallery, "recovery-codes-none", language)
    visitor.click("replace")
    visitor.page.wait_for_selector("#codes")
    take(gallery, "recovery-codes", language)
    paper = visitor.page.locator("#codes code").all_text_contents()
    visitor.page.reload()
    assert visitor.has("gone")
    take(gallery, "recovery-codes-gone", language)
    signs_in_elsewhere(gallery, new_visitor(), language, paper[0])
    visitor.context.clear_cookies()
    meets_the_second_step(gallery, language)


def signs_in_elsewhere(gallery: Gallery, other: Visitor, language: str, paper: str) -> None:
    """Sign in at another browser: once by a yes here, once by paper."""
    own, (person, _) = gallery.visitor, PERSON[language]
    other.open(in_language(other.system.provider("/sign-in"), language))
    other.sign_in(person.number, NEW_PASSWORD)
    other.page.wait_for_selector("#way-totp")
    other.click("use-approval")
    other.click("ask")
    other.page.wait_for_selector("#match-number")
    number = other.text("match-number")
    open_own(own, "/account/approvals")
    take(gallery, "approvals", language)
    own.page.click(f"button[value='{number}']")
    own.page.wait_for_selector("#answered")
    take(gallery, "approvals-answered", language)
    # The waiting page looks again by itself.
    other.page.wait_for_url("**/account")
    other.context.clear_cookies()
    other.open(in_language(other.system.provider("/sign-in"), language))
    other.sign_in(person.number, NEW_PASSWORD)
    other.page.wait_for_selector("#way-totp")
    other.click("use-recovery_code")
    other.page.fill("#code", paper)
    other.click("verify")
    other.page.wait_for_url("**/account")


def meets_the_second_step(gallery: Gallery, language: str) -> None:
    """Look at the page of each second factor of an account that has them all."""
    visitor, (person, _) = gallery.visitor, PERSON[language]
    visitor.open(in_language(visitor.system.provider("/sign-in"), language))
    visitor.sign_in(person.number, NEW_PASSWORD)
    visitor.page.wait_for_selector("#way-totp")
    take(gallery, "second-step-totp", language)
    visitor.page.fill("#code", "0")
    visitor.click("verify")
    visitor.page.wait_for_selector("#code-error")
    take(gallery, "second-step-wrong", language)
    for way in ("sms", "recovery_code", "approval"):
        visitor.click(f"use-{way}")
        visitor.page.wait_for_selector(f"#way-{way}")
        take(gallery, f"second-step-{way}", language)
    visitor.click("ask")
    visitor.page.wait_for_selector("#match-number")
    take(gallery, "second-step-waiting", language)
