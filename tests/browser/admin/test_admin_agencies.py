"""Two provinces are merged with their clients moved, in a real browser; a citizen is the same person to the portal."""

import json

from tests.browser.conftest import NewVisitor
from tests.browser.gallery import JOURNEY_LANGUAGES, Gallery, in_language
from tests.browser.officer_people import at_the_desk
from tests.browser.people import citizen
from tests.support.browser import Visitor

OWN_SYSTEM = "two provinces are merged for good, and their administrators and clients with them"
OPERATOR, SECOND, LOCAL = "g22.demo-operator", "g22.demo-operator2", "h26.demo-admin"
READY = citizen(1)
CITIZENS = (READY,)
PORTAL = 8103
DECISION = "NQ 202/2025/QH15"


def subject_at_the_portal(visitor: Visitor) -> object:
    """Sign in at Hà Nội's portal and return who the citizen is there."""
    visitor.at(PORTAL)
    visitor.click("login")
    visitor.sign_in(READY.number, READY.password)
    visitor.page.wait_for_selector("#signed-in")
    return visitor.claims()["id_token"]["sub"]


def opened(visitor: Visitor, path: str, language: str = "vi") -> None:
    visitor.open(in_language(visitor.system.provider(path), language))


def fill(visitor: Visitor, **fields: str) -> None:
    for name, value in fields.items():
        visitor.page.fill(f"#{name}", value)


def test_two_provinces_are_merged_with_their_clients_and_nobody_becomes_a_stranger(
    gallery: Gallery, new_visitor: NewVisitor
) -> None:
    before = subject_at_the_portal(new_visitor())
    visitor = gallery.visitor
    at_the_desk(visitor, OPERATOR)
    look_around(gallery)
    what_is_wrong_is_shown(gallery)
    merge(gallery, new_visitor())
    owners = json.loads(visitor.system.operator("agencies", "show", "H19", "--json"))
    assert owners["clients"] == ["ha-noi", "ha-noi-cu"]
    assert subject_at_the_portal(new_visitor()) == before
    what_hanois_administrator_sees(new_visitor())


def look_around(gallery: Gallery) -> None:
    visitor, provider = gallery.visitor, gallery.visitor.system.provider
    gallery.visit("agencies-top", provider("/admin/agencies"))
    gallery.visit("agencies-below", provider("/admin/agencies?below=H26"))
    gallery.visit("agency", provider("/admin/agencies/H26.1"))
    gallery.visit("agency-new", provider("/admin/agencies/new?parent=H26"))
    gallery.visit("agency-split", provider("/admin/agencies/split/H26"))
    gallery.visit("agency-close", provider("/admin/agencies/close/H26"))
    opened(visitor, "/admin/agencies")
    fill(visitor, q="ba dinh")
    visitor.click("search")
    visitor.page.wait_for_selector("#agencies")
    assert "H26.1" in visitor.text("agencies")


def what_is_wrong_is_shown(gallery: Gallery) -> None:
    visitor = gallery.visitor
    for language in JOURNEY_LANGUAGES:
        opened(visitor, "/admin/agencies/merge/H26", language)
        fill(visitor, codes="H26 H55", into="h19", name_vi="Tỉnh mới", name_en="", day="2031-01-01")
        visitor.click("change")
        visitor.page.wait_for_selector("#problems")
        assert visitor.has("decision-error")
        gallery.take(f"agency-merge-wrong-{language}", visitor.page)


def merge(gallery: Gallery, second: Visitor) -> None:
    visitor, provider = gallery.visitor, gallery.visitor.system.provider
    gallery.visit("agency-merge", provider("/admin/agencies/merge/H26"))
    opened(visitor, "/admin/agencies/merge/H26")
    names = {"name_vi": "Thành phố Hà Nội mở rộng", "name_en": "Greater Hanoi"}
    fill(visitor, codes="H26 H55", into="H19", decision=DECISION, **names)
    visitor.click("look")
    visitor.page.wait_for_selector("#differences")
    assert "ha-noi-cu" in visitor.text("differences")
    gallery.take("agency-merge-looked", visitor.page)
    visitor.click("change")
    visitor.page.wait_for_selector("#withdraw")
    gallery.take("agency-merge-proposed", visitor.page)
    at_the_desk(second, SECOND)
    second.open(visitor.page.url)
    assert "ha-noi-cu" in second.text("differences")
    second.click("approve")
    second.page.wait_for_selector("#undo")
    opened(visitor, "/admin/agencies/H19")
    assert "ha-noi, ha-noi-cu" in visitor.text("clients")
    assert DECISION in visitor.text("history")
    for language in JOURNEY_LANGUAGES:
        opened(visitor, "/admin/agencies/H19", language)
        gallery.take(f"agency-merged-{language}", visitor.page)
    gallery.visit("agency-gone", provider("/admin/agencies/H26"))
    gallery.visit("agencies-after", provider("/admin/agencies?below=H19"))


def what_hanois_administrator_sees(visitor: Visitor) -> None:
    """Their role went along: they see the new agency with all below it, and no ministry; they change nothing."""
    at_the_desk(visitor, LOCAL)
    opened(visitor, "/admin/agencies")
    listed = visitor.text("agencies")
    assert "H19" in listed
    assert "G15" not in listed
    assert not visitor.has("new")
    opened(visitor, "/admin/agencies/H55")
    assert visitor.has("closed")
    assert not visitor.has("changes")
