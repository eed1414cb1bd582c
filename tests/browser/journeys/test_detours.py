"""Back, reload, two tabs, a lost interaction, lost cookies: each ends signed in, or on a page that says what to do."""

from tests.browser.people import ANOTHERS_PHONE, HALF_WAY, citizen, phone_of
from tests.support.browser import Visitor

READY = citizen(4)
CITIZENS = (READY,)


def at_the_sign_in_page(visitor: Visitor, port: int = 8101) -> str:
    visitor.at(port)
    visitor.click("login")
    visitor.page.wait_for_selector("#sign-in")
    return visitor.page.url


def test_reloading_the_sign_in_page_and_its_refusal_keeps_the_way(visitor: Visitor) -> None:
    at_the_sign_in_page(visitor)
    visitor.page.reload()
    visitor.sign_in(READY.number, "not-the-password")
    visitor.page.wait_for_selector("#alert")
    visitor.page.reload()
    assert visitor.has("alert")
    visitor.sign_in(READY.number, READY.password)
    assert visitor.text("signed-in") == READY.name


def test_going_back_after_the_sign_in_never_asks_for_the_password_again(visitor: Visitor) -> None:
    at_the_sign_in_page(visitor)
    visitor.sign_in(READY.number, READY.password)
    visitor.page.wait_for_selector("#signed-in")
    visitor.page.go_back()
    assert visitor.text("signed-in") == READY.name


def test_going_back_from_the_code_page_and_on_again_ends_at_the_portal(visitor: Visitor) -> None:
    at_the_sign_in_page(visitor)
    visitor.sign_in(READY.number, READY.password)
    visitor.page.wait_for_selector("#signed-in")
    before = visitor.codes_sent(phone_of(READY))
    visitor.click("step-up")
    visitor.prefer_sms()
    code = visitor.new_code(phone_of(READY), before)
    visitor.page.go_back()
    visitor.page.go_forward()
    visitor.page.reload()
    assert visitor.codes_sent(phone_of(READY)) == before + 1
    visitor.page.fill("#code", code)
    visitor.click("verify")
    assert visitor.text("acr") == "loa3"


def test_two_tabs_of_two_portals_are_both_signed_in_by_one_password(visitor: Visitor) -> None:
    at_the_sign_in_page(visitor)
    second = visitor.context.new_page()
    second.goto(visitor.system.portal(8102, "/login"))
    second.wait_for_selector("#sign-in")
    visitor.sign_in(READY.number, READY.password)
    assert visitor.text("signed-in") == READY.name
    second.reload()
    assert second.locator("#signed-in").text_content() == READY.name


def test_two_tabs_may_both_send_the_password(visitor: Visitor) -> None:
    at_the_sign_in_page(visitor)
    second = visitor.context.new_page()
    second.goto(visitor.system.portal(8101, "/login"))
    second.wait_for_selector("#sign-in")
    visitor.sign_in(READY.number, READY.password)
    assert visitor.text("signed-in") == READY.name
    second.fill("#identifier", READY.number)
    second.fill("#password", READY.password)
    second.click("#sign-in")
    assert second.locator("#signed-in").text_content() == READY.name


def test_an_address_whose_interaction_is_gone_ends_on_a_page_that_says_what_to_do(visitor: Visitor) -> None:
    visitor.open(visitor.system.provider(f"/sign-in?i={'0' * 26}"))
    assert visitor.text("error-code") == "request_expired"
    assert visitor.text("error-help").startswith("Trang đã mở quá lâu")


def test_cookies_cleared_before_the_password_is_sent_begin_the_same_request_again(visitor: Visitor) -> None:
    at_the_sign_in_page(visitor)
    visitor.context.clear_cookies(domain="localhost")
    visitor.sign_in(READY.number, READY.password)
    visitor.page.wait_for_selector("#sign-in")
    visitor.sign_in(READY.number, READY.password)
    assert visitor.text("signed-in") == READY.name


def test_cookies_cleared_on_the_way_to_a_plain_sign_in_end_on_a_page_that_says_what_to_do(visitor: Visitor) -> None:
    visitor.open(visitor.system.provider("/sign-in"))
    visitor.context.clear_cookies()
    visitor.sign_in(READY.number, READY.password)
    assert visitor.text("error-code") == "form_rejected"
    assert "cho phép cookie" in visitor.text("error-help")
    visitor.click("restart")
    visitor.sign_in(READY.number, READY.password)
    assert visitor.text("display-name") == READY.name


def test_cookies_cleared_at_the_portal_end_on_its_page_that_says_what_to_do(visitor: Visitor) -> None:
    at_the_sign_in_page(visitor)
    visitor.context.clear_cookies(domain="127.0.0.1")
    visitor.sign_in(READY.number, READY.password)
    assert visitor.text("error-code") == "mismatching_state"
    visitor.click("login")
    assert visitor.text("signed-in") == READY.name


def test_cookies_cleared_in_the_middle_of_a_registration_end_on_a_page_that_says_what_to_do(visitor: Visitor) -> None:
    visitor.open(visitor.system.provider("/register"))
    visitor.declare(HALF_WAY, ANOTHERS_PHONE)
    visitor.page.wait_for_selector("#verify")
    visitor.context.clear_cookies()
    visitor.page.reload()
    assert visitor.text("error-code") == "request_expired"
    assert visitor.text("error-help") != ""
    visitor.click("restart")
    assert visitor.page.url == visitor.system.provider("/register")
