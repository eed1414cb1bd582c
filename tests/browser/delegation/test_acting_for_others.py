"""Acting for others from the first claim to the end, through the pages alone: a delegation, a guardian and a child."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx2
import pytest

from clients.local_days import day_of
from clients.model import ClientId
from portals.simulator.enterprises import BY_CODE
from portals.simulator.people import BY_NUMBER
from tests.browser.account.test_own_account import confirm
from tests.browser.conftest import NewVisitor
from tests.browser.gallery import Gallery, in_language
from tests.browser.mandate_steps import accept, at_home_as, claim_organisation, fill_in_ward, give, press
from tests.browser.people import NEW_PASSWORD, own_phone
from tests.support.browser import PATIENCE, EmbeddedSystem, Visitor, until

# In no other test, but for the mother; nobody has a phone that begins with 050.
BOSS = BY_NUMBER["079999000040"]
BOSS_PHONE = own_phone(BOSS)
CLERK = BY_NUMBER["030999000042"]
CLERK_PHONE = own_phone(CLERK)
DEPUTY = BY_NUMBER["001899000013"]
DEPUTY_PHONE = own_phone(DEPUTY)
ASSISTANT = BY_NUMBER["019999000014"]
ASSISTANT_PHONE = own_phone(ASSISTANT)
STRANGER = BY_NUMBER["101899000038"]
STRANGER_PHONE = own_phone(STRANGER)
MOTHER, CHILD = BY_NUMBER["001999000031"], BY_NUMBER["001999000033"]
MOTHER_PHONE = own_phone(MOTHER)
SEA = BY_CODE["1000000040"]
FOR_SEA = f"{SEA.name} ({SEA.code})"
ONESELF = "chính mình"
NATIONAL, CITY, BANK = 8101, 8103, 8104
LAST_DAY = day_of(datetime.now(UTC) + timedelta(days=30))


@pytest.fixture
def boss(new_visitor: NewVisitor) -> Visitor:
    """The representative, who has claimed the organisation within the last minute."""
    boss = new_visitor()
    at_home_as(boss, BOSS, BOSS_PHONE)
    claim_organisation(boss, BOSS_PHONE, SEA)
    return boss


@pytest.fixture
def unreachable_portal(system: EmbeddedSystem) -> Iterator[None]:
    """The national portal gets no logout notice: its address for them leads nowhere."""
    client_id, name = ClientId("cong-dich-vu-cong-quoc-gia"), "Cổng Dịch vụ công quốc gia"
    moved = f"{name} (đang chuyển)"
    system.register_anew(client_id, client_name=moved, backchannel_logout_uri=system.portal(NATIONAL, "/khong-co"))
    until(lambda: names_the_portal(system, moved), "the provider knows the changed client")
    yield
    system.register_anew(client_id)
    until(lambda: not names_the_portal(system, moved), "the provider knows the client as it was")


def names_the_portal(system: EmbeddedSystem, name: str) -> bool:
    """Look at the sign-in page that the portal leads to: it shows which registration the provider goes by."""
    answer = httpx2.get(system.portal(NATIONAL, "/login"), follow_redirects=True, timeout=PATIENCE.total_seconds())
    return name in answer.text


def take(gallery: Gallery, name: str) -> None:
    """Take in the page that the gallery's visitor is at, in both languages, and go on in Vietnamese."""
    address = gallery.visitor.page.url
    gallery.visit(name, address)
    gallery.visitor.open(in_language(address, "vi"))


def choose_at_the_portal(visitor: Visitor, number: str, principal: str, port: int = NATIONAL) -> None:
    """Sign in at a portal and choose for whom."""
    visitor.at(port, "/login")
    if visitor.has("identifier"):
        visitor.sign_in(number, NEW_PASSWORD)
    press(visitor, f"Thay mặt {principal}")
    visitor.page.wait_for_selector("#acting-for")


def is_signed_out(visitor: Visitor) -> bool:
    visitor.at(NATIONAL)
    return visitor.has("login") and not visitor.has("signed-in")


def is_told(visitor: Visitor) -> None:
    """Nobody but the provider told the portal: the person only looks at its page."""
    until(partial(is_signed_out, visitor), "signed out at the portal")


def acts_for_nobody_else(visitor: Visitor) -> None:
    """The portal's next sign-in asks nothing and says so."""
    visitor.at(NATIONAL, "/login")
    visitor.page.wait_for_selector("#acting-for")
    assert visitor.text("acting-for") == ONESELF
    assert visitor.claims()["id_token"].keys().isdisjoint({"act", "acting_for"})


def test_a_delegation_is_given_accepted_used_and_revoked_while_in_use(boss: Visitor, gallery: Gallery) -> None:
    clerk = gallery.visitor
    provider = clerk.system.provider
    at_home_as(clerk, CLERK, CLERK_PHONE)
    give(boss, SEA, CLERK, {"view", "file"}, LAST_DAY)
    confirm(clerk, "/account/contacts", CLERK_PHONE)
    clerk.open(provider("/account/mandates"))
    offered = clerk.page.inner_text("#offered")
    for reported in (SEA.name, SEA.code, BOSS.full_name, "xem hồ sơ, nộp hồ sơ", f"hết ngày {LAST_DAY:%d/%m/%Y}"):
        assert reported in offered
    take(gallery, "delegation-offered")
    accept(clerk)
    take(gallery, "delegation-held")
    clerk.at(NATIONAL, "/login")
    take(gallery, "delegation-choice")
    assert f"hết ngày {LAST_DAY:%d/%m/%Y}" in clerk.page.inner_text("#act-for")
    choose_at_the_portal(clerk, CLERK.number, SEA.name)
    assert (clerk.text("signed-in"), clerk.text("acting-for")) == (CLERK.full_name, FOR_SEA)
    token = clerk.claims()["id_token"]
    principal = token["acting_for"]
    assert isinstance(principal, dict)
    assert (principal["type"], principal["kind"], principal["code"]) == ("organisation", "delegate", SEA.code)
    assert principal["powers"] == ["view", "file"]
    assert token["act"] == {"sub": token["sub"]}
    take(gallery, "delegation-portal")
    clerk.at(CITY)
    assert clerk.text("acting-for") == FOR_SEA
    clerk.at(NATIONAL)
    still_open = clerk.context.new_page()
    still_open.goto(clerk.system.portal(NATIONAL))
    boss.open(provider("/account/mandates"))
    press(boss, f"Chấm dứt ủy quyền cho {CLERK.full_name}")
    is_told(clerk)
    still_open.click("#refresh")
    still_open.wait_for_selector("#login")
    take(gallery, "delegation-portal-told")
    acts_for_nobody_else(clerk)
    clerk.click("act-for")
    assert clerk.text("acting-for") == ONESELF
    # The city was told too; it asked again without a page, and learned that only the person is there.
    clerk.at(CITY)
    assert clerk.text("acting-for") == ONESELF
    clerk.open(provider("/account/mandates"))
    assert "đã chấm dứt" in clerk.page.inner_text("#held")
    take(gallery, "delegation-ended")


def test_a_portal_that_could_not_be_told_is_refused_at_the_next_refresh(
    boss: Visitor, visitor: Visitor, unreachable_portal: None
) -> None:
    at_home_as(visitor, CLERK, CLERK_PHONE)
    give(boss, SEA, CLERK, {"view"}, LAST_DAY)
    confirm(visitor, "/account/contacts", CLERK_PHONE)
    accept(visitor)
    choose_at_the_portal(visitor, CLERK.number, SEA.name)
    visitor.click("refresh")
    assert visitor.text("acting-for") == FOR_SEA
    press(boss, f"Chấm dứt ủy quyền cho {CLERK.full_name}")
    boss.page.wait_for_selector("#done")
    visitor.at(NATIONAL)
    assert visitor.text("acting-for") == FOR_SEA
    visitor.click("refresh")
    assert visitor.text("error-code") == "invalid_grant"
    assert is_signed_out(visitor)


def test_who_leaves_a_delegation_takes_along_what_they_passed_on(
    boss: Visitor, new_visitor: NewVisitor, gallery: Gallery
) -> None:
    deputy, assistant = gallery.visitor, new_visitor()
    provider = deputy.system.provider
    at_home_as(deputy, DEPUTY, DEPUTY_PHONE)
    give(boss, SEA, DEPUTY, {"view", "file", "delegate"}, LAST_DAY)
    confirm(deputy, "/account/mandates/give", DEPUTY_PHONE)
    accept(deputy)
    give(deputy, SEA, ASSISTANT, {"view"}, LAST_DAY)
    take(gallery, "delegation-passed-on")
    at_home_as(assistant, ASSISTANT, ASSISTANT_PHONE)
    confirm(assistant, "/account/contacts", ASSISTANT_PHONE)
    accept(assistant)
    for one, number in ((deputy, DEPUTY.number), (assistant, ASSISTANT.number)):
        choose_at_the_portal(one, number, SEA.name)
        assert one.text("acting-for") == FOR_SEA
    deputy.open(provider("/account/mandates"))
    press(deputy, f"Thôi làm thay {SEA.name}")
    is_told(assistant)
    is_told(deputy)
    acts_for_nobody_else(assistant)
    acts_for_nobody_else(deputy)
    assistant.open(provider("/account/mandates"))
    assert "đã chấm dứt" in assistant.page.inner_text("#held")
    boss.open(provider("/account/mandates"))
    assert "đã chấm dứt" in boss.page.inner_text("#given")
    assert boss.page.get_by_role("button", name=f"Chấm dứt ủy quyền cho {DEPUTY.full_name}").count() == 0


def test_a_guardian_acts_for_a_child(gallery: Gallery) -> None:
    mother = gallery.visitor
    at_home_as(mother, MOTHER, MOTHER_PHONE)
    confirm(mother, "/account/mandates/ward", MOTHER_PHONE)
    fill_in_ward(mother, CHILD)
    mother.page.wait_for_selector("#held")
    mother.at(NATIONAL, "/login")
    take(gallery, "guardian-choice")
    choose_at_the_portal(mother, MOTHER.number, CHILD.full_name)
    assert (mother.text("signed-in"), mother.text("acting-for")) == (MOTHER.full_name, CHILD.full_name)
    token = mother.claims()["id_token"]
    principal = token["acting_for"]
    assert isinstance(principal, dict)
    assert (principal["kind"], principal["type"], principal["name"]) == ("guardian", "person", CHILD.full_name)
    # A child's number is in no token; the child is known to the portal as a subject of its own.
    assert "code" not in principal
    assert principal["sub"] != token["sub"]
    assert token["act"] == {"sub": token["sub"]}
    take(gallery, "guardian-portal")


def test_who_is_no_guardian_is_refused_in_words(gallery: Gallery) -> None:
    stranger = gallery.visitor
    at_home_as(stranger, STRANGER, STRANGER_PHONE)
    confirm(stranger, "/account/mandates/ward", STRANGER_PHONE)
    for language, words in (
        ("vi", "bạn không phải người đại diện đã đăng ký"),
        ("en", "you are not its registered representative"),
    ):
        stranger.open(in_language(stranger.system.provider("/account/mandates/ward"), language))
        fill_in_ward(stranger, CHILD)
        assert words in stranger.page.inner_text("#refused")
        gallery.take(f"ward-stranger-{language}", stranger.page)
    stranger.open(in_language(stranger.system.provider("/account/mandates"), "vi"))
    assert stranger.has("none-held")
    acts_for_nobody_else(stranger)


def test_who_acts_for_nobody_is_led_from_the_portal_to_where_that_changes(gallery: Gallery) -> None:
    stranger = gallery.visitor
    at_home_as(stranger, STRANGER, STRANGER_PHONE)
    stranger.at(BANK, "/login")
    if stranger.has("allow"):
        stranger.click("allow")
    stranger.click("business")
    assert stranger.has("nobody")
    dead_end = stranger.page.url
    take(gallery, "act-for-dead-end")
    stranger.click("to-mandates")
    assert stranger.page.url == stranger.system.provider("/account/mandates")
    stranger.open(dead_end)
    stranger.click("to-organisations")
    assert stranger.page.url == stranger.system.provider("/account/organisations")
    assert stranger.has("claim-organisation")
