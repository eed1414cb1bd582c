"""Assisted filing: the officer begins, the citizen confirms with factors of their own, and both are on record."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from clients.model import ClientId
from tests.flows.counter_desk import Desk, at_desk, path_of
from tests.flows.officer_people import (
    AGENCY,
    FULL_NAME,
    PASSWORD,
    POST,
    end_now,
    ready,
    show_factors,
    withdraw,
)
from tests.flows.running_provider import RunningProvider
from tests.flows.second_factors import open_sign_in, two_step_person
from tests.support.page import Page
from tests.support.plain.browser import Browser, landed, shown
from tests.support.waiting import wait_for

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

NewBrowser = Callable[[], Browser]
NOBODY = "001899000999"


@pytest.fixture
def desk(running: RunningProvider, browser: Browser) -> Desk:
    return at_desk(running, browser, running.citizen())


@pytest.mark.both_forms
def test_the_citizen_is_the_subject_and_the_officer_the_actor(desk: Desk, new_browser: NewBrowser) -> None:
    own = desk.party.start()
    officers = desk.party.complete(own, landed(desk.browser.open(own.location)))
    tokens = desk.confirmed()
    assert tokens.claims["act"] == {"sub": officers.claims["sub"], "agency": AGENCY, "post": POST}
    assert tokens.claims["sub"] != officers.claims["sub"]
    assert (tokens.claims["acr"], tokens.claims["amr"]) == ("loa3", ["pwd", "sms", "mfa"])
    assert desk.party.introspect(tokens.access_token)["act"] == tokens.claims["act"]
    assert desk.party.userinfo(tokens.access_token).json()["name"] == desk.citizen.name
    # Nothing outlives the short session.
    assert "offline_access" not in tokens.scope


def test_the_counters_computer_stays_the_officers(desk: Desk) -> None:
    cookie = desk.browser.session
    desk.confirmed()
    assert desk.browser.session == cookie
    assert desk.browser.page("/account").texts["sign-in-name"] == desk.officer.name
    started = desk.party.start(prompt="none")
    assert landed(desk.browser.open(started.location)).values.keys() >= {"code"}


def test_a_portal_that_signs_the_citizen_out_does_not_sign_the_officer_out(desk: Desk) -> None:
    tokens = desk.confirmed()
    asked = shown(desk.browser.open(f"/logout?id_token_hint={tokens.id_token}"))
    assert not asked.shows("signed-out")
    assert desk.browser.page("/account").texts["sign-in-name"] == desk.officer.name


def test_the_citizen_reads_who_assisted_and_is_told_how_to_say_no(desk: Desk, new_browser: NewBrowser) -> None:
    tokens = desk.confirmed()
    reported = wait_for(
        "the notice",
        lambda: [text for text in desk.running.listener.texts_to(desk.citizen.phone) if "vua nop ho so giup" in text],
    )
    (not_me_code,) = re.findall(r"nhap ([A-Z0-9]{10})\.", reported[0])
    own = new_browser()
    open_sign_in(own, desk.citizen)
    activity = own.page("/account/activity").html
    assert f"Cán bộ: {POST}, cơ quan {AGENCY}, mã {desk.officer.officer.code}" in activity
    assert "nộp hồ sơ giúp" in own.page("/account/notices").html
    assert desk.party.introspect(tokens.access_token)["active"] is True
    stranger = new_browser()
    shown(stranger.submit(stranger.page("/not-me"), "report", alarm_code=not_me_code))
    assert desk.party.introspect(tokens.access_token)["active"] is False


@pytest.mark.both_forms
def test_on_their_own_phone_the_citizen_sees_who_asks_and_for_what(
    running: RunningProvider, new_browser: NewBrowser
) -> None:
    own, browser = new_browser(), new_browser()
    citizen, _ = two_step_person(running, own)
    desk = at_desk(running, browser, citizen)
    started, page = desk.begin()
    waiting = shown(browser.submit(page, "phone", number=citizen.number))
    assert (path_of(waiting), waiting.headers["refresh"]) == ("/counter/phone", "5")
    question = own.page("/account/approvals")
    for text in (FULL_NAME, AGENCY, POST, "Cổng mot-cua"):
        assert text in question.html
    number = waiting.texts["match-number"]
    button = next(name for name, (_, value) in question.buttons.items() if value == number)
    assert shown(own.submit(question, button)).shows("answered")
    tokens = desk.party.complete(started, landed(browser.open(waiting.address)))
    assert tokens.claims["amr"] == ["mca", "pwd", "sms", "mfa"]
    assert tokens.claims["act"]["agency"] == AGENCY  # type: ignore[index]


def test_a_no_on_the_phone_is_a_no(running: RunningProvider, new_browser: NewBrowser) -> None:
    own, browser = new_browser(), new_browser()
    citizen, _ = two_step_person(running, own)
    _, page = at_desk(running, browser, citizen).begin()
    waiting = shown(browser.submit(page, "phone", number=citizen.number))
    shown(own.submit(own.page("/account/approvals"), "not-me"))
    refused = browser.page(waiting.address)
    assert (refused.shows("alert"), refused.shows("match-number")) == (True, False)


def test_en_1_a_number_without_an_account_is_answered_like_one_with(desk: Desk) -> None:
    def seen(number: str) -> list[tuple[int, str, list[str]]]:
        _, page = desk.begin()
        password = desk.at_password(page, number)
        wrong = shown(desk.browser.submit(password, "next", password="a-wrong-Passphrase-1"))
        _, page = desk.begin()
        phone = shown(desk.browser.submit(page, "phone", number=number))
        return [(one.status, path_of(one), sorted(one.texts)) for one in (password, wrong, phone)]

    assert seen(NOBODY) == seen(desk.citizen.number)


def test_an_officers_own_name_is_no_citizens_number(desk: Desk) -> None:
    """Who files for themself does it elsewhere: an officer's account is nobody's to assist."""
    _, page = desk.begin()
    refused = shown(desk.browser.submit(page, "screen", number=desk.officer.name))
    assert (refused.status, path_of(refused)) == (422, "/counter")


def test_the_officers_password_confirms_nothing(desk: Desk) -> None:
    _, page = desk.begin()
    refused = shown(desk.browser.submit(desk.at_password(page), "next", password=PASSWORD))
    assert refused.status == 401


@pytest.mark.both_forms
def test_an_answer_that_was_given_is_not_given_again(desk: Desk) -> None:
    _, page = desk.begin()
    factor = desk.at_factor(page)
    code = desk.code()
    landed(desk.browser.submit(factor, "verify", code=code))
    _, page = desk.begin()
    again = desk.at_factor(page)
    refused = shown(desk.browser.submit(again, "verify", code=code))
    assert refused.status == 401
    # The page of before is over, whatever is sent from it.
    replayed = desk.browser.submit(factor, "verify", code=code)
    assert not isinstance(replayed, Page) or path_of(replayed) in {"/counter", "/counter/citizen"}


def test_what_was_shown_at_the_counter_signs_nobody_in(desk: Desk) -> None:
    """The draft of the counter's screen opens nothing on the sign-in pages of the same browser."""
    _, page = desk.begin()
    factor = desk.at_factor(page)
    name = parse_qs(urlsplit(factor.address).query)["s"][0]
    elsewhere = desk.browser.page(f"/sign-in/second?s={name}")
    assert path_of(elsewhere) == "/sign-in"
    assert desk.browser.page("/account").texts["sign-in-name"] == desk.officer.name


@pytest.mark.both_forms
def test_another_officer_cannot_go_on_with_it(desk: Desk, running: RunningProvider, new_browser: NewBrowser) -> None:
    _, page = desk.begin()
    factor = desk.at_factor(page)
    code = desk.code()
    # The same computer, another officer: the citizen agreed to the first one.
    other = ready(running, new_browser())
    shown(show_factors(desk.browser, desk.browser.page("/sign-in?other=1"), other))
    left = desk.browser.page(factor.address)
    assert (path_of(left), left.shows("expired")) == ("/counter", True)
    sent = desk.browser.send_form(factor, "verify", code=code)
    assert "code=" not in sent.headers.get("location", "")
    # And another computer, whatever it is told.
    elsewhere = new_browser()
    shown(show_factors(elsewhere, elsewhere.page("/sign-in"), other))
    refused = shown(elsewhere.open(factor.address))
    assert (refused.error_code, refused.shows("verify")) == ("request_expired", False)


@pytest.mark.both_forms
def test_an_officer_who_is_withdrawn_meanwhile_files_nothing(desk: Desk) -> None:
    _, page = desk.begin()
    factor = desk.at_factor(page)
    withdraw(desk.running, desk.officer)
    left = shown(desk.browser.submit(factor, "verify", code=desk.code()))
    assert path_of(left) == "/sign-in"


@pytest.mark.both_forms
def test_with_the_officers_account_ends_what_it_assisted(desk: Desk) -> None:
    tokens = desk.confirmed()
    withdraw(desk.running, desk.officer)
    assert desk.party.introspect(tokens.access_token)["active"] is False
    assert desk.party.userinfo(tokens.access_token).status_code == 401


@pytest.mark.both_forms
def test_a_code_that_is_not_redeemed_before_the_withdrawal_is_worth_nothing(desk: Desk) -> None:
    started, page = desk.begin()
    landing = landed(desk.browser.submit(desk.at_factor(page), "verify", code=desk.code()))
    withdraw(desk.running, desk.officer)
    answer = desk.party.redeem(started, desk.party.code_of(started, landing))
    assert answer.json()["error"] == "invalid_grant"


def test_after_the_officers_last_day_the_counter_is_closed(desk: Desk) -> None:
    _, page = desk.begin()
    end_now(desk.running, desk.officer)
    assert path_of(shown(desk.browser.submit(page, "screen", number=desk.citizen.number))) == "/sign-in"


@pytest.mark.both_forms
def test_two_tabs_are_two_filings_and_neither_takes_the_others_place(desk: Desk) -> None:
    first_started, first = desk.begin()
    second_started, second = desk.begin()
    one, two = desk.at_factor(first), desk.at_password(second)
    tokens = desk.party.complete(first_started, landed(desk.browser.submit(one, "verify", code=desk.code())))
    factor = shown(desk.browser.submit(two, "next", password=desk.citizen.password))
    landing = landed(desk.browser.submit(factor, "verify", code=desk.code(2)))
    other = desk.party.complete(second_started, landing)
    assert other.claims["sub"] == tokens.claims["sub"]
    assert other.claims["sid"] != tokens.claims["sid"]


def test_a_citizen_who_does_not_agree_leads_back(desk: Desk) -> None:
    started, page = desk.begin()
    back = shown(desk.browser.submit(desk.at_password(page), "back"))
    assert path_of(back) == "/counter"
    assert desk.party.error_of(started, landed(desk.browser.submit(back, "cancel"))) == "access_denied"


def test_prompt_none_asks_nobody(desk: Desk) -> None:
    started = desk.party.start(assisted="1", prompt="none")
    assert desk.party.error_of(started, landed(desk.browser.open(started.location))) == "interaction_required"


def test_only_registered_clients_may_ask(desk: Desk) -> None:
    party = desk.running.party(ClientId("quoc-gia"))
    started = party.start(assisted="1")
    assert party.error_of(started, landed(desk.browser.open(started.location))) == "unauthorized_client"
