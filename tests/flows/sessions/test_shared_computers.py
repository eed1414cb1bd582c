"""A shared computer: short, nameable, forgotten, and left with one tap."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from idp.sessions.policy import SHARED_IDLE_LIFE, SHARED_LIFE
from tests.contract.sql.direct import rows
from tests.flows.running_provider import RunningProvider
from tests.flows.second_factors import confirmed, open_sign_in, sms_codes
from tests.support.page import Page
from tests.support.plain.browser import Browser, landed, shown
from tests.support.running.provider import Citizen

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

NewBrowser = Callable[[], Browser]
DEVICE = "idp-device"


def sign_in(browser: Browser, citizen: Citizen) -> Page:
    """Sign in with the box ticked, as at a library's computer."""
    page = browser.page("/sign-in")
    fields = {"identifier": citizen.number, "password": citizen.password, "shared_computer": "yes"}
    return shown(browser.submit(page, "sign-in", **fields))


def remembered(cookie: str) -> bool:
    """Say whether a cookie outlives the browser's window; one that is taken away does not."""
    return ("max-age" in cookie or "expires" in cookie) and "max-age=0" not in cookie


def lives(running: RunningProvider, citizen: Citizen) -> tuple[timedelta, timedelta]:
    """Return how long the person's latest session lasts in all and may rest."""
    account_id = running.provider.account_of(citizen.number)
    statement = f"""
        SELECT expires_at - auth_time, idle_until - auth_time FROM sessions
        WHERE account_id = '{account_id}'
        ORDER BY session_id DESC LIMIT 1
    """
    ((in_all, idle),) = running.provider.run(rows(running.provider.database_url, statement))
    return timedelta(microseconds=int(str(in_all))), timedelta(microseconds=int(str(idle)))


@pytest.mark.both_forms
def test_the_session_is_short_and_rests_shortly(running: RunningProvider, browser: Browser) -> None:
    citizen = running.citizen()
    sign_in(browser, citizen)
    assert lives(running, citizen) == (SHARED_LIFE, SHARED_IDLE_LIFE)


def test_nothing_is_remembered(running: RunningProvider, browser: Browser) -> None:
    sign_in(browser, running.citizen())
    assert DEVICE not in browser.http.cookies
    cookies = [value for hop in browser.hops for value in hop.headers.get_list("set-cookie")]
    assert cookies
    assert not [cookie for cookie in cookies if remembered(cookie.lower())]


def test_the_name_and_the_way_out_are_on_every_page(running: RunningProvider, browser: Browser) -> None:
    citizen = running.citizen()
    assert "sign-out-everywhere" in sign_in(browser, citizen).texts
    for path in ("/account", "/account/sessions", "/account/confirm?to=password", "/logout"):
        page = browser.page(path)
        assert page.shows("sign-out-everywhere"), path
        assert f"Máy dùng chung: {citizen.name}" in page.html, path


def test_the_pages_on_the_way_to_a_portal_say_it_too(running: RunningProvider, browser: Browser) -> None:
    citizen = running.citizen()
    sign_in(browser, citizen)
    step_up = running.party().start(state="s", nonce="n", acr_values="loa3")
    page = browser.page(step_up.location)
    assert (urlsplit(page.address).path, page.shows("sign-out-everywhere")) == ("/step-up", True)
    sms_codes(running, citizen)


def test_on_one_s_own_computer_no_page_says_so(running: RunningProvider, browser: Browser) -> None:
    citizen = running.citizen()
    page = browser.page("/sign-in")
    page = shown(browser.submit(page, "sign-in", identifier=citizen.number, password=citizen.password))
    assert not page.shows("sign-out-everywhere")
    assert "Máy dùng chung" not in page.html


@pytest.mark.both_forms
def test_one_tap_ends_the_session_here_and_at_the_portals(running: RunningProvider, browser: Browser) -> None:
    sign_in(browser, running.citizen())
    party = running.party()
    landed(browser.open(party.start(state="s", nonce="n").location))
    page = browser.page("/account/sessions")
    name, value = page.buttons["sign-out-everywhere"]
    # The banner's own form: its hidden field is the first of the page.
    token = page.html.split('name="form" value="', 1)[1].split('"', 1)[0]
    answer = browser.http.post("/logout/confirm", data={"form": token, name: value})
    assert (answer.status_code, urlsplit(answer.headers["location"]).path) == (303, "/signed-out")
    assert urlsplit(browser.page("/account").address).path == "/sign-in"


def test_showing_the_password_again_keeps_the_computer_shared(running: RunningProvider, browser: Browser) -> None:
    citizen = running.citizen()
    sign_in(browser, citizen)
    page = browser.page("/sign-in")
    shown(browser.submit(page, "sign-in", identifier=citizen.number, password=citizen.password))
    assert lives(running, citizen) == (SHARED_LIFE, SHARED_IDLE_LIFE)
    assert DEVICE not in browser.http.cookies


def test_the_tick_stays_when_the_password_was_wrong(running: RunningProvider, browser: Browser) -> None:
    page = browser.page("/sign-in")
    fields = {"identifier": running.citizen().number, "password": "a-wrong-but-long-Passphrase-3"}
    again = shown(browser.submit(page, "sign-in", shared_computer="yes", **fields))
    assert again.values["shared_computer"] == "yes"
    assert "shared_computer" not in shown(browser.submit(page, "sign-in", **fields)).values


LEFT_BEHIND = ("/account/passkeys", "/account/recovery-codes", "/account/data")


@pytest.mark.parametrize("shared", [True, False], ids=["shared", "own"])
def test_no_passkey_no_recovery_codes_and_no_copy_of_the_data_where_others_sit_down_next(
    running: RunningProvider, browser: Browser, shared: bool
) -> None:
    """Two factors shown or not: what is made or shown here stays behind. At one's own computer each page opens."""
    citizen = running.citizen()
    if shared:
        sign_in(browser, citizen)
    else:
        open_sign_in(browser, citizen)
    confirmed(running, browser, citizen, "/account/contacts")
    seen = {path: browser.http.get(path).status_code for path in LEFT_BEHIND}
    assert seen == dict.fromkeys(LEFT_BEHIND, 403 if shared else 200)
    if shared:
        form = browser.page("/account/factors").values
        for path in ("/account/recovery-codes", "/account/passkeys", "/account/data/file"):
            assert browser.http.post(path, data={**form, "action": "replace"}).status_code == 403
