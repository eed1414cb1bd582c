"""Signing in through VNeID, simulated: the first time, returning, a new account, an outage, unlinking, a payment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx2

from portals.simulator.people import BY_NUMBER
from portals.simulator.person import Person
from portals.simulator.upstream.faults import Fault
from tests.browser.conftest import NewVisitor
from tests.browser.gallery import Gallery
from tests.browser.people import NEW_PASSWORD
from tests.support.browser import Visitor, until

# Its phone is in no other test; five registrations may name it in an hour.
PHONE = "0500000903"
LINKING, NEWCOMER = BY_NUMBER["082899000043"], BY_NUMBER["034999000016"]
UNLINKING = BY_NUMBER["062899000020"]
OWNING = BY_NUMBER["026899000035"]
PAYING, PICTURED = BY_NUMBER["066999000017"], BY_NUMBER["091899000019"]
# The line's health is looked at anew after two seconds, the silent line is asked again after fifteen.
BACK_WITHIN = timedelta(seconds=60)


def registered(visitor: Visitor, person: Person) -> None:
    """Open an account with a password, as any newcomer does."""
    visitor.open(visitor.system.provider("/register"))
    visitor.register(person, PHONE, NEW_PASSWORD)
    assert visitor.has("verdict-identical") or visitor.has("verdict-same")


def through_vneid(visitor: Visitor, person: Person) -> None:
    """Press the button of the sign-in page and choose who signs in there."""
    visitor.click("upstream-vneid")
    visitor.click(f"person-{person.number}")


def linked(visitor: Visitor, person: Person) -> None:
    """Link a person's account and leave the browser signed in at the national portal."""
    visitor.at(8101)
    visitor.click("login")
    through_vneid(visitor, person)
    visitor.page.fill("#password", NEW_PASSWORD)
    visitor.click("link")
    visitor.page.wait_for_selector("#signed-in")


@contextmanager
def fault(visitor: Visitor, wanted: Fault) -> Iterator[None]:
    address = f"{visitor.system.simulator}upstream/fault/"
    assert httpx2.put(f"{address}{wanted}").status_code == 200
    try:
        yield
    finally:
        assert httpx2.put(f"{address}{Fault.OK}").status_code == 200


def test_the_first_sign_in_through_vneid_links_to_the_account_there_is_and_the_next_needs_no_password(
    visitor: Visitor, new_visitor: NewVisitor
) -> None:
    registered(visitor, LINKING)
    linked(visitor, LINKING)
    first = visitor.claims()["id_token"]
    assert (first["acr"], first["amr"]) == ("loa2", ["pwd"])
    other = new_visitor()
    other.at(8101)
    other.click("login")
    through_vneid(other, LINKING)
    other.page.wait_for_selector("#signed-in")
    again = other.claims()["id_token"]
    assert (again["sub"], again["acr"], again["amr"]) == (first["sub"], "loa2", ["pwd"])
    # This browser remembers the way, not the person: at the next sign-in it stands above the password.
    other.click("logout")
    other.open(other.system.provider("/sign-in"))
    part, password = other.page.locator("#upstreams").bounding_box(), other.page.locator("#password").bounding_box()
    assert part is not None
    assert password is not None
    assert part["y"] < password["y"]
    assert LINKING.number not in other.page.content()


def test_the_wrong_password_links_nothing(visitor: Visitor, new_visitor: NewVisitor) -> None:
    registered(visitor, PAYING)
    stranger = new_visitor()
    stranger.open(stranger.system.provider("/sign-in"))
    through_vneid(stranger, PAYING)
    stranger.page.fill("#password", "not the password of it")
    stranger.click("link")
    assert stranger.has("alert")
    stranger.open(stranger.system.provider("/account"))
    assert stranger.has("identifier"), "nobody is signed in"


def test_a_new_account_is_opened_and_proved_through_vneid(visitor: Visitor) -> None:
    visitor.at(8101)
    visitor.click("login")
    through_vneid(visitor, NEWCOMER)
    before = visitor.codes_sent(PHONE)
    visitor.page.fill("#phone", PHONE)
    visitor.click("open")
    visitor.page.fill("#code", visitor.new_code(PHONE, before))
    visitor.click("verify")
    visitor.page.fill("#password", NEW_PASSWORD)
    visitor.click("continue")
    assert visitor.has("verdict-identical")
    visitor.at(8101)
    visitor.click("login")
    # The provider's own session is still there: one button, and nothing to type.
    visitor.click("upstream-vneid")
    visitor.page.wait_for_selector("#signed-in")
    assert visitor.claims()["id_token"]["acr"] == "loa2"
    assert visitor.text("signed-in") == NEWCOMER.full_name


def test_a_payment_asks_for_a_fresh_sign_in_at_vneid_and_a_portal_of_filing_does_not(visitor: Visitor) -> None:
    linked(visitor, PAYING)
    visitor.click("logout")
    visitor.at(8101)
    visitor.click("login")
    visitor.click("upstream-vneid")
    if visitor.has(f"person-{PAYING.number}"):
        visitor.click(f"person-{PAYING.number}")
    visitor.page.wait_for_selector("#signed-in")
    shown_before = len(visitor.shown)
    visitor.at(8102)
    visitor.page.wait_for_selector("#signed-in")
    assert not [page for page in visitor.shown[shown_before:] if page.startswith(visitor.system.provider())]
    visitor.at(8104)
    visitor.click("login")
    # The session rests on VNeID's answer for another service: here it is asked for anew, with its own page.
    assert visitor.has("upstream-vneid")
    visitor.click("upstream-vneid")
    assert visitor.has(f"person-{PAYING.number}"), "VNeID signs in anew although it has a session"
    visitor.click(f"person-{PAYING.number}")
    visitor.click("allow")
    visitor.page.wait_for_selector("#signed-in")


def test_while_vneid_is_down_the_page_says_so_and_every_other_way_goes_on(visitor: Visitor) -> None:
    with fault(visitor, Fault.DOWN):
        # Its page answers, its other servers do not: three who came back in vain are enough for everybody else.
        visitor.open(visitor.system.provider("/sign-in"))
        through_vneid(visitor, PICTURED)
        assert visitor.has("upstream-why")
        for _ in range(2):
            if visitor.has("upstream-vneid"):
                visitor.click("upstream-vneid")
                assert visitor.has("upstream-why")

        def is_told() -> bool:
            visitor.open(visitor.system.provider("/sign-in"))
            return visitor.has("upstream-vneid-down")

        until(is_told, "the page tells that VNeID is away")
        assert visitor.has("password")
        visitor.open(visitor.system.provider("/status"))
        assert visitor.has("upstream-vneid")
        visitor.open(visitor.system.provider("/sign-in"))
        visitor.sign_in(PAYING.number, NEW_PASSWORD)
        assert visitor.page.url.endswith("/account")
        visitor.click("sign-out")

    def is_back() -> bool:
        visitor.open(visitor.system.provider("/sign-in"))
        return visitor.has("upstream-vneid")

    until(is_back, "the button is back", BACK_WITHIN)


def test_an_unlinked_account_of_vneid_leads_nowhere_any_more(visitor: Visitor, new_visitor: NewVisitor) -> None:
    registered(visitor, UNLINKING)
    linked(visitor, UNLINKING)
    visitor.open(visitor.system.provider("/account/upstreams"))
    before = visitor.codes_sent(PHONE)
    # Who changes how the account is protected shows two factors first.
    visitor.click("unlink-1")
    visitor.prefer_sms()
    visitor.page.fill("#code", visitor.new_code(PHONE, before))
    visitor.click("verify")
    visitor.open(visitor.system.provider("/account/upstreams"))
    visitor.click("unlink-1")
    assert visitor.has("no-links")
    other = new_visitor()
    other.open(other.system.provider("/sign-in"))
    through_vneid(other, UNLINKING)
    assert other.has("link")


def test_the_pages_of_upstream_providers_in_both_languages_and_widths(gallery: Gallery) -> None:
    visitor = gallery.visitor
    gallery.visit("upstream-sign-in", visitor.system.provider("/sign-in"))
    gallery.visit("upstream-why", visitor.system.provider("/sign-in?upstream=unreachable"))
    visitor.open(visitor.system.provider("/sign-in"))
    through_vneid(visitor, PICTURED)
    gallery.visit("upstream-first", visitor.page.url)
    visitor.page.fill("#password", "not the password of it")
    visitor.click("link")
    gallery.take("upstream-first-wrong", visitor.page)
    # Another person's turn: the provider must not know the one before.
    visitor.context.clear_cookies()
    registered(visitor, OWNING)
    linked(visitor, OWNING)
    gallery.visit("upstream-own", visitor.system.provider("/account/upstreams"))
