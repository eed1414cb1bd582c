"""Acting for others in a browser: chosen once, switched without a new sign-in, asked for by a portal."""

from collections.abc import Mapping

from playwright.sync_api import Page

from idp.delegation.model import Power
from tests.browser.gallery import LANGUAGES, Gallery, in_language
from tests.browser.store import store_of
from tests.support.browser import EmbeddedSystem, Visitor
from tests.support.rigs.acting_provider import guard, represent
from tests.support.running.provider import Citizen

FIRST, SECOND = ("0100000018", "Công ty TNHH Thử nghiệm Một"), ("0100000025", "Hợp tác xã Thử nghiệm Hai")
PASSWORD = "bốn con mèo ngồi đợi mưa"
# No people of the simulator: what these hold would meet every other test of theirs.
REPRESENTATIVE, CLERK = (Citizen(f"00189900080{n}", PASSWORD, f"Người Đại Diện {n}", "+84500000901") for n in (1, 2))
CHILD = Citizen("001899000803", PASSWORD, "Trẻ Thử Nghiệm", "+84500000901")


def press(page: Page, text: str) -> None:
    page.get_by_role("button", name=text).click()


def sign_in(visitor: Visitor, port: int, citizen: Citizen) -> None:
    """Sign in at a portal as far as the choice."""
    visitor.at(port, "/login")
    visitor.sign_in(citizen.number, PASSWORD)
    assert visitor.page.url.startswith(visitor.system.provider("/act-for?"))


def test_a_representative_of_two_enterprises_chooses_and_switches_without_a_new_sign_in(
    system: EmbeddedSystem, visitor: Visitor
) -> None:
    store = store_of(system)
    store.open_accounts([REPRESENTATIVE])
    for code, name in (FIRST, SECOND):
        represent(store, REPRESENTATIVE, code, name)
    sign_in(visitor, 8101, REPRESENTATIVE)
    press(visitor.page, f"Thay mặt {FIRST[1]}")
    assert (visitor.text("signed-in"), visitor.text("acting-for")) == (REPRESENTATIVE.name, f"{FIRST[1]} ({FIRST[0]})")
    first = visitor.claims()["id_token"]
    # The province is told the same without a page, under another name for the enterprise.
    visitor.shown.clear()
    visitor.at(8103)
    assert visitor.shown == [visitor.system.portal(8103)]
    assert visitor.text("acting-for") == f"{FIRST[1]} ({FIRST[0]})"
    assert visitor.claims()["id_token"]["acting_for"] != first["acting_for"]
    # A portal that deals with the person alone hears nothing of it.
    visitor.at(8102)
    assert visitor.claims()["id_token"].keys().isdisjoint({"act", "acting_for"})
    visitor.at(8101)
    visitor.click("act-for")
    press(visitor.page, f"Thay mặt {SECOND[1]}")
    assert visitor.text("acting-for") == f"{SECOND[1]} ({SECOND[0]})"
    second = visitor.claims()["id_token"]
    assert second["sub"] == first["sub"]
    assert "auth_time" not in second
    assert second["act"] == {"sub": second["sub"]}
    visitor.click("act-for")
    visitor.click("act-for-self")
    assert visitor.text("acting-for") == "chính mình"


def test_the_bank_opens_an_account_for_an_organisation_or_says_what_is_missing(
    system: EmbeddedSystem, visitor: Visitor, gallery: Gallery
) -> None:
    store = store_of(system)
    store.open_accounts([CLERK, CHILD])
    represent(store, CLERK, "0100000032", "Công ty Chỉ Xem", frozenset({Power.VIEW}))
    guard(store, CLERK, CHILD)
    sign_in(visitor, 8104, CLERK)
    visitor.click("act-for-self")
    visitor.click("allow")
    visitor.click("business")
    assert visitor.has("nobody")
    assert visitor.has("others")
    take_pictures(gallery, visitor, {"act-for-nobody": "/business"})
    visitor.click("cancel")
    assert visitor.text("error-code") == "access_denied"
    represent(store, CLERK, "0100000049", "Công ty Được Ký", frozenset({Power.SIGN, Power.FILE}))
    visitor.at(8104)
    visitor.click("business")
    assert not visitor.has("act-for-self")
    press(visitor.page, "Thay mặt Công ty Được Ký")
    # The bank was allowed the person's own data; whose else these are is asked apart.
    assert "Công ty Được Ký" in visitor.text("acting-for")
    take_pictures(gallery, visitor, {"consent-acting": "/business"})
    visitor.click("allow")
    assert visitor.has("business-open")
    assert visitor.text("acting-for") == "Công ty Được Ký (0100000049)"
    take_pictures(gallery, visitor, {"portal-acting": "/", "act-for": "/act-for"})


def take_pictures(gallery: Gallery, visitor: Visitor, addresses: Mapping[str, str]) -> None:
    """Take in what the bank's addresses lead this visitor to."""
    looking = gallery.visitor
    looking.context.add_cookies(visitor.context.cookies())  # type: ignore[arg-type]  # one shape, two names
    for name, path in addresses.items():
        looking.at(8104, path)
        address = looking.page.url
        for language in LANGUAGES:
            looking.open(in_language(address, language))
            gallery.take(f"{name}-{language}", looking.page)


def test_the_choice_works_by_keyboard_and_without_script(system: EmbeddedSystem, without_script: Visitor) -> None:
    visitor = without_script
    keyboard = Citizen("001899000804", PASSWORD, "Người Dùng Bàn Phím", "+84500000901")
    store = store_of(system)
    store.open_accounts([keyboard])
    represent(store, keyboard, "0100000056", "Công ty Bàn Phím")
    sign_in(visitor, 8101, keyboard)
    for _ in range(20):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate("document.activeElement.id") == "act-for-1":
            break
    visitor.page.keyboard.press("Enter")
    assert visitor.text("acting-for") == "Công ty Bàn Phím (0100000056)"
