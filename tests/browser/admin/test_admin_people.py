"""The pages of people in a real browser: found, locked, unlocked, and what the person reads, in both languages."""

from collections.abc import Callable

import pytest

from tests.browser.gallery import JOURNEY_LANGUAGES, Gallery, in_language
from tests.browser.officer_people import at_the_desk
from tests.browser.people import citizen
from tests.support.browser import Visitor

SUPPORT = "g22.demo-support"
FOUND = citizen(3)
CITIZENS = (FOUND,)
CASE = "HT-2026-0042"


@pytest.mark.parametrize("language", JOURNEY_LANGUAGES)
def test_support_finds_a_person_who_reads_of_it(
    gallery: Gallery, new_visitor: Callable[[], Visitor], language: str
) -> None:
    visitor, page = gallery.visitor, gallery.visitor.page
    at_the_desk(visitor, SUPPORT, language=language)
    visitor.click("part-people")
    page.wait_for_selector("#find")
    gallery.take(f"admin-people-{language}", page)
    page.fill("#value", "00189990")
    page.fill("#case", "HT 12")
    visitor.click("find")
    page.wait_for_selector("#problems")
    gallery.take(f"admin-people-wrong-{language}", page)
    page.select_option("#by", "number")
    page.fill("#value", FOUND.number)
    page.select_option("#purpose", "taken_over")
    page.fill("#case", CASE)
    visitor.click("find")
    page.wait_for_selector("#account-id")
    gallery.take(f"admin-person-{language}", page)
    page.select_option("#reason-lock", "taken_over")
    visitor.click("lock")
    page.wait_for_selector("#locked-by")
    gallery.take(f"admin-person-locked-{language}", page)
    page.select_option("#reason-unlock", "checked")
    visitor.click("unlock")
    page.wait_for_selector("#lock")
    own = new_visitor()
    own.open(in_language(own.system.provider("/sign-in"), language))
    own.sign_in(FOUND.number, FOUND.password)
    own.page.wait_for_selector("#display-name")
    visitor.context.clear_cookies()
    visitor.context.add_cookies(own.context.cookies())  # type: ignore[arg-type]  # what it gave out it takes
    visitor.open(in_language(own.system.provider("/account/activity"), language))
    page.wait_for_selector("#activity .support")
    gallery.take(f"account-activity-support-{language}", page)
