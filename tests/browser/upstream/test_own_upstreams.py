"""Linking VNeID, simulated, from inside one's own account, in a real browser."""

from portals.simulator.people import BY_NUMBER
from tests.browser.conftest import NewVisitor
from tests.browser.gallery import Gallery
from tests.browser.people import NEW_PASSWORD, own_phone
from tests.browser.vneid import registered, through_vneid

# Nobody has a phone that begins with 050.
PERSON, ANOTHER = BY_NUMBER["101999000037"], BY_NUMBER["066999000017"]
PHONE = own_phone(PERSON)


def test_a_signed_in_person_links_vneid_from_their_own_page(gallery: Gallery, new_visitor: NewVisitor) -> None:
    visitor = gallery.visitor
    registered(visitor, PERSON)
    visitor.open(visitor.system.provider("/sign-in"))
    visitor.sign_in(PERSON.number, NEW_PASSWORD)
    gallery.visit("upstream-own-none", visitor.system.provider("/account/upstreams"))
    before = visitor.codes_sent(PHONE)
    visitor.open(visitor.system.provider("/account/upstreams"))
    visitor.click("link-vneid")
    # Two factors first, then the button again: it leads to VNeID, whose page always asks who it is.
    visitor.prefer_sms()
    visitor.page.fill("#code", visitor.new_code(PHONE, before))
    visitor.click("verify")
    visitor.click("link-vneid")
    visitor.click(f"person-{ANOTHER.number}")
    assert visitor.has("not-linked")
    gallery.visit("upstream-own-refused", visitor.page.url)
    visitor.open(visitor.system.provider("/account/upstreams"))
    visitor.click("link-vneid")
    visitor.click(f"person-{PERSON.number}")
    visitor.page.wait_for_selector("#links")
    assert visitor.has("done")
    gallery.visit("upstream-own-linked", visitor.page.url)
    other = new_visitor()
    other.at(8101)
    other.click("login")
    through_vneid(other, PERSON)
    other.page.wait_for_selector("#signed-in")
    assert other.text("signed-in") == PERSON.full_name
