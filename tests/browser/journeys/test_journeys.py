"""Whole journeys of people: no smartphone, a shared computer, a register that was away, a new number, a death."""

from collections.abc import Mapping

import httpx2
import pytest

from portals.relying_party.pages import pseudonym
from portals.simulator.faults import Mode
from portals.simulator.person import Person
from tests.browser.conftest import NewVisitor
from tests.browser.people import (
    BACK_AGAIN,
    CARD_ONLY,
    LATE,
    NEW_NUMBER,
    NEW_PASSWORD,
    RENUMBERED,
    citizen,
    own_phone,
)
from tests.browser.store import write
from tests.support.browser import PATIENCE, Visitor, until

READY = citizen(5)
CITIZENS = (READY,)
# The minute that a proof waits before the register is asked again, gone at once.
WAITED = "UPDATE register_jobs SET due_at = started_at WHERE finished_at IS NULL"


def registered(visitor: Visitor, person: Person) -> None:
    visitor.open(visitor.system.provider("/register"))
    visitor.register(person, own_phone(person), NEW_PASSWORD)


def signed_in_at(visitor: Visitor, port: int, number: str, password: str = NEW_PASSWORD) -> Mapping[str, object]:
    visitor.at(port)
    visitor.click("login")
    visitor.sign_in(number, password)
    visitor.page.wait_for_selector("#signed-in")
    return visitor.claims()["id_token"]


def change(visitor: Visitor, **values: str) -> None:
    """Post a change to the register, as its officers would."""
    assert httpx2.post(
        f"{visitor.system.simulator}controls/changes", json=values, timeout=PATIENCE.total_seconds()
    ).status_code in {200, 201}


def is_signed_in(visitor: Visitor, port: int) -> bool:
    visitor.at(port)
    return visitor.has("signed-in")


def test_without_a_smartphone_a_printed_code_raises_the_level_once(visitor: Visitor) -> None:
    registered(visitor, CARD_ONLY)
    visitor.open(visitor.system.provider("/sign-in"))
    visitor.sign_in(CARD_ONLY.number, NEW_PASSWORD)
    before = visitor.codes_sent(own_phone(CARD_ONLY))
    # Who changes how the account is protected shows a second factor first: so far that is the plain phone's SMS.
    visitor.open(visitor.system.provider("/account/recovery-codes"))
    visitor.page.fill("#code", visitor.new_code(own_phone(CARD_ONLY), before))
    visitor.click("verify")
    visitor.click("replace")
    printed = visitor.page.locator("#codes code").all_text_contents()
    assert len(printed) == len(set(printed)) == 10
    visitor.open(visitor.system.provider("/account"))
    visitor.click("sign-out")
    signed_in_at(visitor, 8101, CARD_ONLY.number)
    visitor.click("step-up")
    if visitor.has("use-recovery_code"):
        visitor.click("use-recovery_code")
    visitor.page.fill("#code", printed[3])
    visitor.click("verify")
    claims = visitor.claims()["id_token"]
    assert (claims["acr"], claims["amr"]) == ("loa3", ["otp", "pwd", "mfa"])


def test_at_a_shared_computer_nothing_is_remembered_and_one_button_ends_everything(visitor: Visitor) -> None:
    visitor.at(8101)
    visitor.click("login")
    visitor.page.check("#shared-computer")
    visitor.sign_in(READY.number, READY.password)
    assert visitor.text("signed-in") == READY.name
    visitor.at(8102)
    assert visitor.has("signed-in")
    visitor.open(visitor.system.provider("/account"))
    assert READY.name in visitor.text("main") or READY.name in visitor.page.content()
    names = {str(cookie["name"]) for cookie in visitor.context.cookies(visitor.system.provider())}
    assert not [name for name in names if "device" in name]
    assert all(cookie["expires"] == -1 for cookie in visitor.context.cookies() if "session" in str(cookie["name"]))
    visitor.click("sign-out-everywhere")
    until(lambda: not is_signed_in(visitor, 8101), "the first portal's session ends")
    visitor.click("login")
    assert visitor.has("password"), "the next person meets an empty sign-in page"
    assert READY.name not in visitor.page.content()
    assert visitor.page.input_value("#identifier") == ""


def test_a_register_that_was_away_proves_later_without_the_person(visitor: Visitor, new_visitor: NewVisitor) -> None:
    visitor.set_register(Mode.DOWN)
    try:
        registered(visitor, BACK_AGAIN)
        # The register is down: signing in works, only the level says what is not proved yet.
        assert signed_in_at(visitor, 8101, BACK_AGAIN.number)["acr"] == "loa1"
        visitor.open(visitor.system.provider("/account"))
        assert visitor.has("proof-waiting")
    finally:
        visitor.set_register(Mode.OK)
    write(visitor.system, WAITED)
    other = new_visitor()
    inbox = other.open(visitor.system.inbox)

    def reported() -> bool:
        inbox.reload()
        own = inbox.locator(f"article[data-to='+84{own_phone(BACK_AGAIN)[1:]}'] .text").all_text_contents()
        return any("Danh tinh cua ban da duoc xac thuc" in text for text in own)

    until(reported, "the person is told that the proof came")
    visitor.open(visitor.system.provider("/account"))
    assert not visitor.has("proof-waiting")
    # The session keeps its level; the next sign-in has the new one.
    assert signed_in_at(other, 8101, BACK_AGAIN.number)["acr"] == "loa2"


@pytest.mark.long
def test_a_replaced_number_signs_in_to_the_same_person_and_the_old_one_to_nobody(
    visitor: Visitor, new_visitor: NewVisitor
) -> None:
    registered(visitor, RENUMBERED)
    before = signed_in_at(visitor, 8101, RENUMBERED.number)
    change(visitor, kind="number_replaced", number=RENUMBERED.number, new_number=NEW_NUMBER)
    newcomer = new_visitor()

    def knows_the_new_number() -> bool:
        newcomer.open(visitor.system.provider("/sign-in"))
        newcomer.sign_in(NEW_NUMBER, NEW_PASSWORD)
        return newcomer.page.url.endswith("/account")

    until(knows_the_new_number, "the feed is applied")
    newcomer.at(8101)
    newcomer.click("login")
    newcomer.page.wait_for_selector("#signed-in")
    assert newcomer.claims()["id_token"]["sub"] == before["sub"]
    old = new_visitor()
    old.open(visitor.system.provider("/sign-in"))
    old.sign_in(RENUMBERED.number, NEW_PASSWORD)
    assert old.has("alert")


@pytest.mark.long
def test_a_death_in_the_feed_ends_every_session_and_subscribed_portals_are_told(
    visitor: Visitor, new_visitor: NewVisitor
) -> None:
    registered(visitor, LATE)
    subject = signed_in_at(visitor, 8101, LATE.number)["sub"]
    change(visitor, kind="died", number=LATE.number)
    until(lambda: not is_signed_in(visitor, 8101), "the portal's session ends")
    relative = new_visitor()
    relative.open(visitor.system.provider("/sign-in"))
    relative.sign_in(LATE.number, NEW_PASSWORD)
    # The same words as for a wrong password: the page tells nobody who has died.
    assert relative.has("alert")
    # The page shows who by the portal's pseudonym, never the subject itself.
    known_as = pseudonym(str(subject))
    events = relative.at(8101, "/events")

    def heard() -> bool:
        events.reload()
        reported = events.locator("#events li[data-event=account-disabled]").all_text_contents()
        return any(known_as in line for line in reported)

    until(heard, "the subscribed portal hears of it")
