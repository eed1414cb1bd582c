"""Abuse of the console's pages of clients and changes: each refused with a reason, and recorded."""

from collections.abc import Callable
from itertools import count

import pytest

from idp.kernel.ids import PersonId
from idp.officers.roles import NATIONAL, Role
from records.structs import replace
from tests.flows.console_people import administrator, events
from tests.flows.officer_people import AGENCY, OfficerPerson
from tests.flows.running_provider import RunningProvider
from tests.support.page import Page
from tests.support.plain.browser import Browser, shown
from tests.support.waiting import wait_for

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

NewBrowser = Callable[[], Browser]
NEW, WHY = "/admin/clients/new?kind=web_portal", "as the tests want it"
_numbers = count(1)


def command(**changed: str) -> dict[str, str]:
    number = next(_numbers)
    return {
        "client_id": f"cong-giao-dien-{number}",
        "agency": AGENCY,
        "client_name": f"Cổng giao diện {number}",
        "redirect_uris": "https://dichvucong.thainguyen.gov.vn/callback",
        "scope": "openid profile",
        "legal_basis": "profile: NĐ 224/2026/NĐ-CP",
        **changed,
    }


def registered(browser: Browser, **changed: str) -> str:
    """Register a client and return the address of its page."""
    asked = command(**changed)
    page = press(browser, browser.page(NEW), "register", **asked)
    assert page.texts["client-secret"].startswith("nso_cs_"), page.texts
    return f"/admin/clients/{asked['client_id']}"


def proposed(browser: Browser, address: str) -> Page:
    """Ask for production and return the change's page."""
    page = press(browser, browser.page(address), "production", reason=WHY)
    assert page.shows("own")
    return page


def press(browser: Browser, page: Page, button: str, **fields: str) -> Page:
    """Press a button with what stands in the page's forms, hidden fields included."""
    return shown(browser.submit(page, button, **fields))


def refused(running: RunningProvider, person: OfficerPerson, code: str) -> None:
    """Wait until the log has the refusal."""
    found = "admin:operation:refused"
    wait_for(
        code, lambda: [one for one in events(running, found, PersonId(person.officer.account_id)) if code in str(one)]
    )


@pytest.fixture
def developer(running: RunningProvider, browser: Browser) -> OfficerPerson:
    return administrator(running, browser, Role.CLIENT_DEVELOPER, AGENCY)


NOT_REGISTERED: list[tuple[dict[str, str], str]] = [
    ({"client_name": "<script>alert(1)</script>"}, "client_name"),
    ({"redirect_uris": "javascript:alert(1)"}, "redirect_uris"),
    ({"redirect_uris": "https://dichvucong.thainguyen.gov.vn/*"}, "redirect_uris"),
    ({"logo_uri": "http://logo.example/x.svg"}, "logo_uri"),
    ({"client_name": "x" * 5000}, "client_name"),
    ({"client_id": "a b"}, "client_id"),
    ({"agency": "H99"}, "agency"),
    ({"scope": "openid national_id"}, "scope"),
]


def test_what_may_not_be_registered_is_told_beside_its_field(browser: Browser, developer: OfficerPerson) -> None:
    reported = []
    for changed, field in NOT_REGISTERED:
        page = press(browser, browser.page(NEW), "register", **command(**changed))
        reported.append((changed, field, page.status, page.shows(f"{field}-error")))
    assert [one for one in reported if one[2:] not in {(422, True), (404, False)}] == []


def test_the_reason_and_the_remedy_are_told_in_the_pages_language(browser: Browser, developer: OfficerPerson) -> None:
    asked = command(redirect_uris="https://dichvucong.thainguyen.gov.vn/*")
    reported = {
        language: press(browser, browser.page(f"{NEW}&lang={language}"), "register", **asked)
        for language in ("vi", "en")
    }
    assert "so khớp từng ký tự" in reported["vi"].html
    assert "ghi đầy đủ từng địa chỉ" in reported["vi"].html
    assert "compared exactly" in reported["en"].html


def test_checking_tells_the_same_and_writes_nothing(browser: Browser, developer: OfficerPerson) -> None:
    asked = command(client_name="<b>")
    page = browser.page(NEW)
    fields = {**page.values, **asked, "action": "check"}
    answer = browser.http.post(NEW, data=fields, headers={"Origin": str(browser.http.base_url).rstrip("/")})
    assert answer.status_code == 200
    assert 'id="client_name-error"' in answer.text
    assert browser.page(f"/admin/clients/{asked['client_id']}").status == 404


def test_what_the_registry_owns_cannot_be_written_by_raw_metadata(
    running: RunningProvider, browser: Browser, developer: OfficerPerson
) -> None:
    address = registered(browser)
    for raw in ('{"client_id": "x", "version": 9}', "not json", "[1]", '{"client_id": "x", "secrets": []}', "{" * 9000):
        page = press(browser, browser.page(address), "save-raw", raw=raw, reason=WHY)
        assert (page.status, page.shows("problems")) == (422, True), raw[:40]
    refused(running, developer, "invalid_input")


@pytest.mark.both_forms
def test_an_old_page_does_not_overwrite_a_newer_save(
    running: RunningProvider, browser: Browser, developer: OfficerPerson
) -> None:
    address = registered(browser)
    old = browser.page(address)
    assert press(browser, browser.page(address), "save", client_name="Một").shows("done")
    late = press(browser, old, "save", client_name="Hai")
    assert (late.status, late.texts["error-code"]) == (412, "stale_version")
    assert browser.page(address).values["client_name"] == "Một"
    refused(running, developer, "stale_version")


@pytest.mark.both_forms
def test_nobody_decides_their_own_and_an_altered_digest_approves_nothing(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser, developer: OfficerPerson
) -> None:
    change = proposed(browser, registered(browser))
    approving = replace(change, buttons={"withdraw": ("action", "approve")})
    own = press(browser, approving, "withdraw")
    assert (own.status, own.texts["error-code"]) == (403, "not_permitted")
    second = new_browser()
    administrator(running, second, Role.AGENCY_ADMINISTRATOR, AGENCY)
    page = second.page(change.address)
    altered = press(second, page, "approve", digest="00" * 32)
    assert (altered.status, altered.texts["error-code"]) == (412, "stale_version")
    assert press(second, second.page(change.address), "approve", **{"scope-profile": "yes"}).shows("undo")
    late = press(second, page, "approve")
    assert (late.status, late.texts["error-code"]) == (409, "too_late")
    refused(running, developer, "not_permitted")


def test_a_client_is_found_by_words_of_its_name(browser: Browser, developer: OfficerPerson) -> None:
    address = registered(browser, client_name="Cổng Tìm Kiếm Riêng")
    assert f'href="{address}"' in browser.page("/admin/clients?q=tim+kiem").html
    nothing = browser.page('/admin/clients?q="><script>alert(1)</script>')
    assert (nothing.status, nothing.shows("no-clients")) == (200, True)
    assert "<script>alert" not in nothing.html


def test_another_agencys_client_and_change_are_not_found(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser, developer: OfficerPerson
) -> None:
    address = registered(browser)
    change = proposed(browser, address)
    foreign = new_browser()
    person = administrator(running, foreign, Role.AGENCY_ADMINISTRATOR, "H26")
    for path in (address, change.address):
        page = foreign.page(path)
        assert (page.status, page.texts["error-code"]) == (404, "not_found")
    refused(running, person, "not_found")


def test_a_stop_wants_a_reason(running: RunningProvider, browser: Browser) -> None:
    person = administrator(running, browser, Role.NATIONAL_OPERATOR, NATIONAL)
    address = registered(browser)
    page = press(browser, browser.page(address), "stop", reason=" ")
    assert (page.status, page.texts["error-code"]) == (422, "invalid_input")
    assert not browser.page(address).shows("stopped")
    assert press(browser, browser.page(address), "stop", reason=WHY).shows("stopped")
    refused(running, person, "invalid_input")
