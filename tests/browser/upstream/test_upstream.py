"""Signing in through VNeID, simulated: the first time, returning, a new account, an outage, unlinking, a payment."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2

from clients.model import ClientId
from idp.factors.password.wrapped_hashes import WRAPPED
from portals.simulator.faults import Mode
from portals.simulator.people import BY_NUMBER
from portals.simulator.person import Person
from portals.simulator.upstream.faults import Fault
from tests.browser.account.test_changes_that_wait import change_phone
from tests.browser.account.test_own_account import confirm
from tests.browser.conftest import NewVisitor
from tests.browser.gallery import Gallery
from tests.browser.people import ANOTHERS_PHONE, NEW_PASSWORD, own_phone
from tests.browser.vneid import registered, through_vneid
from tests.support.browser import PATIENCE, EmbeddedSystem, Visitor, until
from tests.support.foreign_hashes import foreign_hashes
from tests.support.patience import patiently

OWN_SYSTEM = "VNeID and the register fail, and accounts are imported for people who register in other files"
LINKING, NEWCOMER = BY_NUMBER["082899000043"], BY_NUMBER["034999000016"]
UNLINKING = BY_NUMBER["062899000020"]
OWNING = BY_NUMBER["026899000035"]
IN_A_HURRY = BY_NUMBER["027899000036"]
PAYING, PICTURED = BY_NUMBER["066999000017"], BY_NUMBER["091899000019"]
MISTYPING, WITH_PASSWORD = BY_NUMBER["045899000045"], BY_NUMBER["060999000046"]
# Accounts of a former system: a hash of its own kind, and the identifier that portals keyed their tables by.
IMPORTED, IMPORTED_PICTURED = BY_NUMBER["019999000014"], BY_NUMBER["079999000040"]
OTHER_TECH_ID = "5E2A9C40-1B7D-4C3E-8A11-0F9E8D7C6B02"
OLD_PORTAL = ClientId("ha-noi-cu")
OLD_PASSWORD, TECH_ID = "Matkhau-cu-2019", "0B3C1D52-7A64-4E1F-9D20-5F6A7B8C9D01"
# The service's health is looked at anew after two seconds, the silent line is asked again after fifteen.
BACK_WITHIN = patiently(60)


def at_portal(visitor: Visitor) -> None:
    visitor.at(8101)
    visitor.click("login")


def linked(visitor: Visitor, person: Person) -> None:
    """Link a person's account and leave the browser signed in at the national portal."""
    at_portal(visitor)
    through_vneid(visitor, person)
    visitor.page.fill("#password", NEW_PASSWORD)
    visitor.click("link")
    visitor.page.wait_for_selector("#signed-in")


def imported(system: EmbeddedSystem, person: Person, folder: Path, tech_id: str = TECH_ID) -> None:
    """Import a person's account as an operator does."""
    row = {
        "number": person.number,
        "name": person.full_name,
        "birth_date": person.born,
        "password_hash": foreign_hashes(OLD_PASSWORD)["passlib sha256"],
        "tech_id": tech_id,
    }
    file = folder / f"{person.number}.jsonl"
    file.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    done = json.loads(system.operator("accounts", "import", str(file), "--json"))
    assert (done["accepted"], done["rejected"]) == (1, 0)


def stored(system: EmbeddedSystem, query: str, value: str) -> list[str]:
    """Read a column of the running provider's database as an operator could."""
    with sqlite3.connect(f"file:{system.folders.database}?mode=ro", uri=True) as connection:
        return [found for (found,) in connection.execute(query, (value,))]


@contextmanager
def fault(visitor: Visitor, wanted: Fault) -> Iterator[None]:
    address = f"{visitor.system.simulator}upstream/fault/"
    assert httpx2.put(f"{address}{wanted}", timeout=PATIENCE.total_seconds()).status_code == 200
    try:
        yield
    finally:
        assert httpx2.put(f"{address}{Fault.OK}", timeout=PATIENCE.total_seconds()).status_code == 200


def test_the_first_sign_in_through_vneid_proves_the_account_there_is_and_the_next_needs_no_password(
    visitor: Visitor, new_visitor: NewVisitor
) -> None:
    # Somebody else's phone: the account is only matched until VNeID, which saw the person, says who it is.
    visitor.open(visitor.system.provider("/register"))
    visitor.register(LINKING, ANOTHERS_PHONE, NEW_PASSWORD)
    at_portal(visitor)
    visitor.sign_in(LINKING.number, NEW_PASSWORD)
    assert visitor.claims()["id_token"]["acr"] == "loa1"
    visitor.click("logout")
    linked(visitor, LINKING)

    def is_proved() -> bool:
        visitor.open(visitor.system.provider("/account/identity"))
        return visitor.text("proof").startswith("Đã xác thực")

    until(is_proved, "the register is asked, in a moment, by the worker")
    visitor.at(8101, "/login")
    visitor.page.wait_for_selector("#signed-in")
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
    registered(visitor, MISTYPING)
    stranger = new_visitor()
    stranger.open(stranger.system.provider("/sign-in"))
    through_vneid(stranger, MISTYPING)
    stranger.page.fill("#password", "not the password of it")
    stranger.click("link")
    assert stranger.has("alert")
    stranger.open(stranger.system.provider("/account"))
    assert stranger.has("identifier"), "nobody is signed in"


def test_a_new_account_is_opened_and_proved_through_vneid(visitor: Visitor) -> None:
    visitor.at(8101)
    visitor.click("login")
    through_vneid(visitor, NEWCOMER)
    # Whose phone it is does not matter: VNeID saw the person.
    before = visitor.codes_sent(ANOTHERS_PHONE)
    visitor.page.fill("#phone", ANOTHERS_PHONE)
    visitor.click("open")
    visitor.page.fill("#code", visitor.new_code(ANOTHERS_PHONE, before))
    visitor.click("verify")
    visitor.page.fill("#password", NEW_PASSWORD)
    visitor.click("continue")
    assert visitor.has("registered")
    visitor.at(8101)
    visitor.click("login")
    # The provider's own session is still there: one button, and nothing to type.
    visitor.click("upstream-vneid")
    visitor.page.wait_for_selector("#signed-in")
    assert visitor.claims()["id_token"]["acr"] == "loa2"
    assert visitor.text("signed-in") == NEWCOMER.full_name


def test_the_first_sign_in_through_vneid_links_to_an_imported_account_by_its_old_password(
    visitor: Visitor, new_visitor: NewVisitor, tmp_path: Path
) -> None:
    in_two_months = (datetime.now(UTC) + timedelta(days=60)).date()
    visitor.system.register_anew(OLD_PORTAL, legacy_dialect_until=in_two_months.isoformat())
    imported(visitor.system, IMPORTED, tmp_path)
    with_old_hash = "SELECT person_id FROM passwords WHERE password_hash LIKE ?"
    (person_id,) = stored(visitor.system, with_old_hash, f"%{WRAPPED}%")
    visitor.at(8101)
    visitor.click("login")
    through_vneid(visitor, IMPORTED)
    visitor.page.fill("#password", NEW_PASSWORD)
    visitor.click("link")
    assert visitor.has("alert"), "the provider's word alone opens no imported account"
    assert stored(visitor.system, with_old_hash, f"%{WRAPPED}%") == [person_id]
    visitor.page.fill("#password", OLD_PASSWORD)
    visitor.click("link")
    visitor.page.wait_for_selector("#signed-in")
    subject = visitor.claims()["id_token"]["sub"]

    def is_renewed() -> bool:
        return stored(visitor.system, with_old_hash, f"%{WRAPPED}%") == []

    until(is_renewed, "the old hash is replaced by one of ours")

    def is_proved() -> bool:
        return stored(visitor.system, "SELECT proof FROM accounts WHERE person_id = ?", person_id) == ["proved"]

    until(is_proved, "the register was asked and proves the account")
    other = new_visitor()
    other.at(8101)
    other.click("login")
    # The old password goes on beside VNeID, and means the same person.
    other.sign_in(IMPORTED.number, OLD_PASSWORD)
    other.page.wait_for_selector("#signed-in")
    again = other.claims()["id_token"]
    assert (again["sub"], again["acr"]) == (subject, "loa2")
    third = new_visitor()
    third.at(8101)
    third.click("login")
    through_vneid(third, IMPORTED)
    third.page.wait_for_selector("#signed-in")
    assert third.claims()["id_token"]["sub"] == subject
    third.at(8103, "/cu/login?vnconnect=1")
    assert third.claims()["userinfo"]["TechID"] == TECH_ID


def test_a_payment_asks_for_a_fresh_sign_in_at_vneid_and_a_portal_of_filing_does_not(visitor: Visitor) -> None:
    registered(visitor, PAYING)
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
    registered(visitor, WITH_PASSWORD)
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
        visitor.sign_in(WITH_PASSWORD.number, NEW_PASSWORD)
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
    phone = own_phone(UNLINKING)
    before = visitor.codes_sent(phone)
    # Who changes how the account is protected shows two factors first.
    visitor.click("unlink-1")
    visitor.prefer_sms()
    visitor.page.fill("#code", visitor.new_code(phone, before))
    visitor.click("verify")
    visitor.open(visitor.system.provider("/account/upstreams"))
    visitor.click("unlink-1")
    assert visitor.has("no-links")
    other = new_visitor()
    other.open(other.system.provider("/sign-in"))
    through_vneid(other, UNLINKING)
    assert other.has("link")


def test_who_signs_in_at_vneid_anew_ends_the_wait_of_a_new_phone(gallery: Gallery) -> None:
    visitor = gallery.visitor
    registered(visitor, IN_A_HURRY)
    linked(visitor, IN_A_HURRY)
    confirm(visitor, "/account/contacts", own_phone(IN_A_HURRY))
    before = visitor.text("current-phone")
    change_phone(visitor)
    visitor.open(visitor.system.provider("/account/upstreams"))
    visitor.click("end-waits-1")
    visitor.click(f"person-{IN_A_HURRY.number}")
    visitor.page.wait_for_selector("#done")
    gallery.take("upstream-waits-ended", visitor.page)

    def has_changed() -> bool:
        visitor.open(visitor.system.provider("/account/contacts"))
        return visitor.text("current-phone") != before and not visitor.has("waiting-phone")

    until(has_changed, "the worker settles what counts now")
    gallery.take("contacts-changed-early", visitor.page)


def test_the_pages_of_upstream_providers_in_both_languages_and_widths(gallery: Gallery, tmp_path: Path) -> None:
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
    visitor.context.clear_cookies()
    imported(visitor.system, IMPORTED_PICTURED, tmp_path, OTHER_TECH_ID)
    visitor.open(visitor.system.provider("/sign-in"))
    through_vneid(visitor, IMPORTED_PICTURED)
    gallery.visit("upstream-imported-first", visitor.page.url)
    # The page is seen while the check waits.
    visitor.set_register(Mode.FAILING)
    try:
        visitor.page.fill("#password", OLD_PASSWORD)
        visitor.click("link")
        assert visitor.has("proof-waiting")
        gallery.visit("upstream-imported-linked", visitor.system.provider("/account"))
    finally:
        visitor.set_register(Mode.OK)
