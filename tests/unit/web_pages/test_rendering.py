"""What each page says and offers."""

from datetime import timedelta
from itertools import product
from typing import get_args

import pytest

from idp.account.model import ProofState
from idp.kernel.locales import LOCALES, Locale
from idp.sign_in.levels import ACR_VALUES
from idp.web.http.error_page import ErrorCode
from idp.web.http.page import Page, SharedSessionBanner
from idp.web.http.texts import Message, Texts
from idp.web.legacy.pages import LegacyReason
from idp.web.sign_in.pages import ClaimKey, CodePurpose
from records.structs import replace
from tests.support.every import for_each
from tests.unit.web_pages.document import Document, Element
from tests.unit.web_pages.samples import every as samples
from tests.unit.web_pages.samples.account import account_home_page
from tests.unit.web_pages.samples.legacy import legacy_refused_page
from tests.unit.web_pages.shown import NONCE, Sample, every_page, read, site_pages

VI = Texts("vi")


def named(*words: str) -> str:
    return " ".join(words)


@pytest.mark.parametrize(
    ("page", "ids"),
    [
        (samples.sign_in_page(), ["identifier", "password", "sign-in", "cancel"]),
        (replace(samples.sign_in_page(), known=samples.known_person()), ["identifier", "password", "sign-in"]),
        (samples.code_page(), ["code", "verify", "cancel"]),
        (samples.consent_page(), ["allow", "deny"]),
        (samples.form_post_page(), ["response", "continue"]),
        (samples.logout_confirm_page(), ["confirm-logout"]),
        (samples.signed_out_page(), ["signed-out"]),
        (samples.error_page(), ["error-help", "error-code"]),
    ],
    ids=lambda value: getattr(value, "template", None),
)
def test_the_fixed_element_ids_are_there_in_page_order(page: Page, ids: list[str]) -> None:
    assert [name for name in read(page).ids() if name in ids] == ids


@every_page
def test_the_enter_key_takes_the_main_button(sample: Sample) -> None:
    """A browser submits with the first button of the form, from any field that is typed into."""
    for elements in forms_of(sample.read()):
        kinds = {e.attributes["type"] for e in elements if e.tag == "input"}
        buttons = [e for e in elements if e.tag == "button"] if kinds - {"hidden", "checkbox", "radio"} else []
        # The only button of a form is the main one, whatever it looks like.
        assert len(buttons) < 2 or buttons[0].attributes.get("class") == "primary"


def forms_of(document: Document) -> list[list[Element]]:
    """Return the elements of each form of a page, and with them what follows it up to the next."""
    forms: list[list[Element]] = []
    for element in document.elements:
        if element.tag == "form":
            forms.append([])
        if forms:
            forms[-1].append(element)
    return forms


def test_sign_in_keeps_the_identifier_and_never_the_password() -> None:
    document = read(replace(samples.sign_in_page(), identifier="001899000001"))
    assert document.by_id("identifier").attributes["value"] == "001899000001"
    assert document.by_id("password").attributes["value"] == ""


def test_sign_in_fields_tell_password_managers_and_keyboards_what_they_are() -> None:
    document = read(samples.sign_in_page())
    assert document.by_id("identifier").attributes["autocomplete"] == "username webauthn"
    assert document.by_id("identifier").attributes["inputmode"] == "numeric"
    assert document.by_id("password").attributes["autocomplete"] == "current-password"


def test_sign_in_error_is_announced_and_described_at_both_fields() -> None:
    document = read(replace(samples.sign_in_page(), error=Message("wrong_credentials")))
    alert = document.by_id("alert")
    assert (alert.attributes["role"], alert.text) == ("alert", VI.get("messages.wrong_credentials"))
    assert document.by_id("identifier").attributes["aria-describedby"] == "identifier-hint alert"
    assert document.by_id("password").attributes["aria-describedby"] == "alert"
    assert document.all("title")[0].text.startswith("Lỗi: Đăng nhập")


def test_sign_in_without_error_has_no_alert() -> None:
    assert not [e for e in read(samples.sign_in_page()).elements if e.attributes.get("role") == "alert"]


def test_too_many_tries_says_in_words_when_to_come_back() -> None:
    error = Message("too_many_tries", {"retry_after": timedelta(minutes=15)})
    page = replace(samples.sign_in_page(), error=error)
    assert read(page).by_id("alert").text == (
        "Đã có quá nhiều lần thử từ mạng này. Hãy thử lại sau 15 phút, hoặc dùng khóa truy cập, VNeID hay thiết bị bạn "
        "đã từng đăng nhập."
    )
    assert read(page, "en").by_id("alert").text == (
        "Too many tries from this network. Try again in 15 minutes, use a passkey or VNeID, or a device you have "
        "signed in with before."
    )


def test_state_portal_notice_names_portal_claims_and_law() -> None:
    page = samples.sign_in_page()
    assert page.notice is not None
    notice = replace(page.notice, client_name="Cổng dịch vụ công Bộ Tư pháp", legal_basis="Nghị định 118/2025/NĐ-CP")
    text = read(replace(page, notice=notice)).by_id("notice").text
    assert "Cổng dịch vụ công Bộ Tư pháp nhận" in text
    assert "Họ và tên Ngày sinh" in text
    assert "Căn cứ pháp lý: Nghị định 118/2025/NĐ-CP" in text


def test_without_a_notice_no_claim_is_named() -> None:
    assert "notice" not in read(replace(samples.sign_in_page(), notice=None)).ids()


def test_repeated_sign_in_names_the_person_and_another_way() -> None:
    document = read(replace(samples.sign_in_page(), known=samples.known_person()))
    assert document.all("h1")[0].text == "Xác nhận lại là bạn"
    assert samples.PLAIN in document.all("main")[0].text
    assert document.by_id("other-account").attributes["href"] == samples.known_person().other_account_url
    assert "register" not in document.ids()


def test_repeated_sign_in_asks_the_identifier_only_of_somebody_else() -> None:
    known = read(replace(samples.sign_in_page(), known=samples.known_person(), identifier=""))
    assert "required" not in known.by_id("identifier").attributes
    assert "0018••••0001" in known.by_id("identifier-hint").text
    assert "required" in read(samples.sign_in_page()).by_id("identifier").attributes


def test_code_page_says_where_the_code_went_and_how_long_it_lives() -> None:
    text = read(replace(samples.code_page(), masked_phone="09•• ••• 678")).all("main")[0].text
    assert "số 09•• ••• 678. Mã có hiệu lực 2 phút." in text


def test_code_field_takes_the_code_of_the_message_and_pasting() -> None:
    attributes = read(samples.code_page()).by_id("code").attributes
    assert (attributes["autocomplete"], attributes["inputmode"]) == ("one-time-code", "numeric")
    assert "maxlength" not in attributes


def test_a_new_code_is_announced_only_when_one_was_sent() -> None:
    assert read(samples.code_page()).by_id("resent").attributes["role"] == "status"
    assert "resent" not in read(replace(samples.code_page(), resent=False)).ids()


def test_wrong_code_is_linked_to_its_field() -> None:
    code = read(replace(samples.code_page(), error=Message("code_wrong"))).by_id("code").attributes
    assert (code["aria-invalid"], code["aria-describedby"]) == ("true", "code-hint code-error")


@for_each(lambda: product(get_args(CodePurpose), LOCALES), named)
def test_each_purpose_of_a_code_has_its_own_heading(purpose: CodePurpose, locale: Locale) -> None:
    document = read(replace(samples.code_page(), purpose=purpose), locale)
    assert document.all("h1")[0].text == Texts(locale).get(f"code.title_{purpose}")


@pytest.mark.parametrize("locale", LOCALES)
def test_consent_lists_exactly_the_claims_asked_for(locale: Locale) -> None:
    claims: tuple[ClaimKey, ...] = get_args(ClaimKey)
    listed = read(replace(samples.consent_page(), claims=claims), locale).by_id("claims").text
    assert listed == " ".join(Texts(locale).get(f"claims.{claim}") for claim in claims)


def test_consent_shows_no_link_or_picture_that_is_not_https() -> None:
    page = replace(
        samples.consent_page(),
        logo_url=None,
        client_uri="javascript:alert(1)",
        policy_uri="//bank.example/policy",
        tos_uri=None,
    )
    document = read(page)
    assert [image.attributes["class"] for image in document.all("img")] == ["emblem"]
    assert [link for link in document.all("a") if link.attributes.get("target")] == []


def test_consent_links_cannot_reach_back_to_our_page() -> None:
    links = [link.attributes for link in read(samples.consent_page()).all("a") if "target" in link.attributes]
    assert [link["rel"] for link in links] == ["noopener noreferrer"] * 3


def test_registration_errors_are_summed_up_in_page_order_and_marked_at_their_fields() -> None:
    page = replace(
        samples.register_identity_page(),
        errors={"phone": Message("phone_landline"), "birth_date": Message("birth_date_invalid")},
    )
    document = read(page)
    (summary,) = [e for e in document.elements if e.attributes.get("role") == "alert"]
    birth_date, phone = VI.get("messages.birth_date_invalid"), VI.get("messages.phone_landline")
    assert summary.text == f"Cần sửa lại {birth_date} {phone}"
    assert document.by_id("birth-year").attributes["aria-describedby"] == "birth-date-error"
    assert document.by_id("phone").attributes["aria-describedby"] == "phone-hint phone-error"
    assert "aria-invalid" not in document.by_id("number").attributes


def test_registration_keeps_what_was_typed() -> None:
    document = read(replace(samples.register_identity_page(), birth_year="1950", birth_day="", birth_month=""))
    values = [document.by_id(f"birth-{part}").attributes["value"] for part in ("day", "month", "year")]
    assert values == ["", "", "1950"]


def test_registration_form_field_names_and_autofill() -> None:
    inputs = [e.attributes for e in read(samples.register_identity_page()).all("input")]
    assert [(i["name"], i["autocomplete"]) for i in inputs if i["type"] != "hidden"] == [
        ("number", "username"),
        ("full_name", "name"),
        ("birth_day", "bday-day"),
        ("birth_month", "bday-month"),
        ("birth_year", "bday-year"),
        ("phone", "tel"),
    ]


def test_password_page_states_the_length_alone_and_refuses_no_paste() -> None:
    document = read(samples.register_password_page())
    assert document.by_id("password-hint").text.startswith("Ít nhất 15 ký tự.")
    assert document.by_id("password").attributes["autocomplete"] == "new-password"
    assert document.by_id("password-error").text == "Mật khẩu phải có ít nhất 15 ký tự. Hãy thêm vài từ."


def test_the_end_of_a_registration_tells_no_result_and_offers_every_way_on() -> None:
    """EN-1: whatever was true of the number, the same bytes; what is missing for the next level in plain words."""
    document = read(samples.register_result_page())
    assert [name for name in document.ids() if name in ("continue", "correct")] == ["continue", "correct"]
    assert "VNeID" in document.by_id("ways").text
    assert "tài khoản và mật khẩu cũ vẫn giữ nguyên" in document.by_id("kept").text


def test_logout_confirmation_names_person_and_portal() -> None:
    page = replace(samples.logout_confirm_page(), client_name="Cổng dịch vụ công Bộ Tư pháp")
    text = read(page).all("main")[0].text
    assert f"Bạn đang đăng nhập với tên {samples.PLAIN}." in text
    assert "Cổng dịch vụ công Bộ Tư pháp đề nghị" in text
    assert "đề nghị" not in read(replace(page, client_name=None)).all("main")[0].text


def test_signed_out_page_lists_the_portals_being_told() -> None:
    page = replace(samples.signed_out_page(), portals=("Cổng A", "Cổng B"))
    assert read(page).by_id("portals").text == "Cổng A Cổng B"
    assert "portals" not in read(replace(page, portals=())).ids()


@for_each(lambda: product(get_args(ErrorCode), LOCALES), named)
def test_each_known_error_has_its_own_title_and_next_step(code: str, locale: Locale) -> None:
    document = read(replace(samples.error_page(), code=code), locale)
    assert document.by_id("error-code").text == code
    assert document.all("h1")[0].text == Texts(locale).get(f"errors.{code}.title")
    assert document.by_id("error-help").text == Texts(locale).get(f"errors.{code}.help")


@for_each(lambda: product(get_args(LegacyReason), LOCALES), named)
def test_a_refused_old_portal_is_told_why_and_what_to_change(reason: str, locale: Locale) -> None:
    document = read(replace(legacy_refused_page("x"), reason=reason), locale)
    assert document.by_id("team-reason").text == Texts(locale).get(f"dialect.{reason}.reason")
    assert document.by_id("team-change").text == Texts(locale).get(f"dialect.{reason}.change")
    assert document.by_id("error-reason").text == reason


def test_a_portal_whose_time_is_over_sees_its_last_day_and_a_person_can_sign_out_here() -> None:
    document = read(legacy_refused_page("x"))
    assert document.by_id("ended-on").text == "30/06/2026"
    assert document.by_id("sign-out-here").attributes["href"] == "/logout"
    plain = read(replace(legacy_refused_page("x"), ended_on=None, sign_out_url=None))
    assert {"ended-on", "sign-out-here"}.isdisjoint(plain.ids())


def test_an_unknown_error_keeps_its_code_and_is_told_as_server_error() -> None:
    document = read(replace(samples.error_page(), code="made_up"))
    assert document.by_id("error-code").text == "made_up"
    assert document.by_id("error-help").text == VI.get("errors.server_error.help")


def test_an_error_shows_its_reference_and_when_to_try_again() -> None:
    document = read(replace(samples.error_page(), reference="ref-1"), "en")
    assert document.by_id("reference").text == "ref-1"
    assert document.by_id("retry-after").text == "Try again in 1 minute 30 seconds."
    assert "retry-after" not in read(replace(samples.error_page(), retry_after=None)).ids()


@for_each(lambda: product(ProofState, LOCALES), named)
def test_account_page_tells_the_state_of_proof_in_words(proof: ProofState, locale: Locale) -> None:
    document = read(replace(account_home_page(samples.PLAIN), proof=proof), locale)
    assert document.by_id("proof").text == Texts(locale).get(f"proof.{proof}")


@for_each(lambda: product(ACR_VALUES, LOCALES), named)
def test_account_page_tells_the_level_in_words(acr: str, locale: Locale) -> None:
    document = read(replace(account_home_page(samples.PLAIN), acr=acr), locale)
    assert document.by_id("level").text == Texts(locale).get(f"level.{acr}")


def test_a_shared_computer_is_named_above_the_page_with_the_way_out() -> None:
    banner = SharedSessionBanner(display_name=samples.PLAIN, action="/logout/confirm", hidden=(("form", "token"),))
    document = Document(site_pages().render(samples.error_page(), "vi", NONCE, banner))
    button = document.by_id("sign-out-everywhere")
    assert (button.attributes["name"], button.attributes["value"]) == ("action", "logout")
    assert [form.attributes["action"] for form in document.all("form")] == ["/logout/confirm"]
    assert samples.PLAIN in next(section.text for section in document.all("section"))


def test_on_one_s_own_computer_no_page_has_the_banner() -> None:
    assert "sign-out-everywhere" not in Document(site_pages().render(samples.error_page(), "vi", NONCE)).ids()
