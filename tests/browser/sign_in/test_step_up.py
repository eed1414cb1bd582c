"""One more factor where a portal asks for it: a code from the inbox raises the level, and nothing else does."""

import pytest

from idp.account.model import ProofState
from tests.browser.people import citizen, phone_of
from tests.support.browser import Visitor

READY, WAITING = citizen(10), citizen(11, ProofState.WAITING)
READY_PHONE = phone_of(READY)
CITIZENS = (READY, WAITING)


def sign_in_at(visitor: Visitor, port: int, number: str = READY.number, password: str = READY.password) -> None:
    visitor.at(port)
    visitor.click("login")
    visitor.sign_in(number, password)
    if visitor.has("allow"):
        visitor.click("allow")
    assert visitor.has("signed-in")


@pytest.mark.parametrize("port", [8101, 8104])
def test_rfc9470_4_a_code_by_sms_raises_the_level_at_the_portal_that_asked(visitor: Visitor, port: int) -> None:
    sign_in_at(visitor, port)
    assert visitor.text("acr") == "loa2"
    before = visitor.codes_sent(READY_PHONE)
    visitor.click("step-up")
    visitor.prefer_sms()
    assert visitor.page.url.startswith(visitor.system.provider("/step-up?"))
    # The page names the phone without telling it.
    assert READY_PHONE[-3:] in visitor.text("main")
    assert READY_PHONE[1:-3] not in visitor.page.content()
    visitor.page.fill("#code", visitor.new_code(READY_PHONE, before))
    visitor.click("verify")
    assert visitor.text("signed-in") == READY.name
    claims = visitor.claims()["id_token"]
    assert (claims["acr"], claims["amr"]) == ("loa3", ["pwd", "sms", "mfa"])


def test_the_raised_level_is_known_at_the_next_portal(visitor: Visitor) -> None:
    sign_in_at(visitor, 8101)
    before = visitor.codes_sent(READY_PHONE)
    visitor.click("step-up")
    visitor.prefer_sms()
    visitor.page.fill("#code", visitor.new_code(READY_PHONE, before))
    visitor.click("verify")
    visitor.at(8102)
    assert visitor.text("acr") == "loa3"


def test_a_wrong_code_stays_on_the_page_and_a_new_one_ends_the_first(visitor: Visitor) -> None:
    sign_in_at(visitor, 8101)
    before = visitor.codes_sent(READY_PHONE)
    visitor.click("step-up")
    visitor.prefer_sms()
    first = visitor.new_code(READY_PHONE, before)
    visitor.page.fill("#code", f"{(int(first) + 1) % 1_000_000:06}")
    visitor.click("verify")
    assert visitor.text("code-error") == "Mã không đúng. Hãy xem lại tin nhắn mới nhất rồi nhập lại."
    visitor.click("resend")
    assert visitor.text("resent") == "Đã gửi mã mới. Các mã cũ không còn dùng được."
    second = visitor.new_code(READY_PHONE, before + 1)
    visitor.page.fill("#code", first)
    visitor.click("verify")
    assert first == second or visitor.has("code-error")
    visitor.page.fill("#code", second)
    visitor.click("verify")
    assert visitor.text("acr") == "loa3"


def test_who_cancels_the_code_stays_signed_in_at_the_old_level(visitor: Visitor) -> None:
    sign_in_at(visitor, 8101)
    visitor.click("step-up")
    visitor.prefer_sms()
    visitor.click("cancel")
    assert visitor.text("error-code") == "access_denied"
    visitor.at(8101)
    assert visitor.text("acr") == "loa2"


def test_an_identity_that_is_not_proved_is_not_raised_and_the_portal_says_so(visitor: Visitor) -> None:
    sign_in_at(visitor, 8101, WAITING.number, WAITING.password)
    visitor.click("step-up")
    visitor.prefer_sms()
    assert visitor.text("acr") == "loa1"
    assert visitor.page.locator("main [role=alert]").count() == 1
