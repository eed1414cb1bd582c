"""The console in a real browser: every page in both languages and at two widths, and from an enrolment to a role."""

import re

import pytest

from idp.cli.demonstration.administrators import ENROLMENT_CODE, FIRST
from idp.cli.demonstration.officer import OFFICER
from idp.kernel.secrets import Secret
from tests.browser.conftest import NewVisitor
from tests.browser.gallery import JOURNEY_LANGUAGES, Gallery, in_language
from tests.browser.officer_people import officer_signs_in
from tests.support.authenticator_app import App
from tests.support.browser import Visitor, until

OPERATOR, AUDITOR = "g22.demo-operator", "g22.demo-auditor"
# The officer's own, which the enrolment code goes to.
PHONE = "0912345678"
UNTIL, NEW_PASSWORD = "2028-12-31", "an-administrators-long-Passphrase-9"


def take(gallery: Gallery, name: str, language: str) -> None:
    gallery.take(f"console-{name}-{language}", gallery.visitor.page)


def fill_in(visitor: Visitor, name: str) -> None:
    """Fill in the form of a new administrator."""
    values = {"agency": "H26", "name": name, "full_name": "Nguyễn Văn Bình", "post": "Kỹ sư cổng dịch vụ"}
    for field, value in {**values, "contact": PHONE, "over": "H26", "until": UNTIL}.items():
        visitor.page.fill(f"#{field}", value)
    visitor.page.select_option("#role", "client_developer")


@pytest.mark.parametrize("language", JOURNEY_LANGUAGES)
def test_an_operator_issues_changes_and_withdraws_an_administrator(gallery: Gallery, language: str) -> None:
    visitor = gallery.visitor
    officer_signs_in(visitor, OPERATOR, "/admin", language)
    visitor.page.wait_for_selector("#roles")
    take(gallery, "home", language)
    visitor.click("part-administrators")
    visitor.page.wait_for_selector("#administrators")
    take(gallery, "administrators", language)
    visitor.click("new")
    visitor.page.wait_for_selector("#full_name")
    take(gallery, "administrator-new", language)
    fill_in(visitor, "x")
    visitor.page.fill("#post", "<b>")
    visitor.page.fill("#until", "2020-01-31")
    visitor.click("issue")
    visitor.page.wait_for_selector("#problems")
    take(gallery, "administrator-new-wrong", language)
    fill_in(visitor, f"moi-{language}")
    visitor.click("issue")
    visitor.page.wait_for_selector("#confirm-account")
    take(gallery, "administrator-waits", language)
    changed(gallery, language)


def changed(gallery: Gallery, language: str) -> None:
    """Give, revoke, extend, renew, withdraw on the page of an administrator."""
    visitor = gallery.visitor
    visitor.page.wait_for_selector("#grants")
    take(gallery, "administrator", language)
    visitor.page.select_option("#role", "auditor")
    visitor.page.fill("#until", UNTIL)
    visitor.click("grant")
    visitor.page.wait_for_selector("#done")
    take(gallery, "administrator-granted", language)
    visitor.page.click("[id^=revoke-] >> nth=0")
    visitor.page.wait_for_url("**done=revoked")
    take(gallery, "administrator-revoked", language)
    visitor.page.fill("#last_day", "2020-01-31")
    visitor.click("extend")
    visitor.page.wait_for_selector("#last_day-error")
    take(gallery, "administrator-wrong", language)
    visitor.page.fill("#last_day", "2027-12-31")
    visitor.click("extend")
    visitor.page.wait_for_url("**done=extended")
    visitor.page.fill("#contact", PHONE)
    visitor.click("renew")
    visitor.page.wait_for_url("**done=asked")
    visitor.click("withdraw")
    visitor.page.wait_for_url("**done=withdrawn")
    take(gallery, "administrator-withdrawn", language)


@pytest.mark.parametrize("language", JOURNEY_LANGUAGES)
def test_an_auditor_looks_and_changes_nothing(gallery: Gallery, language: str) -> None:
    visitor = gallery.visitor
    officer_signs_in(visitor, AUDITOR, "/admin/administrators", language)
    visitor.page.wait_for_selector("#administrators")
    assert not visitor.has("new")
    take(gallery, "administrators-read-only", language)
    visitor.page.locator("tr", has_text="G22-DEMO02").locator("a").click()
    visitor.page.wait_for_selector("#grants")
    assert not visitor.has("withdraw")
    take(gallery, "administrator-read-only", language)
    visitor.open(in_language(visitor.system.provider("/admin/administrators/new"), language))
    assert visitor.text("error-code") == "not_permitted"
    take(gallery, "not-permitted", language)
    visitor.open(in_language(visitor.system.provider("/admin/administrators/none"), language))
    assert visitor.text("error-code") == "not_found"
    take(gallery, "not-found", language)


@pytest.mark.parametrize("language", JOURNEY_LANGUAGES)
def test_an_officer_without_a_role_learns_who_may_come(gallery: Gallery, language: str) -> None:
    visitor = gallery.visitor
    officer_signs_in(visitor, OFFICER.name.text, "/admin", language)
    visitor.page.wait_for_selector("#other-account")
    take(gallery, "not-for-you", language)


def test_from_the_printed_enrolment_to_an_administrator_of_ones_own(visitor: Visitor, new_visitor: NewVisitor) -> None:
    """The first operator sets up with what `make run` prints; with another they give an agency its administrator."""
    app = enrols(visitor, FIRST.name.text, ENROLMENT_CODE)
    comes_in(visitor, FIRST.name.text, app)
    visitor.open(visitor.system.provider("/admin/administrators/new"))
    fill_in(visitor, "dau-tien")
    visitor.page.select_option("#role", "agency_administrator")
    visitor.click("issue")
    visitor.page.wait_for_selector("#contact-waiting")
    name, theirs, before = visitor.text("sign-in-name"), new_visitor(), len(visitor.system.messages(PHONE))
    confirms(new_visitor(), visitor.page.url.partition("?")[0])
    until(lambda: len(visitor.system.messages(PHONE)) > before, "the enrolment code")
    code = re.findall(r"(?:[A-Z0-9]{4}-){3}[A-Z0-9]{4}", visitor.system.messages(PHONE)[0])[0]
    comes_in(theirs, name, enrols(theirs, name, code))
    assert "H26" in theirs.text("roles")
    theirs.click("part-administrators")
    theirs.page.wait_for_selector("#administrators")
    assert "G22-DEMO02" not in theirs.text("administrators")
    assert "H26-DEMO01" in theirs.text("administrators")


def confirms(second: Visitor, address: str) -> None:
    """Let the other operator confirm what the first one wants."""
    officer_signs_in(second, OPERATOR, "/admin", "vi")
    second.open(address)
    second.click("confirm-account")
    second.page.wait_for_url("**done=confirmed")


def comes_in(visitor: Visitor, name: str, app: App) -> None:
    """Sign in to the console with a password and an app of one's own."""
    visitor.open(visitor.system.provider("/admin"))
    visitor.sign_in(name, NEW_PASSWORD)
    visitor.page.wait_for_selector("#way-totp")
    visitor.page.fill("#code", app.code())
    visitor.click("verify")
    visitor.page.wait_for_selector("#roles")


def enrols(visitor: Visitor, name: str, code: str) -> App:
    """Set an account up and return its app."""
    visitor.open(visitor.system.provider("/officers/enrol"))
    visitor.page.fill("#sign-in-name", name)
    visitor.page.fill("#enrolment-code", code)
    visitor.click("next")
    visitor.page.fill("#password", NEW_PASSWORD)
    visitor.click("next")
    visitor.page.wait_for_selector("#secret")
    app = App(Secret(visitor.text("secret").replace(" ", "")))
    visitor.page.fill("#code", app.code())
    visitor.click("app")
    visitor.page.wait_for_selector("#enrolled")
    return app
