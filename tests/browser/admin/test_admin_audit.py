"""The pages of the audit log in a real browser, in both languages and widths."""

import pytest

from tests.browser.admin.test_admin_clients import APPROVER
from tests.browser.gallery import JOURNEY_LANGUAGES, Gallery
from tests.browser.officer_people import at_the_desk


@pytest.mark.parametrize("language", JOURNEY_LANGUAGES)
def test_the_log_is_searched_and_one_event_looked_at(gallery: Gallery, language: str) -> None:
    visitor = gallery.visitor
    at_the_desk(visitor, APPROVER, language=language)
    visitor.click("part-audit")
    visitor.page.wait_for_selector("#search")
    visitor.page.fill("#name", "no:such:event")
    visitor.page.fill("#since", "2026-01-01")
    visitor.click("search")
    visitor.page.wait_for_selector("#name-error")
    gallery.take(f"admin-audit-wrong-{language}", visitor.page)
    visitor.page.fill("#name", "session:session:started")
    visitor.click("search")
    visitor.page.wait_for_selector("#events")
    gallery.take(f"admin-audit-{language}", visitor.page)
    visitor.page.click("#events a")
    visitor.page.wait_for_selector("#event-name")
    gallery.take(f"admin-audit-event-{language}", visitor.page)
