"""Officer and citizen at a counter, in a real browser: on the counter's screen, on the citizen's own, and recovery."""

import pytest

from portals.simulator.people import BY_NUMBER
from tests.browser.conftest import NewVisitor
from tests.browser.gallery import JOURNEY_LANGUAGES, Gallery, in_language
from tests.browser.officer_people import at_the_desk
from tests.browser.people import NEW_PASSWORD, just_moved_phone
from tests.browser.recovery.test_recovery import come_back, enter_code, set_password, signs_in
from tests.support.browser import Visitor

# As `make run` prints it (idp/cli/demonstration/officer.py).
OFFICER = "g15.demo"
PORT, POST = 8102, "Công chức bộ phận một cửa"
# Register here and in no other test, with a phone that does not prove them: it came to their number only lately.
PERSON = {
    language: (BY_NUMBER[number], just_moved_phone(BY_NUMBER[number]))
    for language, number in {"vi": "001899000026", "en": "079999000028"}.items()
}


def take(gallery: Gallery, name: str, language: str) -> None:
    gallery.take(f"{name}-{language}", gallery.visitor.page)


def registered(visitor: Visitor, language: str) -> None:
    person, phone = PERSON[language]
    visitor.open(visitor.system.provider("/register"))
    visitor.register(person, phone, NEW_PASSWORD)


def at_counter(gallery: Gallery, language: str) -> None:
    """Open the portal's counter and come to the page of the citizen's number."""
    visitor = gallery.visitor
    visitor.open(in_language(visitor.system.portal(PORT, "/counter"), language))
    visitor.page.wait_for_selector("#number")


@pytest.mark.parametrize("language", JOURNEY_LANGUAGES)
def test_an_officer_files_for_a_citizen_both_ways_and_helps_to_recover(
    gallery: Gallery, new_visitor: NewVisitor, language: str
) -> None:
    visitor, citizen = gallery.visitor, new_visitor()
    registered(citizen, language)
    at_the_desk(visitor, OFFICER, "/account", language)
    take(gallery, "officer-account", language)
    last_factor(gallery, language)
    on_the_screen(gallery, language)
    on_the_phone(gallery, citizen, language)
    proof(gallery, citizen, language, "identity-before-the-desk", "chưa chứng minh được đó là bạn")
    recovery(gallery, citizen, language)
    proof(gallery, citizen, language, "identity-after-the-desk", "Đã xác thực")


def last_factor(gallery: Gallery, language: str) -> None:
    visitor = gallery.visitor
    visitor.open(in_language(visitor.system.provider("/account/totp"), language))
    take(gallery, "officer-totp", language)
    visitor.click("remove")
    visitor.page.wait_for_selector("#alert")
    take(gallery, "officer-last-factor", language)


def on_the_screen(gallery: Gallery, language: str) -> None:
    visitor, (person, phone) = gallery.visitor, PERSON[language]
    at_counter(gallery, language)
    visitor.page.fill("#number", "12")
    visitor.click("screen")
    visitor.page.wait_for_selector("#number-error")
    take(gallery, "counter-wrong-number", language)
    visitor.page.fill("#number", person.number)
    take(gallery, "counter-start", language)
    visitor.click("screen")
    visitor.page.wait_for_selector("#password")
    take(gallery, "counter-citizen", language)
    visitor.page.fill("#password", "not-the-password-1")
    visitor.click("next")
    visitor.page.wait_for_selector("#alert")
    take(gallery, "counter-citizen-wrong", language)
    before = visitor.codes_sent(phone)
    visitor.page.fill("#password", NEW_PASSWORD)
    visitor.click("next")
    visitor.page.wait_for_selector("#way-sms")
    take(gallery, "counter-factor", language)
    visitor.page.fill("#code", visitor.new_code(phone, before))
    visitor.click("verify")
    visitor.page.wait_for_selector("#assisted-by")
    assert POST in visitor.text("assisted-by")
    assert '"agency": "G15"' in visitor.text("claims")
    take(gallery, "counter-filed", language)
    visitor.open(visitor.system.provider("/account"))
    assert visitor.text("sign-in-name") == OFFICER
    visitor.open(in_language(visitor.system.provider("/account"), language))
    assert visitor.has("filings")
    take(gallery, "officer-filings", language)


def on_the_phone(gallery: Gallery, citizen: Visitor, language: str) -> None:
    visitor, (person, phone) = gallery.visitor, PERSON[language]
    before = citizen.codes_sent(phone)
    citizen.open(citizen.system.provider("/sign-in"))
    citizen.sign_in(person.number, NEW_PASSWORD)
    citizen.open(citizen.system.provider("/account/confirm"))
    citizen.page.wait_for_selector("#way-sms")
    citizen.page.fill("#code", citizen.new_code(phone, before))
    citizen.click("verify")
    citizen.page.wait_for_url("**/account")
    at_counter(gallery, language)
    visitor.page.fill("#number", person.number)
    visitor.click("phone")
    visitor.page.wait_for_selector("#match-number")
    number = visitor.text("match-number")
    take(gallery, "counter-phone", language)
    citizen.open(in_language(citizen.system.provider("/account/approvals"), language))
    assert POST in citizen.page.content()
    assert citizen.has("claims")
    gallery.take(f"counter-question-{language}", citizen.page)
    citizen.page.click(f"button[value='{number}']")
    citizen.page.wait_for_selector("#answered")
    visitor.page.wait_for_selector("#assisted-by")
    citizen.open(citizen.system.provider("/account/activity"))
    assert "G15-DEMO01" in citizen.page.content()


def recovery(gallery: Gallery, citizen: Visitor, language: str) -> None:
    visitor, (person, phone) = gallery.visitor, PERSON[language]
    visitor.open(in_language(visitor.system.provider("/counter/recovery"), language))
    visitor.page.wait_for_selector("#number")
    take(gallery, "assist-start", language)
    before = visitor.codes_sent(phone)
    visitor.page.fill("#number", person.number)
    visitor.page.fill("#phone", phone)
    visitor.click("next")
    visitor.page.wait_for_selector("#code")
    take(gallery, "assist-code", language)
    visitor.page.fill("#code", visitor.new_code(phone, before))
    visitor.click("verify")
    visitor.page.wait_for_selector("#full-name")
    take(gallery, "assist-identity", language)
    year, month, day = person.born.split("-")
    visitor.page.fill("#full-name", person.typed_name)
    for part, value in (("day", day), ("month", month), ("year", year)):
        visitor.page.fill(f"#birth-{part}", value)
    visitor.click("continue")
    visitor.page.wait_for_selector("#recovery-reference")
    assert visitor.has("at-once")
    take(gallery, "assist-done", language)
    before = citizen.codes_sent(phone)
    come_back(citizen, visitor.text("recovery-reference"))
    enter_code(citizen, phone, before)
    set_password(citizen)
    assert signs_in(citizen, person, NEW_PASSWORD)


def proof(gallery: Gallery, citizen: Visitor, language: str, name: str, said: str) -> None:
    """Look at what the citizen's account says that it is worth: an officer who saw the card proves them."""
    citizen.open(in_language(citizen.system.provider("/account/identity"), "vi"))
    assert said in citizen.text("proof")
    citizen.open(in_language(citizen.page.url, language))
    gallery.take(f"{name}-{language}", citizen.page)


@pytest.mark.parametrize("language", JOURNEY_LANGUAGES)
def test_the_pages_that_stop_who_has_the_wrong_account_and_that_set_one_up(gallery: Gallery, language: str) -> None:
    visitor = gallery.visitor
    at_the_desk(visitor, OFFICER, "/account", language)
    visitor.open(in_language(visitor.system.portal(8101, "/login"), language))
    visitor.page.wait_for_selector("#account-kind")
    take(gallery, "account-kind", language)
    visitor.click("cancel")
    visitor.page.wait_for_selector("#error-code")
    visitor.open(in_language(visitor.system.provider("/officers/enrol"), language))
    take(gallery, "officer-enrol", language)
    visitor.page.fill("#sign-in-name", OFFICER)
    visitor.page.fill("#enrolment-code", "ABCD-EFGH-JKMN-PQRS")
    visitor.click("next")
    visitor.page.wait_for_selector("#alert")
    take(gallery, "officer-enrol-wrong", language)
