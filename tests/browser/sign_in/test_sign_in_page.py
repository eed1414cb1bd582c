"""The sign-in page: one answer for every wrong entry, both languages, keyboard alone, no script."""

from playwright.sync_api import Page

from tests.browser.people import citizen, phone_of
from tests.support.browser import Visitor

READY = citizen(9)
CITIZENS = (READY,)
UNKNOWN_NUMBER = "099187000001"


def test_a_wrong_password_and_an_unknown_number_get_the_same_page(visitor: Visitor) -> None:
    pages = []
    for number, password in ((READY.number, "not-the-password"), (UNKNOWN_NUMBER, "not-the-password")):
        visitor.open(visitor.system.provider("/sign-in"))
        visitor.sign_in(number, password)
        assert visitor.text("alert") == "Số định danh hoặc mật khẩu không đúng. Hãy kiểm tra rồi nhập lại."
        assert visitor.page.input_value("#identifier") == number
        assert visitor.page.input_value("#password") == ""
        pages.append((visitor.page.title(), visitor.text("main")))
    assert pages[0] == pages[1]


def test_oidc_core_3_1_2_6_who_cancels_is_back_at_the_portal_with_access_denied(visitor: Visitor) -> None:
    visitor.at(8101)
    visitor.click("login")
    visitor.click("cancel")
    assert visitor.page.url.startswith(visitor.system.portal(8101, "/callback?"))
    assert visitor.text("error-code") == "access_denied"
    assert "Không có thông tin nào được gửi" in visitor.text("error-help")
    visitor.click("login")
    visitor.sign_in(READY.number, READY.password)
    assert visitor.text("signed-in") == READY.name


def test_the_english_switch_keeps_the_way_to_the_portal(visitor: Visitor) -> None:
    visitor.at(8101)
    visitor.click("login")
    assert visitor.page.get_attribute("html", "lang") == "vi"
    visitor.click("other-language")
    assert visitor.page.get_attribute("html", "lang") == "en"
    assert visitor.text("heading") == "Sign in"
    visitor.sign_in(READY.number, "not-the-password")
    assert visitor.page.get_attribute("html", "lang") == "en"
    visitor.sign_in(READY.number, READY.password)
    assert visitor.text("signed-in") == READY.name


def test_oidc_core_3_1_2_1_the_language_chosen_at_the_portal_is_that_of_the_sign_in_page(visitor: Visitor) -> None:
    visitor.at(8101, "/?lang=en")
    visitor.click("login")
    assert visitor.page.get_attribute("html", "lang") == "en"


def test_the_keyboard_alone_signs_in(visitor: Visitor) -> None:
    page = visitor.at(8101)
    tab_to(page, "login")
    page.keyboard.press("Enter")
    page.wait_for_selector("#identifier")
    tab_to(page, "identifier")
    page.keyboard.type(READY.number)
    tab_to(page, "password", at_most=1)
    page.keyboard.type(READY.password)
    page.keyboard.press("Enter")
    page.wait_for_selector("#signed-in")
    tab_to(page, "logout")
    page.keyboard.press("Enter")
    page.wait_for_selector("#signed-out")


def test_wcag_2_4_1_the_first_key_stop_skips_to_the_content(visitor: Visitor) -> None:
    page = visitor.open(visitor.system.provider("/sign-in"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    tab_to(page, "identifier", at_most=1)


def test_the_password_shows_where_the_focus_is(visitor: Visitor) -> None:
    page = visitor.open(visitor.system.provider("/sign-in"))
    for element_id in ("identifier", "password", "sign-in", "register"):
        tab_to(page, element_id)
        style = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(style) != "none", element_id


def test_without_script_a_person_signs_in_is_known_elsewhere_steps_up_and_leaves(without_script: Visitor) -> None:
    visitor = without_script
    visitor.at(8101)
    visitor.click("login")
    visitor.sign_in(READY.number, READY.password)
    assert visitor.text("signed-in") == READY.name
    visitor.at(8102)
    assert visitor.text("signed-in") == READY.name
    before = visitor.codes_sent(phone_of(READY))
    visitor.at(8101, "/step-up")
    visitor.prefer_sms()
    visitor.page.fill("#code", visitor.new_code(phone_of(READY), before))
    visitor.click("verify")
    assert visitor.text("acr") == "loa3"
    visitor.click("logout")
    assert visitor.has("signed-out")


def tab_to(page: Page, element_id: str, at_most: int = 12) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(at_most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == element_id:
            return
    raise AssertionError(f"{at_most} presses of Tab did not reach #{element_id}")
