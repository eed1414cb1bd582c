"""Organisations and mandates in a real browser: claimed, given, accepted, passed through both languages, revoked."""

import pytest

from portals.simulator.enterprises import BY_CODE
from portals.simulator.people import BY_NUMBER
from tests.browser.account.test_own_account import at_home, confirm
from tests.browser.conftest import NewVisitor
from tests.browser.gallery import JOURNEY_LANGUAGES, Gallery, in_language
from tests.browser.mandate_steps import accept, at_home_as, claim, claim_organisation, fill_in_giving, fill_in_ward
from tests.browser.people import citizen, own_phone, phone_of
from tests.support.browser import Visitor

READY = citizen(15)
CITIZENS = (READY,)
# Represents an enterprise; in no other file. Nobody has a phone that begins with 050.
BOSS = BY_NUMBER["001899000039"]
BOSS_PHONE = own_phone(BOSS)
# A guardian and the older of her wards; the other is in test_acting_for_others.py.
MOTHER, CHILD = BY_NUMBER["001999000031"], BY_NUMBER["001899000032"]
MOTHER_PHONE = own_phone(MOTHER)
RIVER = BY_CODE["0100047516"]
NEVER_ISSUED = "1000000041"


def boss_at_home(visitor: Visitor) -> None:
    """Sign the representative in and claim the organisation."""
    at_home_as(visitor, BOSS, BOSS_PHONE)
    claim_organisation(visitor, BOSS_PHONE, RIVER)


def offer(visitor: Visitor, number: str = READY.number, name: str = READY.name) -> None:
    fill_in_giving(visitor, RIVER.name, number, name)
    visitor.click("give")


def test_a_representative_claims_gives_and_revokes_and_the_other_accepts(new_visitor: NewVisitor) -> None:
    boss, clerk = new_visitor(), new_visitor()
    provider = boss.system.provider
    boss_at_home(boss)
    assert RIVER.name in boss.page.inner_text("#organisations")
    boss.open(provider("/account/mandates/give"))
    offer(boss)
    boss.page.wait_for_selector("#given")
    at_home(clerk, READY.number, READY.password)
    confirm(clerk, "/account/contacts", phone_of(READY))
    clerk.open(provider("/account/mandates"))
    assert BOSS.full_name in clerk.page.inner_text("#offered")
    accept(clerk)
    clerk.open(provider("/account/activity"))
    assert f"{READY.name} làm thay {RIVER.name}" in clerk.page.inner_text("#activity")
    boss.open(provider("/account/mandates"))
    boss.click("people-1")
    boss.page.wait_for_selector("#people")
    assert READY.name in boss.page.inner_text("#people")
    boss.click("end-2")
    boss.page.wait_for_selector("#done")
    clerk.open(provider("/account/mandates"))
    assert "đã chấm dứt" in clerk.page.inner_text("#held")
    assert not clerk.has("give-up-1")


@pytest.mark.parametrize("language", JOURNEY_LANGUAGES)
def test_the_pages_of_organisations_and_mandates_in_both_languages(
    gallery: Gallery, new_visitor: NewVisitor, language: str
) -> None:
    boss, other, provider = gallery.visitor, new_visitor(), gallery.visitor.system.provider
    at_home_as(boss, BOSS, BOSS_PHONE)
    confirm(boss, "/account/organisations/claim", BOSS_PHONE)
    boss.open(in_language(provider("/account/organisations/claim"), language))
    claim(boss, NEVER_ISSUED, "?")
    boss.page.wait_for_selector(".field-wrong")
    gallery.take(f"claim-wrong-{language}", boss.page)
    claim(boss, RIVER.code, "Công ty TNHH Mẫu Sông Lô")
    boss.page.wait_for_selector("#refused")
    gallery.take(f"claim-refused-{language}", boss.page)
    claim(boss, RIVER.code, RIVER.name)
    boss.page.wait_for_selector("#organisations")
    gallery.take(f"organisations-{language}", boss.page)
    boss.open(provider("/account/mandates/give"))
    gallery.take(f"give-{language}", boss.page)
    offer(boss, BOSS.number)
    boss.page.wait_for_selector(".field-wrong")
    gallery.take(f"give-wrong-{language}", boss.page)
    offer(boss)
    boss.page.wait_for_selector("#given")
    gallery.take(f"mandates-given-{language}", boss.page)
    boss.click("people-1")
    boss.page.wait_for_selector("#people")
    gallery.take(f"mandates-people-{language}", boss.page)
    at_home(other, READY.number, READY.password)
    other.open(in_language(provider("/account/mandates"), language))
    other.page.wait_for_selector("#offered")
    other.click("decline-1")
    other.page.wait_for_selector("#done")


@pytest.mark.parametrize("language", JOURNEY_LANGUAGES)
def test_a_guardian_claims_a_child(gallery: Gallery, language: str) -> None:
    """A wrong name is refused; the name in the register is taken."""
    visitor, provider = gallery.visitor, gallery.visitor.system.provider
    at_home_as(visitor, MOTHER, MOTHER_PHONE)
    confirm(visitor, "/account/mandates/ward", MOTHER_PHONE)
    visitor.open(in_language(provider("/account/mandates/ward"), language))
    fill_in_ward(visitor, CHILD, "Cao Gia Bình")
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
    boss.open(provider("/account/mandates/give"))
    offer(boss)
    at_home(gallery.visitor, READY.number, READY.password)
    gallery.visit("mandates-offered", provider("/account/mandates"))
