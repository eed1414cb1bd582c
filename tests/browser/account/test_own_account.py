"""One's own account in a real browser: seen in both languages, ended elsewhere, taken away, downloaded, closed."""

import json
from base64 import urlsafe_b64decode
from pathlib import Path

import pytest

from portals.simulator.people import BY_NUMBER
from tests.browser.conftest import NewVisitor
from tests.browser.gallery import JOURNEY_LANGUAGES, Gallery, in_language
from tests.browser.people import NEW_PASSWORD, own_phone
from tests.support.browser import Visitor, until

# Has an account from the start, with a value in every field (idp.cli.demonstration.people); signs in in no other file.
READY_NUMBER, READY_PASSWORD, READY_NAME, READY_PHONE = (
    "001899000001",
    "demo-Password-1",
    "Nguyễn Văn Bình",
    "0912345678",
)
# Registers here and closes the account; in no other test.
LEAVER = BY_NUMBER["092899000007"]
LEAVER_PHONE = own_phone(LEAVER)
PARTS = (
    "identity",
    "profile",
    "notices",
    "activity",
    "sessions",
    "portals",
    "requests",
    "factors",
    "approvals",
    "language",
)


def at_home(visitor: Visitor, number: str = READY_NUMBER, password: str = READY_PASSWORD) -> None:
    """Sign in at the provider itself."""
    visitor.open(visitor.system.provider("/sign-in"))
    visitor.sign_in(number, password)
    visitor.page.wait_for_selector("#account-parts")


def confirm(visitor: Visitor, path: str, phone: str = READY_PHONE) -> None:
    """Open a page that wants two factors and show the second by SMS."""
    before = visitor.codes_sent(phone)
    visitor.open(visitor.system.provider(path))
    visitor.page.wait_for_selector("[id^=way-]")
    # Signed in elsewhere too, the person is asked there first.
    visitor.prefer_sms()
    visitor.page.wait_for_selector("#code")
    visitor.page.fill("#code", visitor.new_code(phone, before))
    visitor.click("verify")
    visitor.page.wait_for_url(f"**{path}")


@pytest.mark.parametrize("language", JOURNEY_LANGUAGES)
def test_every_part_of_the_account_is_whole_in_both_languages(gallery: Gallery, language: str) -> None:
    visitor = gallery.visitor
    at_home(visitor)
    visitor.at(8102)
    visitor.at(8104, "/login")
    if visitor.has("allow"):
        visitor.click("allow")
    for part in PARTS:
        visitor.open(in_language(visitor.system.provider(f"/account/{part}"), language))
        gallery.take(f"account-{part}-{language}", visitor.page)
    confirm(visitor, "/account/data")
    for name, path in (("data", "/account/data"), ("copy", "/account/data/copy"), ("close", "/account/close")):
        visitor.open(in_language(visitor.system.provider(path), language))
        gallery.take(f"account-{name}-{language}", visitor.page)
    visitor.click("close-account")
    visitor.page.wait_for_selector(".field-wrong")
    gallery.take(f"account-close-wrong-{language}", visitor.page)
    visitor.open(visitor.system.provider("/account"))
    visitor.click("rate")
    gallery.take(f"rate-{language}", visitor.page)
    visitor.click("score-5")
    gallery.take(f"rated-{language}", visitor.page)
    visitor.open(in_language(visitor.system.provider("/account/closed"), language))
    gallery.take(f"account-closed-{language}", visitor.page)


@pytest.mark.parametrize("language", JOURNEY_LANGUAGES)
def test_the_pages_of_contacts_and_password_in_both_languages(gallery: Gallery, language: str) -> None:
    visitor, provider = gallery.visitor, gallery.visitor.system.provider
    at_home(visitor)
    confirm(visitor, "/account/contacts")
    visitor.open(in_language(provider("/account/contacts"), language))
    gallery.take(f"contacts-{language}", visitor.page)
    visitor.page.fill("#email", "hoa@")
    visitor.click("change-email")
    visitor.page.wait_for_selector(".field-wrong")
    gallery.take(f"contacts-wrong-{language}", visitor.page)
    visitor.page.fill("#email", f"hoa.{language}@example.vn")
    visitor.click("change-email")
    visitor.page.wait_for_selector("#verify")
    gallery.take(f"contact-code-{language}", visitor.page)
    visitor.page.fill("#code", "0")
    visitor.click("verify")
    visitor.page.wait_for_selector(".field-wrong")
    gallery.take(f"contact-code-wrong-{language}", visitor.page)
    visitor.open(provider("/account/password"))
    gallery.take(f"change-password-{language}", visitor.page)
    visitor.page.fill("#password", "mèo")
    visitor.click("save")
    visitor.page.wait_for_selector(".field-wrong")
    gallery.take(f"change-password-wrong-{language}", visitor.page)


@pytest.mark.parametrize("language", JOURNEY_LANGUAGES)
def test_a_shared_computer_names_its_session_on_every_page(gallery: Gallery, language: str) -> None:
    visitor, provider = gallery.visitor, gallery.visitor.system.provider
    visitor.open(in_language(provider("/sign-in"), language))
    visitor.page.check("#shared-computer")
    visitor.sign_in(READY_NUMBER, READY_PASSWORD)
    visitor.page.wait_for_selector("#sign-out-everywhere")
    gallery.take(f"account-shared-computer-{language}", visitor.page)
    visitor.open(provider("/account/sessions"))
    gallery.take(f"account-sessions-shared-computer-{language}", visitor.page)
    visitor.click("sign-out-everywhere")
    visitor.page.wait_for_selector("#signed-out")
    gallery.take(f"signed-out-shared-computer-{language}", visitor.page)


def test_a_consent_is_withdrawn_and_the_bank_asks_again(visitor: Visitor) -> None:
    at_home(visitor)
    visitor.at(8104, "/login?prompt=consent")
    visitor.click("allow")
    assert visitor.text("signed-in") == READY_NAME
    visitor.open(visitor.system.provider("/account/portals"))
    bank = visitor.page.locator("li", has=visitor.page.locator("button[value^='withdraw:']")).last
    bank.locator("button").click()
    visitor.page.wait_for_selector("#done")
    visitor.at(8104, "/login")
    visitor.page.wait_for_selector("#allow")


def test_a_browser_is_signed_out_from_another(new_visitor: NewVisitor) -> None:
    here, there = new_visitor(), new_visitor()
    at_home(there)
    there.at(8102)
    assert there.text("signed-in") == READY_NAME
    at_home(here)
    here.open(here.system.provider("/account/sessions"))
    here.click("end-others")
    here.page.wait_for_selector("#done")
    there.open(there.system.provider("/account"))
    assert there.has("identifier")
    assert here.page.locator("#sessions > li").count() == 1


def test_ones_data_is_downloaded_as_a_file(visitor: Visitor, tmp_path: Path) -> None:
    at_home(visitor)
    confirm(visitor, "/account/data")
    with visitor.page.expect_download() as started:
        visitor.click("download")
    path = tmp_path / started.value.suggested_filename
    started.value.save_as(path)
    copy = json.loads(path.read_text("utf-8"))
    assert (path.name, copy["identifiers"][0]["number"]) == ("my-data.json", READY_NUMBER)


def times_opened(visitor: Visitor) -> int:
    return sum("Tai khoan cua ban da duoc mo" in text for text in visitor.system.messages(LEAVER_PHONE))


def register_and_arrive(visitor: Visitor) -> object:
    """Register, sign in at the national portal and return the subject it knows the person by."""
    visitor.open(visitor.system.provider("/register"))
    before = times_opened(visitor)
    visitor.register(LEAVER, LEAVER_PHONE, NEW_PASSWORD)
    until(lambda: times_opened(visitor) > before, "the phone is told: at once, or when who comes back has waited")
    visitor.at(8101, "/login")
    visitor.sign_in(LEAVER.number, NEW_PASSWORD)
    return visitor.claims()["id_token"]["sub"]


def keep_the_receipt(visitor: Visitor, folder: Path) -> str:
    """Read that the register was asked, and save the signed text of it."""
    visitor.open(visitor.system.provider("/account/identity"))
    assert "Trùng khớp" in visitor.text("receipts")
    with visitor.page.expect_download() as started:
        visitor.page.click("#receipts a")
    path = folder / started.value.suggested_filename
    started.value.save_as(path)
    return path.read_text("utf-8")


def signed_out_at_the_portal(visitor: Visitor) -> bool:
    """Look again: the notice is delivered by the worker, a moment after the page of the provider."""
    visitor.at(8101)
    return visitor.has("login")


def test_who_closes_the_account_is_out_everywhere(visitor: Visitor, tmp_path: Path) -> None:
    register_and_arrive(visitor)
    receipt = keep_the_receipt(visitor, tmp_path)
    claims = json.loads(urlsafe_b64decode(receipt.split(".")[1] + "=="))
    assert claims["verdict"] == "identical"
    assert LEAVER.number not in json.dumps(claims)
    confirm(visitor, "/account/close", LEAVER_PHONE)
    visitor.page.check("#understood")
    visitor.click("close-account")
    visitor.page.wait_for_selector("#account-closed")
    until(lambda: signed_out_at_the_portal(visitor), "the portal hears of it")
    visitor.open(visitor.system.provider("/sign-in"))
    visitor.sign_in(LEAVER.number, NEW_PASSWORD)
    assert visitor.has("alert")
    # Coming back is a recovery for a month, and a registration after it:
    # tests/contract/sql/proofing/test_coming_back.py.
