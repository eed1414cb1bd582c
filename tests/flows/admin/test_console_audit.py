"""The audit log in the console: searched, looked at, exported, each as far as roles reach."""

import csv
import re
from collections.abc import Callable
from io import StringIO

import pytest

from clients.model import ClientId
from idp.officers.roles import NATIONAL, Role
from idp.web.admin.audit.audit import PATH
from tests.flows.console_people import administrator, make_stale, path_of, press
from tests.flows.officer_people import AGENCY
from tests.flows.running_provider import RunningProvider
from tests.support.page import Page
from tests.support.parties.relying_party import sign_in
from tests.support.plain.browser import Browser
from tests.support.waiting import wait_for

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

NewBrowser = Callable[[], Browser]
REDEEMED = "client:code:redeemed"
EVENT = re.compile(r'href="(/admin/audit/[0-9a-v]{26})"')


def searched(browser: Browser, **fields: str) -> Page:
    """Send the search and return the page after it, once it shows an event: events of programs come in batches."""

    def some() -> Page | None:
        page = press(browser, browser.page(PATH), "search", **fields)
        return page if page.shows("events") else None

    return wait_for(f"events of {fields}", some)


@pytest.mark.both_forms
def test_a_national_operator_finds_a_persons_event_and_looks_at_it(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    citizen, operators = running.citizen(), new_browser()
    sign_in(browser, running.party(), citizen)
    administrator(running, operators, Role.NATIONAL_OPERATOR, NATIONAL)
    account = running.provider.account_of(citizen.number)
    page = searched(operators, account_id=account, name=REDEEMED, client_id="quoc-gia")
    (address,) = EVENT.findall(page.html)
    one = operators.page(address)
    assert REDEEMED in one.html
    assert not one.shows("withheld")
    assert "quoc-gia" in one.html


def test_an_agency_sees_its_own_and_no_person(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    sign_in(browser, running.party(ClientId("quan-tri")), running.citizen(), scope="openid")
    agencys = new_browser()
    administrator(running, agencys, Role.AUDITOR, AGENCY)
    page = searched(agencys, client_id="quan-tri", name=REDEEMED)
    assert not page.shows("account_id")
    assert agencys.page(EVENT.findall(page.html)[0]).shows("withheld")
    foreign = agencys.http.get(PATH, params={"client_id": "quoc-gia"})
    assert (foreign.status_code, "events" in foreign.text) == (404, False)


def test_what_cannot_be_looked_for_is_marked(running: RunningProvider, browser: Browser) -> None:
    administrator(running, browser, Role.AUDITOR, NATIONAL)
    page = press(browser, browser.page(PATH), "search", name="no:such:event", client_id="<b>", since="yesterday")
    assert path_of(page) == PATH
    assert all(page.shows(f"{field}-error") for field in ("name", "client_id", "since"))
    assert not page.shows("until-error")


def test_an_export_wants_a_fresh_factor_and_is_recorded(running: RunningProvider, browser: Browser) -> None:
    person = administrator(running, browser, Role.AUDITOR, AGENCY)
    form = {**browser.page(PATH).values, "client_id": "quan-tri", "format": "csv", "action": "export"}
    answer = browser.http.post(PATH, data=form)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert all(row["client_id"] == "quan-tri" for row in csv.DictReader(StringIO(answer.text)))
    assert searched(browser, name="admin:audit:exported").shows("events")
    make_stale(running, person)
    refused = browser.http.post(PATH, data=form)
    assert (refused.status_code, refused.headers["location"]) == (303, "/account/confirm?to=admin-audit")
