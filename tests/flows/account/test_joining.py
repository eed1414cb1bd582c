"""Joining two accounts over a running provider: both shown, both told, stopped from either side."""

from collections.abc import Callable

import pytest

from tests.flows.running_provider import RunningProvider
from tests.flows.second_factors import confirmed, open_sign_in, sms_codes
from tests.support.page import Page
from tests.support.plain.browser import Browser, shown
from tests.support.running.provider import Citizen
from tests.support.waiting import wait_for

# What a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

NewBrowser = Callable[[], Browser]


def at_the_form(running: RunningProvider, browser: Browser) -> tuple[Citizen, Page]:
    """Return somebody who has just shown two factors, and the form."""
    citizen = running.citizen()
    open_sign_in(browser, citizen)
    return citizen, confirmed(running, browser, citizen, "/account/joining")


def test_who_shows_both_sees_both_names_and_either_account_stops_it(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    _, form = at_the_form(running, browser)
    other = running.citizen()
    wrong = shown(browser.submit(form, "show", number=other.number, password="another-long-Passphrase-8"))
    assert (wrong.status, wrong.shows("alert"), wrong.shows("code")) == (401, True, False)
    asked = shown(browser.submit(wrong, "show", number=other.number, password=other.password))
    assert asked.shows("code")
    # Nothing is joined without the second factor, whatever address is opened.
    assert browser.page(asked.address.replace("/factor", "/confirm")).address.endswith("/account/joining")
    both = shown(browser.submit(asked, "verify", code=sms_codes(running, other)[-1]))
    assert both.html.count(other.name) >= 2
    unread = shown(browser.submit(both, "join"))
    assert (unread.status, unread.shows("understood")) == (422, True)
    done = shown(browser.submit(unread, "join", understood="yes"))
    assert done.shows("waiting")
    reported = "Hai tai khoan sap gop"
    assert wait_for("a notice", lambda: any(reported in text for text in running.listener.texts_to(other.phone)))
    others = new_browser()
    open_sign_in(others, other)
    confirming = others.page("/account/joining")
    going = shown(others.submit(confirming, "verify", code=sms_codes(running, other, 2)[-1]))
    assert going.shows("waiting")
    assert not shown(others.submit(going, "withdraw")).shows("waiting")
    assert not browser.page("/account/joining").shows("waiting")
