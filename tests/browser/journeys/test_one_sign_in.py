"""The line of the issue: register once, sign in once, be known everywhere, sign out everywhere."""

import json
from functools import partial

from playwright.sync_api import Page

from tests.browser.people import LINE, NEW_PASSWORD, citizen, own_phone
from tests.support.browser import Visitor, until

STATE_PORTALS = (8102, 8103)
READY = citizen(7)
CITIZENS = (READY,)


def test_one_registration_and_one_sign_in_open_every_portal_and_one_logout_closes_them(visitor: Visitor) -> None:
    register_and_sign_in_at_the_national_portal(visitor)
    subjects = {8101: visitor.claims()["id_token"]["sub"]}
    for port in STATE_PORTALS:
        subjects[port] = arrive_without_a_page(visitor, port)
    subjects[8104] = consent_at_the_bank(visitor)
    subjects[8105] = stay_a_pseudonym_until_the_name_is_shared(visitor)
    # OIDC Core 8.1: no two sectors can tell from `sub` that it is the same person.
    assert len(set(subjects.values())) == 5
    leave_everywhere(visitor)
    come_back_to_the_bank_without_a_second_consent(visitor, subjects[8104])


def register_and_sign_in_at_the_national_portal(visitor: Visitor) -> None:
    visitor.at(8101)
    visitor.click("login")
    visitor.click("register")
    visitor.register(LINE, own_phone(LINE), NEW_PASSWORD)
    visitor.click("continue")
    visitor.sign_in(LINE.number, NEW_PASSWORD)
    assert visitor.text("signed-in") == LINE.full_name
    claims = visitor.claims()
    assert claims["id_token"]["iss"] == visitor.system.provider()
    assert claims["id_token"]["aud"] == "cong-dich-vu-cong-quoc-gia"
    assert (claims["id_token"]["acr"], claims["id_token"]["amr"]) == ("loa2", ["pwd"])
    assert claims["userinfo"]["name"] == LINE.full_name
    assert claims["userinfo"]["birthdate"] == LINE.born
    assert claims["userinfo"]["phone_number"] == f"+84{own_phone(LINE)[1:]}"


def arrive_without_a_page(visitor: Visitor, port: int) -> object:
    visitor.shown.clear()
    visitor.at(port)
    assert visitor.shown == [visitor.system.portal(port)]
    assert visitor.text("signed-in") == LINE.full_name
    return visitor.claims()["id_token"]["sub"]


def consent_at_the_bank(visitor: Visitor) -> object:
    visitor.at(8104)
    visitor.click("login")
    visitor.page.wait_for_selector("#claims")
    assert visitor.page.url.startswith(visitor.system.provider("/consent?"))
    visitor.click("allow")
    assert visitor.text("signed-in") == LINE.full_name
    return visitor.claims()["id_token"]["sub"]


def stay_a_pseudonym_until_the_name_is_shared(visitor: Visitor) -> object:
    visitor.at(8105)
    visitor.shown.clear()
    visitor.click("login")
    assert visitor.text("signed-in").startswith("Người gửi ")
    assert visitor.shown == [visitor.system.portal(8105)]
    hidden = visitor.page.content() + json.dumps(visitor.claims(), ensure_ascii=False)
    for reported in (LINE.full_name, LINE.given, LINE.number, LINE.born):
        assert reported not in hidden
    subject = visitor.claims()["id_token"]["sub"]
    visitor.click("share-name")
    visitor.click("allow")
    assert visitor.text("signed-in") == LINE.full_name
    assert visitor.claims()["id_token"]["sub"] == subject
    return subject


def leave_everywhere(visitor: Visitor) -> None:
    tabs = {port: visitor.context.new_page() for port in (8101, 8102, 8103, 8104, 8105)}
    for port, tab in tabs.items():
        tab.goto(visitor.system.portal(port))
        assert tab.locator("#signed-in").count() == 1
    tabs[8103].click("#logout")
    for port, tab in tabs.items():
        until(partial(is_signed_out, tab, visitor.system.portal(port)), f"signed out at {port}")
    visitor.open(visitor.system.provider("/account"))
    assert visitor.has("sign-in")


def is_signed_out(tab: Page, address: str) -> bool:
    tab.goto(address)
    return tab.locator("#login").count() == 1 and tab.locator("#signed-in").count() == 0


def come_back_to_the_bank_without_a_second_consent(visitor: Visitor, subject: object) -> None:
    visitor.at(8104)
    visitor.click("login")
    visitor.shown.clear()
    visitor.sign_in(LINE.number, NEW_PASSWORD)
    assert visitor.text("signed-in") == LINE.full_name
    assert visitor.shown == [visitor.system.portal(8104)]
    assert visitor.claims()["id_token"]["sub"] == subject


def test_who_looked_at_a_portal_before_signing_in_elsewhere_is_known_there_afterwards(visitor: Visitor) -> None:
    visitor.at(8102)
    assert visitor.has("login")
    visitor.at(8101, "/login")
    visitor.sign_in(READY.number, READY.password)
    assert visitor.text("signed-in") == READY.name
    visitor.at(8102)
    assert visitor.text("signed-in") == READY.name
    visitor.click("logout")
    assert visitor.has("signed-out")
    visitor.at(8102)
    assert visitor.has("login")
