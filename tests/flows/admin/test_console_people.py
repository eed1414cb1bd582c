"""People in the console: one found for a purpose that they read, acted on, and nothing typed comes back."""

import json
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest

from idp.account.model import EMAIL_PLACE, SealedValue
from idp.adapters.sql.database import open_database
from idp.factors.contacts.model import SetContact
from idp.kernel.key_purposes import KeyPurpose
from idp.officers.roles import NATIONAL, Role
from records.structs import replace
from tests.contract.sql.direct import rows
from tests.flows.account.test_own_account import confirmed
from tests.flows.console_people import administrator, make_stale, path_of, press
from tests.flows.notices import wait_notices
from tests.flows.officer_people import AGENCY, OfficerPerson
from tests.flows.running_provider import RunningProvider
from tests.support.page import Page
from tests.support.parties.relying_party import show_password, sign_in
from tests.support.plain.browser import Browser, shown
from tests.support.running.provider import Citizen
from tests.support.waiting import wait_for

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

NewBrowser = Callable[[], Browser]
PEOPLE, CASE = "/admin/people", "HT-2026-0042"


def looked(browser: Browser, value: str, by: str = "number", purpose: str = "sign_in_help", case: str = CASE) -> Page:
    """Look for somebody and return the page after it."""
    return press(browser, browser.page(PEOPLE), "find", by=by, value=value, purpose=purpose, case=case)


def acted(browser: Browser, page: Page, act: str, reason: str, **fields: str) -> Page:
    """Press a button of a person's page."""
    # The page has several forms, all sent to its own address.
    return press(browser, replace(page, action=path_of(page)), act, reason=reason, **fields)


def support(running: RunningProvider, browser: Browser) -> OfficerPerson:
    """Return somebody of the country's support, signed in."""
    return administrator(running, browser, Role.SUPPORT, NATIONAL)


def at_home(browser: Browser, citizen: Citizen) -> Page:
    return shown(show_password(browser, browser.page("/sign-in"), citizen))


@pytest.mark.both_forms
@pytest.mark.parametrize("by", ["number", "account"])
def test_a_person_is_found_and_reads_who_looked_and_why(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser, by: str
) -> None:
    citizen, own = running.citizen(), new_browser()
    account = running.provider.account_of(citizen.number)
    person = support(running, browser)
    page = looked(browser, {"number": citizen.number, "account": account}[by], by)
    assert path_of(page).startswith(f"{PEOPLE}/")
    assert (page.texts["account-id"], page.texts["number"]) == (account, "•" * 9 + citizen.number[-3:])
    assert citizen.number not in page.html
    assert "Nguyễn" not in page.texts["name"]
    at_home(own, citizen)
    activity = own.page("/account/activity").html
    for reported in ("Bộ phận hỗ trợ tra cứu tài khoản của bạn", "Người dân nhờ giúp đăng nhập", CASE, AGENCY):
        assert reported in activity
    assert person.officer.code not in activity
    english = own.page("/account/activity?lang=en").html
    assert "Support looked up your account" in english
    assert "The person asked for help with signing in" in english


def test_the_persons_copy_tells_the_agency_and_not_who_it_was(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    citizen, own = running.citizen(), new_browser()
    person = support(running, browser)
    looked(browser, citizen.number)
    at_home(own, citizen)
    page = confirmed(running, own, citizen, "/account/data")
    answer = own.send_form(page, "download")
    (event,) = [one for one in answer.json()["audit_events"] if one["event"] == "admin:person:found"]
    details = json.loads(event["details"])
    assert (details["actor_agency"], details["case"], event["network_address"]) == (AGENCY, CASE, "")
    assert person.officer.code not in answer.text
    assert person.officer.account_id not in answer.text


def test_nothing_typed_is_in_page_address_log_or_audit_trail(running: RunningProvider, browser: Browser) -> None:
    """A hit, a miss, and values that cannot be read: none of them is repeated anywhere."""
    citizen = running.citizen()
    support(running, browser)
    typed = {
        "number": citizen.number,
        "phone": "0912777333",
        "email": "canary.jay@people.example",
        "account": "0123456789abcdefghijklmnop",
    }
    wrong = {"number": "00189977733", "phone": "09127773", "email": "canary.jay@"}
    pages = [looked(browser, value, by) for by, value in [*typed.items(), *wrong.items()]]
    pages.append(looked(browser, citizen.number, case=citizen.number))
    assert [page.status for page in pages] == [200] * 4 + [422] * 4
    canaries = (*typed.values(), *wrong.values(), "912777333")
    for page in pages:
        assert not any(canary in page.html + page.address for canary in canaries)
    wait_for("the events", lambda: running.provider.run(rows(running.provider.database_url, _OF_PEOPLE)))
    audit = repr(running.provider.run(rows(running.provider.database_url, "SELECT * FROM audit_events")))
    assert not any(canary in audit or canary in running.provider.log_text() for canary in canaries)


_OF_PEOPLE = "SELECT event_id FROM audit_events WHERE name = 'admin:person:not_found'"


def test_nobody_and_an_officer_are_answered_alike(running: RunningProvider, browser: Browser) -> None:
    person = support(running, browser)
    pages = [looked(browser, value, "account") for value in ("0" * 26, person.officer.account_id)]
    pages.append(looked(browser, "099187000001"))
    assert [(page.status, page.shows("nobody"), path_of(page)) for page in pages] == [(200, True, PEOPLE)] * 3


async def _share(running: RunningProvider, citizens: list[Citizen], email: str) -> None:
    async with AsyncExitStack() as stack:
        database = await open_database(running.provider.database_url)
        stack.push_async_callback(database.close)
        root = await running.provider.root_key(database)
        for citizen in citizens:
            record = await database.accounts.for_sign_in(
                root.hash_key(KeyPurpose.PERSONAL_NUMBERS).digest(citizen.number)
            )
            assert record is not None
            account = record.account
            sealed = root.sealer().seal(email.encode(), EMAIL_PLACE.of(account.person_id))
            value = SealedValue(root.hash_key(KeyPurpose.EMAILS).digest(email), sealed)
            contact = SetContact(
                account_id=account.id,
                person_id=account.person_id,
                kind="email",
                contact=value,
                confirmed_at=datetime.now(UTC),
            )
            assert await database.ledger.commit(contact)


def test_of_several_who_share_an_address_one_is_chosen(running: RunningProvider, browser: Browser) -> None:
    family = [running.citizen(), running.citizen()]
    running.provider.run(_share(running, family, f"{family[0].number[-3:]}.family@people.example"))
    support(running, browser)
    page = looked(browser, f"{family[0].number[-3:]}.Family@people.example", "email")
    accounts = [running.provider.account_of(one.number) for one in family]
    assert all(page.shows(f"choose-{account}") for account in accounts)
    assert not page.shows("lock")
    assert not any(one.number in page.html for one in family)
    chosen = press(browser, page, f"choose-{accounts[1]}")
    assert chosen.texts["account-id"] == accounts[1]
    assert acted(browser, chosen, "lock", "asked").address.endswith("?done=lock")


@pytest.mark.both_forms
def test_a_lock_signs_out_everywhere_and_an_unlock_lets_in_again(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    citizen, own, party = running.citizen(), new_browser(), running.party()
    tokens = sign_in(own, party, citizen)
    support(running, browser)
    found = looked(browser, citizen.number, purpose="taken_over")
    page = acted(browser, found, "lock", "taken_over")
    assert (page.shows("done"), page.shows("locked-by"), "lock" in page.buttons) == (True, True, False)
    assert wait_notices(running, party, tokens)
    assert own.page("/account").shows("identifier")
    assert party.introspect(tokens.access_token)["active"] is False
    # Who knows the password sees what anybody sees who does not.
    locked_out = new_browser()
    assert shown(show_password(locked_out, locked_out.page("/sign-in"), citizen)).status == 401
    wait_for(
        "the person is told", lambda: [t for t in running.listener.texts_to(citizen.phone) if "ho tro da khoa" in t]
    )
    again = acted(browser, found, "lock", "taken_over")
    assert again.address.endswith("?done=nothing")
    page = acted(browser, again, "unlock", "checked")
    assert page.address.endswith("?done=unlock")
    back = new_browser()
    at_home(back, citizen)
    activity = back.page("/account/activity").html
    assert "Bộ phận hỗ trợ khóa tài khoản" in activity
    assert "Đã kiểm tra đúng chủ tài khoản" in activity


@pytest.mark.both_forms
def test_all_sessions_end_at_a_press(running: RunningProvider, browser: Browser, new_browser: NewBrowser) -> None:
    citizen, own = running.citizen(), new_browser()
    at_home(own, citizen)
    support(running, browser)
    page = looked(browser, citizen.number, purpose="lost_device")
    assert page.texts["sessions"] == "1"
    page = acted(browser, page, "sign_out", "lost_device")
    assert page.texts["sessions"] == "0"
    assert own.page("/account").shows("identifier")
    at_home(own, citizen)


def test_helping_to_recover_goes_on_at_the_desk(running: RunningProvider, browser: Browser) -> None:
    citizen = running.citizen()
    support(running, browser)
    page = looked(browser, citizen.number, purpose="lost_device")
    wrong = acted(browser, page, "recover", "lost_device", phone="123")
    assert (wrong.status, wrong.shows("phone-error")) == (422, True)
    desk = acted(browser, page, "recover", "lost_device", phone="0912345678")
    assert path_of(desk) == "/counter/recovery/code"
    assert citizen.number not in desk.html


def test_a_look_opens_in_its_own_session_only(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    citizen, other = running.citizen(), new_browser()
    support(running, browser)
    page = looked(browser, citizen.number)
    support(running, other)
    for address in (path_of(page), f"{PEOPLE}/{running.provider.account_of(citizen.number)}"):
        foreign = other.page(address)
        assert (foreign.status, foreign.error_code) == (404, "not_found")
    stolen = replace(other.page(PEOPLE), action=path_of(page), buttons=page.buttons)
    stolen = press(other, stolen, "lock", reason="asked")
    assert (stolen.status, stolen.error_code) == (404, "not_found")


def test_a_role_over_an_agency_finds_nobody(running: RunningProvider, browser: Browser) -> None:
    administrator(running, browser, Role.SUPPORT, AGENCY)
    page = browser.page(PEOPLE)
    assert (page.status, page.error_code) == (403, "not_permitted")
    assert not browser.page("/admin").shows("part-people")


def test_an_old_factor_is_shown_again_first(running: RunningProvider, browser: Browser) -> None:
    citizen = running.citizen()
    person = support(running, browser)
    page = looked(browser, citizen.number)
    make_stale(running, person)
    assert path_of(browser.page(PEOPLE)) == "/account/confirm"
    for asked in (browser.page(path_of(page)), acted(browser, page, "lock", "asked")):
        assert path_of(asked) == "/account/confirm"


def test_what_was_tampered_with_is_refused(running: RunningProvider, browser: Browser) -> None:
    citizen = running.citizen()
    support(running, browser)
    page = looked(browser, citizen.number)
    assert acted(browser, page, "lock", "because").shows("reason-lock-error")
    for action in ("close", "choose:" + "0" * 26, ""):
        form = {**page.protection, "action": action}
        assert browser.http.post(path_of(page), data=form).status_code == 404
    more = {**page.protection, "action": "lock", "reason": "asked", "account": "x"}
    assert browser.http.post(path_of(page), data=more).status_code == 422
    assert looked(browser, citizen.number, purpose="curious").shows("purpose-error")


def test_nobody_looks_without_end(running: RunningProvider, browser: Browser) -> None:
    support(running, browser)
    page = browser.page(PEOPLE)
    form = {**page.values, "action": "find", "by": "number", "value": "099187000001", "purpose": "complaint"}
    answers = [browser.http.post(PEOPLE, data={**form, "case": CASE}) for _ in range(21)]
    assert {one.status_code for one in answers[:-1]} == {200}
    assert (answers[-1].status_code, answers[-1].headers["retry-after"]) == (429, "3600")
