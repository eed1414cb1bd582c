"""Organisations and mandates in a real browser: claimed, given, accepted, passed through both languages, revoked."""

import pytest

from portals.simulator.enterprises import BY_CODE
from portals.simulator.people import BY_NUMBER
from tests.browser.conftest import NewVisitor
from tests.browser.gallery import LANGUAGES, Gallery, in_language
from tests.browser.people import NEW_PASSWORD, READY_NAME, READY_NUMBER
from tests.browser.test_own_account import at_home, confirm
from tests.support.browser import Visitor

# Represents an enterprise; in no other test. Nobody has a phone that begins with 050.
BOSS, BOSS_PHONE = BY_NUMBER["001899000039"], "0500000301"
# A guardian and the younger of her wards.
MOTHER, MOTHER_PHONE, CHILD = BY_NUMBER["001999000031"], "0500000302", BY_NUMBER["001899000032"]
RIVER = BY_CODE["0100047516"]
NEVER_ISSUED = "1000000041"


def boss_at_home(visitor: Visitor) -> None:
    """Register the representative once, then sign in and show two factors."""
    provider = visitor.system.provider
    visitor.open(provider("/sign-in"))
    visitor.sign_in(BOSS.number, NEW_PASSWORD)
    if not visitor.has("account-parts"):
        visitor.open(provider("/register"))
        visitor.register(BOSS, BOSS_PHONE, NEW_PASSWORD)
        visitor.open(provider("/sign-in"))
        visitor.sign_in(BOSS.number, NEW_PASSWORD)
    visitor.page.wait_for_selector("#account-parts")


def claim(visitor: Visitor, code: str = RIVER.code, name: str = RIVER.name) -> None:
    visitor.page.fill("#code", code)
    visitor.page.fill("#name", name)
    visitor.click("claim")


def give(visitor: Visitor, number: str = READY_NUMBER, name: str = READY_NAME) -> None:
    visitor.page.select_option("#under", label=RIVER.name)
    visitor.page.fill("#number", number)
    visitor.page.fill("#name", name)
    visitor.click("give")


def test_a_representative_claims_gives_and_revokes_and_the_other_accepts(new_visitor: NewVisitor) -> None:
    boss, clerk = new_visitor(), new_visitor()
    provider = boss.system.provider
    boss_at_home(boss)
    confirm(boss, "/account/organisations/claim", BOSS_PHONE)
    claim(boss)
    boss.page.wait_for_selector("#organisations")
    assert RIVER.name in boss.page.inner_text("#organisations")
    boss.open(provider("/account/mandates/give"))
    give(boss)
    boss.page.wait_for_selector("#given")
    at_home(clerk)
    confirm(clerk, "/account/contacts")
    clerk.open(provider("/account/mandates"))
    assert BOSS.full_name in clerk.page.inner_text("#offered")
    clerk.click("accept-1")
    clerk.page.wait_for_selector("#held")
    clerk.open(provider("/account/activity"))
    assert f"{READY_NAME} làm thay {RIVER.name}" in clerk.page.inner_text("#activity")
    boss.open(provider("/account/mandates"))
    boss.click("revoke-1")
    boss.page.wait_for_selector("#done")
    clerk.open(provider("/account/mandates"))
    assert "đã chấm dứt" in clerk.page.inner_text("#held")
    assert not clerk.has("give-up-1")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_organisations_and_mandates_in_both_languages(
    gallery: Gallery, new_visitor: NewVisitor, language: str
) -> None:
    boss, other, provider = gallery.visitor, new_visitor(), gallery.visitor.system.provider
    boss_at_home(boss)
    confirm(boss, "/account/organisations/claim", BOSS_PHONE)
    boss.open(in_language(provider("/account/organisations/claim"), language))
    claim(boss, NEVER_ISSUED, "?")
    boss.page.wait_for_selector(".field-wrong")
    gallery.take(f"claim-wrong-{language}", boss.page)
    claim(boss, name="Công ty TNHH Mẫu Sông Lô")
    boss.page.wait_for_selector("#refused")
    gallery.take(f"claim-refused-{language}", boss.page)
    claim(boss)
    boss.page.wait_for_selector("#organisations")
    gallery.take(f"organisations-{language}", boss.page)
    boss.open(provider("/account/mandates/give"))
    gallery.take(f"give-{language}", boss.page)
    give(boss, BOSS.number)
    boss.page.wait_for_selector(".field-wrong")
    gallery.take(f"give-wrong-{language}", boss.page)
    give(boss)
    boss.page.wait_for_selector("#given")
    gallery.take(f"mandates-given-{language}", boss.page)
    at_home(other)
    other.open(in_language(provider("/account/mandates"), language))
    other.page.wait_for_selector("#offered")
    other.click("decline-1")
    other.page.wait_for_selector("#done")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_guardian_claims_a_child(gallery: Gallery, language: str) -> None:
    """A wrong name is refused; the name in the register is taken."""
    visitor, provider = gallery.visitor, gallery.visitor.system.provider
    visitor.open(provider("/sign-in"))
    visitor.sign_in(MOTHER.number, NEW_PASSWORD)
    if not visitor.has("account-parts"):
        visitor.open(provider("/register"))
        visitor.register(MOTHER, MOTHER_PHONE, NEW_PASSWORD)
        visitor.open(provider("/sign-in"))
        visitor.sign_in(MOTHER.number, NEW_PASSWORD)
    confirm(visitor, "/account/mandates/ward", MOTHER_PHONE)
    visitor.open(in_language(provider("/account/mandates/ward"), language))
    for entry, text in (("number", CHILD.number), ("name", "Cao Gia Bình"), ("birth_date", "05/09/2016")):
        visitor.page.fill(f"#{entry}", text)
    visitor.click("claim")
    visitor.page.wait_for_selector("#refused")
    gallery.take(f"ward-refused-{language}", visitor.page)
    visitor.page.fill("#name", CHILD.full_name)
    visitor.click("claim")
    visitor.page.wait_for_selector("#held")
    assert CHILD.full_name in visitor.page.inner_text("#held")
    gallery.take(f"mandates-ward-{language}", visitor.page)


def test_the_page_of_an_offer_is_whole_in_both_languages(gallery: Gallery, new_visitor: NewVisitor) -> None:
    boss, provider = new_visitor(), gallery.visitor.system.provider
    boss_at_home(boss)
    confirm(boss, "/account/organisations/claim", BOSS_PHONE)
    claim(boss)
    boss.page.wait_for_selector("#organisations")
    boss.open(provider("/account/mandates/give"))
    give(boss)
    at_home(gallery.visitor)
    gallery.visit("mandates-offered", provider("/account/mandates"))
