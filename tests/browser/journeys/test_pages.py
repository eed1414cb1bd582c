"""A tour of every page in each language: readable for everyone, whole on a phone.

The pages of the verdicts are taken in by test_verdicts.py.
"""

from pathlib import Path

import pytest

from idp.account.model import ProofState
from portals.simulator.faults import Mode
from records.structs import replace
from tests.browser.gallery import JOURNEY_LANGUAGES, LANGUAGES, Gallery, in_language
from tests.browser.people import (
    GALLERY,
    NEW_PASSWORD,
    citizen,
    own_phone,
)
from tests.support.browser import Visitor

READY, WAITING = citizen(13), citizen(14, ProofState.WAITING)
CITIZENS = (READY, WAITING)
# What a browser that asks for Vietnamese gets.
FIRST_LANGUAGE = LANGUAGES[0]
PORTS = (8101, 8102, 8103, 8104, 8105)
# The portals' own pages have no samples that `test_every_page.py` could look through.
in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
in_journey_languages = pytest.mark.parametrize("language", JOURNEY_LANGUAGES)


@pytest.fixture
def visitor(gallery: Gallery, language: str) -> Visitor:
    """The gallery's visitor, who has chosen the language at the provider and at every portal."""
    visitor = gallery.visitor
    if language == FIRST_LANGUAGE:
        return visitor
    visitor.open(in_language(visitor.system.provider("/sign-in"), language))
    for port in PORTS:
        visitor.at(port, f"/?lang={language}")
    return visitor


@in_both_languages
def test_the_pages_before_and_while_signing_in(gallery: Gallery, visitor: Visitor, language: str) -> None:
    for port in PORTS:
        visitor.at(port)
        take(gallery, f"portal-{port}", language)
    visitor.at(8101, "/login")
    take(gallery, "sign-in", language)
    visitor.sign_in(READY.number, "not-the-password")
    take(gallery, "sign-in-wrong", language)
    visitor.click("cancel")
    take(gallery, "portal-cancelled", language)
    visitor.open(visitor.system.provider("/sign-in"))
    take(gallery, "sign-in-plain", language)
    visitor.open(visitor.system.provider("/status"))
    take(gallery, "status", language)


@in_both_languages
def test_the_pages_of_who_is_signed_in(gallery: Gallery, visitor: Visitor, language: str) -> None:
    visitor.at(8101, "/login")
    visitor.sign_in(READY.number, READY.password)
    for port in (8101, 8102, 8103):
        visitor.at(port)
        take(gallery, f"portal-{port}-signed-in", language)
    visitor.at(8104, "/login?prompt=consent")
    take(gallery, "consent", language)
    visitor.click("deny")
    take(gallery, "portal-8104-denied", language)
    visitor.at(8104, "/login?prompt=consent")
    visitor.click("allow")
    take(gallery, "portal-8104-signed-in", language)
    visitor.at(8105, "/login")
    take(gallery, "portal-8105-signed-in", language)
    visitor.click("share-name")
    take(gallery, "consent-name", language)
    visitor.click("allow")
    take(gallery, "portal-8105-name-shared", language)
    visitor.at(8101, "/login?prompt=login")
    take(gallery, "sign-in-known", language)


@in_journey_languages
def test_the_pages_of_the_second_factor(gallery: Gallery, visitor: Visitor, language: str) -> None:
    visitor.at(8101, "/step-up")
    visitor.sign_in(READY.number, READY.password)
    visitor.page.wait_for_selector("[id^=way-]")
    if visitor.has("send-code"):
        take(gallery, "step-up-unsent", language)
    visitor.prefer_sms()
    visitor.page.wait_for_selector("#verify")
    take(gallery, "step-up", language)
    visitor.page.fill("#code", "0")
    visitor.click("verify")
    take(gallery, "step-up-wrong", language)
    visitor.click("resend")
    take(gallery, "step-up-resent", language)


@in_journey_languages
def test_the_pages_of_the_account_and_of_leaving(gallery: Gallery, visitor: Visitor, language: str) -> None:
    visitor.at(8101, "/login")
    visitor.sign_in(READY.number, READY.password)
    visitor.at(8102)
    visitor.open(visitor.system.provider("/account"))
    take(gallery, "account", language)
    visitor.open(visitor.system.provider("/logout"))
    take(gallery, "logout-confirm", language)
    visitor.click("confirm-logout")
    take(gallery, "signed-out", language)
    visitor.open(visitor.system.provider("/sign-in"))
    visitor.sign_in(WAITING.number, WAITING.password)
    take(gallery, "account-waiting", language)
    visitor.at(8101, "/step-up")
    take(gallery, "portal-step-up-missed", language)
    visitor.click("logout")
    take(gallery, "portal-signed-out", language)


def test_the_pages_of_registration(gallery: Gallery) -> None:
    visitor = gallery.visitor
    visitor.open(visitor.system.provider("/register"))
    take_with_error(gallery, "register", {}, "continue")
    before = visitor.codes_sent(own_phone(GALLERY))
    visitor.declare(GALLERY, own_phone(GALLERY))
    visitor.page.wait_for_selector("#verify")
    take_with_error(gallery, "register-code", {"code": "0"}, "verify")
    visitor.page.fill("#code", visitor.new_code(own_phone(GALLERY), before))
    visitor.click("verify")
    visitor.page.wait_for_url("**/register/password*")
    take_with_error(gallery, "register-password", {"password": "mèo"}, "continue")
    visitor.page.fill("#password", NEW_PASSWORD)
    visitor.click("continue")
    visitor.page.wait_for_selector("#registered")
    gallery.visit("registered", visitor.page.url)


@in_journey_languages
@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("not_found", "/nowhere"),
        ("invalid_client", "/authorize?client_id=nobody&response_type=code"),
        ("invalid_redirect_uri", "/authorize?client_id=ha-noi&response_type=code&redirect_uri=https://ha-noi.example/"),
        ("request_expired", f"/sign-in?i={'0' * 26}"),
    ],
)
def test_the_pages_of_refusals(gallery: Gallery, visitor: Visitor, language: str, code: str, path: str) -> None:
    visitor.open(visitor.system.provider(path))
    assert visitor.text("error-code") == code
    take(gallery, f"error-{code}", language)


def test_the_pages_of_the_simulator_and_the_inbox(gallery: Gallery) -> None:
    system, visitor = gallery.visitor.system, gallery.visitor
    visitor.set_register(Mode.SLOW)
    try:
        gallery.visit("simulator", system.simulator)
    finally:
        visitor.set_register(Mode.OK)
    gallery.visit("inbox", system.inbox)


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("<main><h1>A</h1><img src='/static/x.png'></main>", "image-alt"),
        ("<main><h1>A</h1><p style='width: 3000px'>B</p></main>", "scrolls sideways at 390 pixels"),
    ],
)
def test_a_page_with_a_fault_is_not_taken_in(gallery: Gallery, tmp_path: Path, body: str, complaint: str) -> None:
    page = gallery.visitor.page
    page.set_content(f"<html lang='en'><head><title>A</title></head><body>{body}</body></html>")
    with pytest.raises(AssertionError, match=complaint):
        replace(gallery, folder=tmp_path).take("faulty", page)


def take_with_error(gallery: Gallery, name: str, wrong: dict[str, str], button: str) -> None:
    """Take in a page of registration and its answer to a wrong entry, in the languages of journeys."""
    address = gallery.visitor.page.url
    for language in JOURNEY_LANGUAGES:
        gallery.visitor.open(in_language(address, language))
        take(gallery, name, language)
        for element_id, value in wrong.items():
            gallery.visitor.page.fill(f"#{element_id}", value)
        gallery.visitor.click(button)
        gallery.visitor.page.wait_for_selector(".field-wrong")
        take(gallery, f"{name}-wrong", language)


def take(gallery: Gallery, name: str, language: str) -> None:
    """Take in the page as it stands, which must be in the language throughout."""
    page = gallery.visitor.page
    page.wait_for_load_state()
    assert page.get_attribute("html", "lang") == language, name
    gallery.take(f"{name}-{language}", page)
