"""Officers: set up once, two factors always, only between the dates, and only where officers belong."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from clients.model import ClientId
from tests.flows.officer_people import (
    AGENCY,
    FULL_NAME,
    PASSWORD,
    POST,
    OfficerPerson,
    end_now,
    enrol,
    issue,
    ready,
    show_factors,
    sign_in_at,
    with_accounts,
    withdraw,
)
from tests.flows.running_provider import RunningProvider
from tests.flows.second_factors import confirmed, open_sign_in
from tests.support.parties.relying_party import show_password, sign_in
from tests.support.passkey_pages import device_for, options_of, show_passkey
from tests.support.plain.browser import Browser, landed, shown
from tests.support.waiting import wait_for

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

NewBrowser = Callable[[], Browser]
START = "/officers/enrol"


def path_of(address: str) -> str:
    return urlsplit(address).path


def started_with(browser: Browser, person: OfficerPerson, **changed: str) -> tuple[str, int]:
    fields = {"sign_in_name": person.name, "enrolment_code": person.enrolment_code, **changed}
    page = shown(browser.submit(browser.page(START), "next", **fields))
    return page.texts.get("alert", ""), page.status


@pytest.mark.both_forms
def test_an_officer_sets_up_and_signs_in_with_two_factors(running: RunningProvider, browser: Browser) -> None:
    person = ready(running, browser)
    started, landing = sign_in_at(running, browser, person, ClientId("mot-cua"), scope="openid profile officer")
    party = running.party(ClientId("mot-cua"))
    tokens = party.complete(started, landing)
    assert (tokens.claims["acr"], tokens.claims["amr"]) == ("loa3", ["otp", "pwd", "mfa"])
    claims = party.userinfo(tokens.access_token).json()
    wanted = {"name": FULL_NAME, "agency": AGENCY, "post": POST, "officer_code": person.officer.code}
    assert wanted.items() <= claims.items()
    assert "national_id" not in claims


@pytest.mark.both_forms
def test_a_code_sets_up_once(running: RunningProvider, browser: Browser, new_browser: NewBrowser) -> None:
    person = ready(running, browser)
    reported, status = started_with(new_browser(), person)
    assert (status, "không đúng" in reported) == (401, True)


@pytest.mark.both_forms
def test_two_browsers_with_one_code_make_one_account(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    person, other = issue(running), new_browser()
    first = shown(
        browser.submit(browser.page(START), "next", sign_in_name=person.name, enrolment_code=person.enrolment_code)
    )
    assert path_of(first.address) == f"{START}/password"
    assert enrol(other, person).shows("enrolled")
    second = shown(browser.submit(first, "next", password="another-long-Passphrase-1"))
    late = shown(browser.submit(second, "app", code="000000"))
    assert late.status == 401
    person_app = person.app
    person.app = type(person_app)(type(person_app.secret)(second.texts["secret"].replace(" ", "")))
    late = shown(browser.submit(second, "app", code=person.app.code()))
    assert (path_of(late.address), late.shows("expired")) == (START, True)


@pytest.mark.parametrize(
    "changed",
    [
        {"sign_in_name": "h55.nobody"},
        {"sign_in_name": "001899000001"},
        {"enrolment_code": "AAAA-AAAA-AAAA-AAAA"},
        {"enrolment_code": ""},
    ],
)
def test_a_wrong_name_and_a_wrong_code_are_told_alike(
    running: RunningProvider, browser: Browser, changed: dict[str, str]
) -> None:
    person = issue(running)
    expected = started_with(browser, person, enrolment_code="BBBB-BBBB-BBBB-BBBB")
    assert started_with(browser, person, **changed) == expected
    assert expected[1] == 401


def test_a_weak_password_is_refused_and_a_short_one_with_the_second_step_is_not(
    running: RunningProvider, browser: Browser
) -> None:
    person = issue(running)
    page = shown(
        browser.submit(browser.page(START), "next", sign_in_name=person.name, enrolment_code=person.enrolment_code)
    )
    refused = shown(browser.submit(page, "next", password="matkhau1"))
    assert refused.status == 422
    assert path_of(shown(browser.submit(refused, "next", password="Quả xoài 27")).address) == f"{START}/factor"


def test_the_factor_page_cannot_be_reached_without_a_password(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    person = issue(running)
    page = shown(
        browser.submit(browser.page(START), "next", sign_in_name=person.name, enrolment_code=person.enrolment_code)
    )
    skipped = browser.page(page.address.replace("/password", "/factor"))
    assert path_of(skipped.address) == f"{START}/password"
    assert path_of(new_browser().page(page.address).address) == START


def test_one_factor_gives_an_officer_no_session(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    person, other = ready(running, browser), new_browser()
    page = shown(other.submit(other.page("/sign-in"), "sign-in", identifier=person.name.upper(), password=PASSWORD))
    assert (path_of(page.address), page.shows("way-totp"), page.shows("use-sms")) == ("/sign-in/second", True, False)
    assert other.session is None
    assert path_of(other.page("/account").address) == "/sign-in"


def test_before_its_first_day_an_account_opens_nothing(running: RunningProvider, browser: Browser) -> None:
    person = issue(running, starts_in=timedelta(days=1))
    assert enrol(browser, person).shows("enrolled")
    page = shown(browser.submit(browser.page("/sign-in"), "sign-in", identifier=person.name, password=PASSWORD))
    assert (page.status, "chưa đến ngày" in page.texts["alert"], browser.session) == (401, True, None)


@pytest.mark.both_forms
def test_after_its_last_day_nothing_of_it_lives(running: RunningProvider, browser: Browser) -> None:
    person = ready(running, browser)
    party = running.party(ClientId("mot-cua"))
    tokens = party.complete(*sign_in_at(running, browser, person, ClientId("mot-cua")))
    assert party.introspect(tokens.access_token)["active"] is True
    end_now(running, person)
    assert party.introspect(tokens.access_token)["active"] is False
    assert party.userinfo(tokens.access_token).status_code == 401
    assert tokens.refresh_token is not None
    assert party.refresh(tokens.refresh_token).json()["error"] == "invalid_grant"
    assert path_of(browser.page("/account").address) == "/sign-in"
    page = shown(browser.submit(browser.page("/sign-in"), "sign-in", identifier=person.name, password=PASSWORD))
    assert page.status == 401


@pytest.mark.both_forms
def test_withdrawing_signs_out_everywhere_and_tells_the_portal(running: RunningProvider, browser: Browser) -> None:
    person = ready(running, browser)
    party = running.party(ClientId("mot-cua"))
    tokens = party.complete(*sign_in_at(running, browser, person, ClientId("mot-cua")))
    second = shown(
        browser.submit(browser.page("/sign-in?other=1"), "sign-in", identifier=person.name, password=PASSWORD)
    )
    withdraw(running, person)
    assert party.introspect(tokens.access_token)["active"] is False
    assert path_of(browser.page("/account").address) == "/sign-in"

    def reported() -> bool:
        calls = running.listener.received("/logout/mot-cua")
        notices = [party.logout_claims(parse_qs(call.body.decode())["logout_token"][0]) for call in calls]
        return tokens.claims["sid"] in {notice["sid"] for notice in notices}

    wait_for("the portal to be told", reported)
    late = shown(browser.submit(second, "verify", code=person.app.code()))
    assert browser.page("/account").address.endswith("/sign-in")
    assert late.status in {200, 401}


def test_an_officer_is_told_at_a_citizens_portal_and_may_go_back(running: RunningProvider, browser: Browser) -> None:
    person = ready(running, browser)
    party = running.party(ClientId("quoc-gia"))
    started = party.start()
    page = shown(show_factors(browser, browser.page(started.location), person))
    assert (path_of(page.address), page.shows("account-kind")) == ("/account-kind", True)
    assert party.error_of(started, landed(browser.submit(page, "cancel"))) == "access_denied"
    quiet = party.start(prompt="none")
    assert party.error_of(quiet, landed(browser.open(quiet.location))) == "access_denied"


@pytest.mark.parametrize("extra", [{}, {"assisted": "1"}], ids=["oneself", "counter"])
def test_an_officer_of_another_agency_is_told_what_to_do_and_gets_no_code(
    running: RunningProvider, browser: Browser, extra: dict[str, str]
) -> None:
    person = ready(running, browser)
    party = running.party(ClientId("mot-cua-khac"))
    started = party.start(**extra)
    page = shown(show_factors(browser, browser.page(started.location), person))
    assert path_of(page.address) == "/account-kind"
    assert "officer_agency" in page.texts["account-kind"]
    # Whoever goes on at the counter's own address is led back.
    at_counter = page.address.replace("/account-kind", "/counter")
    assert path_of(browser.page(at_counter).address) == "/account-kind"
    assert party.error_of(started, landed(browser.submit(page, "cancel"))) == "access_denied"
    quiet = party.start(prompt="none", **extra)
    assert party.error_of(quiet, landed(browser.open(quiet.location))) == "access_denied"


def test_an_officer_may_sign_in_as_the_private_person_instead(running: RunningProvider, browser: Browser) -> None:
    person, citizen = ready(running, browser), running.citizen()
    party = running.party(ClientId("quoc-gia"))
    started = party.start()
    page = shown(show_factors(browser, browser.page(started.location), person))
    sign_in_page = shown(browser.submit(page, "other-account"))
    assert path_of(sign_in_page.address) == "/sign-in"
    party.complete(started, landed(show_password(browser, sign_in_page, citizen)))


def test_a_citizen_is_told_at_an_officers_portal(running: RunningProvider, browser: Browser) -> None:
    party, started = running.party(ClientId("mot-cua")), running.party(ClientId("mot-cua")).start()
    page = shown(show_password(browser, browser.page(started.location), running.citizen()))
    assert path_of(page.address) == "/account-kind"
    assert party.error_of(started, landed(browser.submit(page, "cancel"))) == "access_denied"


def test_an_officers_account_shows_only_what_applies(running: RunningProvider, browser: Browser) -> None:
    person = ready(running, browser)
    shown(show_factors(browser, browser.page("/sign-in?officer=1"), person))
    home = browser.page("/account")
    assert (home.texts["agency"], home.texts["post"], home.texts["sign-in-name"]) == (AGENCY, POST, person.name)
    assert not home.shows("part-contacts")
    for path in (
        "contacts",
        "identity",
        "close",
        "data",
        "recovery-codes",
        "approvals",
        "requests",
        "profile",
        "upstreams",
    ):
        assert path_of(browser.page(f"/account/{path}").address) == "/account", path
    factors = browser.page("/account/factors")
    assert (factors.shows("always-two-steps"), factors.shows("two-steps-off")) == (True, False)


def test_the_last_second_factor_of_an_officer_stays_and_the_page_says_what_to_do(
    running: RunningProvider, browser: Browser
) -> None:
    person, device = ready(running, browser), device_for(running.provider.issuer)
    shown(show_factors(browser, browser.page("/sign-in?officer=1"), person))
    refused = shown(browser.submit(browser.page("/account/totp"), "remove"))
    assert (refused.status, "Hãy thêm một cách khác" in refused.texts["alert"]) == (409, True)
    page = browser.page("/account/passkeys")
    shown(browser.submit(page, "add", credential=device.create(options_of(page)), label="Khóa"))
    assert shown(browser.submit(browser.page("/account/totp"), "remove")).shows("done")
    edit = re.search(r'class="edit" href="([^"]*)"', browser.page("/account/passkeys").html)
    assert edit is not None
    refused = shown(browser.submit(browser.page(unescape(edit[1])), "remove"))
    assert (refused.status, "Hãy thêm một cách khác" in refused.texts["alert"]) == (409, True)
    assert "Khóa" in refused.texts["passkeys"]
    browser.http.cookies.delete("idp-session")
    landed_at = shown(show_passkey(browser, browser.page("/sign-in"), device))
    assert path_of(landed_at.address) == "/account", "nobody is locked out"


def test_the_scope_of_officers_is_about_officers_alone(running: RunningProvider, browser: Browser) -> None:
    party = running.party(ClientId("quoc-gia"))
    tokens = sign_in(browser, party, running.citizen(), scope="openid profile officer")
    assert tokens.scope == "openid profile"
    assert not {"agency", "post", "officer_code"} & party.userinfo(tokens.access_token).json().keys()


@pytest.mark.parametrize("steps", [0, 1, 2], ids=["signed out", "password alone", "two steps"])
def test_the_account_carries_the_number_of_who_is_signed_in_with_two_steps(
    running: RunningProvider, browser: Browser, steps: int
) -> None:
    """Nobody else's word: not the officer's own, and not that of whoever issued the account."""
    person, citizen = issue(running), running.citizen()
    if steps:
        open_sign_in(browser, citizen)
    if steps == 2:
        confirmed(running, browser, citizen, "/account/contacts")
    assert enrol(browser, person).shows("enrolled")
    known = with_accounts(
        running, lambda one: one.reader.of_account(person.officer.person_id, person.officer.account_id)
    )
    assert known is not None
    assert known.numbered is (steps == 2)
