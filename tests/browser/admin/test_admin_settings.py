"""National settings in a real browser: what is wrong is told beside its field, and two people change a notice."""

from tests.browser.conftest import NewVisitor
from tests.browser.gallery import JOURNEY_LANGUAGES, Gallery, in_language
from tests.browser.officer_people import at_the_desk
from tests.support.browser import Visitor

PATH = "/admin/settings"


def opened(visitor: Visitor, path: str, language: str = "vi") -> None:
    visitor.open(in_language(visitor.system.provider(path), language))


def write(visitor: Visitor, **fields: str) -> None:
    for name, value in fields.items():
        visitor.page.fill(f"#notices-0-{name}", value)


def test_a_notice_is_written_looked_at_and_proposed(gallery: Gallery, new_visitor: NewVisitor) -> None:
    visitor, provider = gallery.visitor, gallery.visitor.system.provider
    at_the_desk(visitor, "g22.demo-operator")
    gallery.visit("settings", provider(PATH))
    gallery.visit("setting-limits", provider(f"{PATH}/limits"))
    gallery.visit("setting-alert-limits", provider(f"{PATH}/alert_limits"))
    what_is_wrong_is_shown(gallery)
    opened(visitor, f"{PATH}/notices")
    fill_in(visitor)
    visitor.click("check")
    visitor.page.wait_for_selector("#would-change")
    assert "bao-tri" in visitor.text("differences")
    gallery.take("setting-notices-looked-at", visitor.page)
    visitor.page.fill("#propose-reason", "Bảo trì đã được báo trước")
    visitor.click("propose")
    visitor.page.wait_for_selector("#own")
    for language in JOURNEY_LANGUAGES:
        opened(visitor, visitor.page.url.partition("?")[0].removeprefix(provider("")), language)
        gallery.take(f"setting-change-{language}", visitor.page)
    visitor.click("withdraw")
    visitor.page.wait_for_selector("#done")


def what_is_wrong_is_shown(gallery: Gallery) -> None:
    visitor = gallery.visitor
    for language in JOURNEY_LANGUAGES:
        opened(visitor, f"{PATH}/notices", language)
        write(visitor, id="Bảo trì", **{"text-vi": "<b>Bảo trì</b>"})
        visitor.click("propose")
        visitor.page.wait_for_selector("#problems")
        assert visitor.has("notices-0-id-error")
        gallery.take(f"setting-notices-wrong-{language}", visitor.page)


def fill_in(visitor: Visitor) -> None:
    write(visitor, id="bao-tri", **{"text-vi": "Hệ thống bảo trì đêm nay.", "text-en": "Maintenance tonight."})
    write(visitor, **{"from": "2026-12-01T22:00", "until": "2026-12-02T04:00"})
    visitor.page.check("#notices-0-where-status")
