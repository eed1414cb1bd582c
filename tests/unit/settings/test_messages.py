"""Texts of messages: what is written instead of the catalogue's can be sent and leads nobody astray."""

from collections.abc import Mapping
from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.document import Document
from idp.account.notices.messages import Values
from idp.kernel.locales import LOCALES, Locale
from idp.settings.errors import InvalidSettingError
from idp.settings.live import LiveSettings
from idp.settings.message_rules import placeholders
from idp.settings.message_texts import MOST_MESSAGES, Wordings, read_messages
from idp.web.http.texts import EmailKey, SmsKey
from idp.web.messages.catalogue import MessageTexts, email_text, message_catalogue, sms_text

SMS, EMAIL = "sms.step_up_code", "email.email_code"
VI, EN = "{site}: Ma dang nhap moi: {code}, trong {valid_for}.", "{site}: Your new code: {code}, for {valid_for}."
SUBJECT = {"vi": "Mã xác nhận mới", "en": "A new code"}
BODY = {"vi": "Mã của bạn là {code}.\n\nHiệu lực {valid_for}.", "en": "Your code is {code}.\n\nIt lives {valid_for}."}
OTHERS = {"client_id": "portal", "days": "7", "agency": "x"}
VALUES: Values = {"code": "123456", "valid_for": timedelta(minutes=5), **OTHERS}


def sms(vi: object = VI, en: object = EN, name: str = SMS) -> dict[str, object]:
    return {"id": name, "text": {"vi": vi, "en": en}}


def email(vi: str = BODY["vi"], **members: object) -> dict[str, object]:
    return {"id": EMAIL, "subject": SUBJECT, "text": {**BODY, "vi": vi}, **members}


def standard(name: str) -> dict[str, object]:
    """Return the entry that says what the catalogue says."""
    wording = message_catalogue().wordings[name]
    texts: dict[str, object] = {"id": name, "text": {one: wording[one].text for one in LOCALES}}
    subjects = {one: wording[one].subject for one in LOCALES}
    return {**texts, "subject": subjects} if name.startswith("email.") else texts


def read(*entries: object) -> Wordings:
    return read_messages({"messages": list(entries)}, message_catalogue)


def wrong(*entries: object) -> list[tuple[str, str]]:
    with pytest.raises(InvalidSettingError) as refused:
        read(*entries)
    return [(problem.field.removeprefix("messages.0."), problem.rule) for problem in refused.value.problems]


def live(*entries: object) -> MessageTexts:
    settings = LiveSettings(catalogue=message_catalogue)
    assert settings.messages.follow({"messages": list(entries)})
    return MessageTexts(settings.messages)


def test_every_message_can_be_changed_and_every_standard_text_keeps_the_rules() -> None:
    names = {*(f"sms.{key}" for key in get_args(SmsKey)), *(f"email.{key}" for key in get_args(EmailKey))}
    assert set(message_catalogue().wordings) == names
    assert len(names) <= MOST_MESSAGES
    # What says what the catalogue says is not kept: it follows the catalogue.
    assert read(*map(standard, sorted(names))) == {}


def test_the_longest_value_of_every_placeholder_of_text_messages_is_known() -> None:
    catalogue = message_catalogue()
    wanted = {
        (locale, name)
        for key, wording in catalogue.wordings.items()
        if key.startswith("sms.")
        for locale in LOCALES
        for name in placeholders(wording[locale].text)
    }
    assert wanted <= {(locale, name) for locale in LOCALES for name in catalogue.longest[locale]}


@pytest.mark.parametrize("locale", LOCALES)
def test_where_nothing_is_changed_every_message_is_the_catalogues(locale: Locale) -> None:
    texts = live()
    for key in get_args(SmsKey):
        assert texts.sms(key, locale, VALUES) == sms_text(key, locale, VALUES)
    for key in get_args(EmailKey):
        assert texts.email(key, locale, VALUES) == email_text(key, locale, VALUES)


def test_a_changed_message_is_sent_in_both_languages_and_no_other_is_touched() -> None:
    texts = live(sms(vi="{site}: Mã đăng nhập mới: {code}, trong {valid_for}."), email())
    assert texts.sms("step_up_code", "vi", VALUES) == "Dang nhap DVCQG: Ma dang nhap moi: 123456, trong 5 phut."
    assert texts.sms("step_up_code", "en", VALUES) == "Dang nhap DVCQG: Your new code: 123456, for 5 minutes."
    assert texts.sms("phone_code", "vi", VALUES) == sms_text("phone_code", "vi", VALUES)
    assert texts.email("email_code", "vi", VALUES) == ("Mã xác nhận mới", "Mã của bạn là 123456.\n\nHiệu lực 5 phút.")
    _, text = texts.both_languages("email_code", "en", VALUES)
    assert text == "\n\n".join(
        ("Your code is 123456.\n\nIt lives 5 minutes.", "Mã xác nhận mới", "Mã của bạn là 123456.\n\nHiệu lực 5 phút.")
    )


def test_a_process_without_a_catalogue_changes_nothing() -> None:
    settings = LiveSettings()
    assert settings.messages.value == {}
    assert not settings.messages.follow({"messages": [sms()]})


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("{site}: Ma la {code}.", ["placeholders"]),
        ("{site}: Ma {code} {valid_for} {phone}.", ["placeholders"]),
        ("{site}: Ma {code} {valid_for} {}.", ["placeholders"]),
        ("{site}: Ma {code} {valid_for} {{.", ["placeholders"]),
        ("{site}: Ma {code} {valid_for} }.", ["placeholders"]),
        ("{site}: Ma {code!r} {valid_for}.", ["placeholders"]),
        ("{site}: Ma {code:09} {valid_for}.", ["placeholders"]),
        ("{site}: Ma {code.x} {valid_for}.", ["placeholders"]),
        ("{site}: Ma {code[0]} {valid_for}.", ["placeholders", "sms-letters"]),
        ("Ma {code} cua {site}, {valid_for}.", ["sms-site"]),
        ("{site}: {code} {valid_for}" + " a" * 60, ["sms-length"]),
        ("{site}: Ma {code} {valid_for} 中", ["sms-letters"]),
        ("{site}: Ma [{code}] {valid_for}", ["sms-letters"]),
        ("{site}: Ma {code} {valid_for} “x”", ["sms-letters"]),
        ("{site}: Ma {code}. Xem dvc.vn {valid_for}", ["no-link"]),
        ("{site}: Ma {code}, {valid_for}.Khong dua ai", ["no-link"]),
        ("{site}: Ma {code}, {valid_for} https", ["no-link"]),
        ("{site}: Ma {code}, {valid_for} WWW.", ["no-link"]),
        ("{site}: Ma {code}, {valid_for} 10.20.30.40", ["no-link"]),
        ("{site}: Ma {code}, {valid_for} ai@dvc", ["no-link"]),
        ("{site}: Ma {code}, {valid_for} tại đây.việt", ["no-link"]),
        ("{site}: Nhap mat khau va ma {code}, {valid_for}", ["no-password"]),
        ("{site}: Nhập MẬT KHẨU và mã {code}, {valid_for}", ["no-password"]),
        ("{site}: Send your password, {code}, {valid_for}", ["no-password"]),
        ("{site}: <b>Ma</b> {code}, {valid_for}", ["no-markup"]),
        ("{site}: Ma {code},\n{valid_for}", ["visible-text"]),
        ("{site}: Ma {code},\x1b {valid_for}", ["visible-text"]),
        ("{site}: Ma {code}, dvc\u200b.vn {valid_for}", ["visible-text", "no-link", "sms-letters"]),
        ("", ["required"]),
        (7, ["type"]),
        (None, ["type"]),
    ],
)
def test_what_is_wrong_with_a_text_message_is_named(text: object, rules: list[str]) -> None:
    assert wrong(sms(vi=text)) == [("text.vi", rule) for rule in rules]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("Mã {code}, {valid_for}.\n\nXem https://dvc.vn", ["no-link"]),
        ("Mã {code}, {valid_for}. Xem ｄｖｃ．ｖｎ", ["no-link"]),
        ("Mã {code}, {valid_for}. Xem dvc。vn", ["no-link"]),
        ("Mã {code}, {valid_for}.\n\nGửi mật khẩu cho chúng tôi.", ["no-password"]),
        ("Mã {code}, {valid_for}.\r\n", ["visible-text"]),
        ("Mã {code}, {valid_for}.\t", ["visible-text"]),
        ("x{code}{valid_for}" + "x" * 2000, ["length"]),
    ],
)
def test_what_is_wrong_with_an_email_is_named(text: str, rules: list[str]) -> None:
    if rules:
        assert wrong(email(vi=text)) == [("text.vi", rule) for rule in rules]


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({**sms(), "id": "sms.email_code"}, ("id", "message")),
        ({**sms(), "id": "registration_code"}, ("id", "message")),
        ({**sms(), "id": 7}, ("id", "message")),
        ({**sms(), "id": ["sms.step_up_code"]}, ("id", "message")),
        ({"text": {}}, ("id", "message")),
        ({**sms(), "subject": SUBJECT}, ("subject", "unknown")),
        ({**sms(), "text": {"vi": VI, "en": EN, "fr": VI}}, ("text.fr", "unknown")),
        ({**sms(), "text": {"vi": VI}}, ("text.en", "required")),
        (email(subject={**SUBJECT, "vi": "Mã {code}"}), ("subject.vi", "placeholders")),
        (email(subject={**SUBJECT, "vi": "Mã\nBcc: x"}), ("subject.vi", "visible-text")),
        (email(subject={**SUBJECT, "en": "See dvc.vn"}), ("subject.en", "no-link")),
        (email(subject={"vi": "Mã"}), ("subject.en", "required")),
    ],
)
def test_what_is_wrong_with_an_entry_is_named(entry: Document, problem: tuple[str, str]) -> None:
    assert wrong(entry) == [problem]


def test_every_problem_is_told_and_a_message_stands_once() -> None:
    assert wrong(sms(vi="Ma {code}", en="")) == [
        ("text.vi", "placeholders"),
        ("text.vi", "sms-site"),
        ("text.en", "required"),
    ]
    assert wrong(sms(), sms()) == [("messages", "duplicate")]
    assert wrong(7) == [("messages.0", "type"), ("id", "message")]


@pytest.mark.parametrize("document", [{}, {"messages": 7}, {"messages": [7]}, {"other": []}, {"messages": [[]] * 101}])
def test_what_is_no_list_of_messages_is_refused(document: Document) -> None:
    with pytest.raises(InvalidSettingError):
        read_messages(document, message_catalogue)


_PARTS = "{site}", "{code}", "{valid_for}", "{site}: ", " ", "{", "}", "{{", "{0}", "{code!s}", "Đây", ".", "vn", "\n"
_WORDS = st.sampled_from(_PARTS)
_TEXTS = st.one_of(
    st.lists(_WORDS, max_size=12).map("".join),
    st.text(max_size=40).map(lambda text: f"{{site}}: {text} {{code}} {{valid_for}}"),
)


@given(vi=_TEXTS, en=_TEXTS, key=st.sampled_from([SMS, EMAIL]))
def test_what_can_be_read_can_be_sent_with_every_value(vi: str, en: str, key: str) -> None:
    written: Mapping[str, object] = {"id": key, "text": {"vi": vi, "en": en}}
    entry = written if key == SMS else {**written, "subject": SUBJECT}
    settings = LiveSettings(catalogue=message_catalogue)
    if not settings.messages.follow({"messages": [entry]}):
        return
    texts = MessageTexts(settings.messages)
    for locale in LOCALES:
        for life in (timedelta(seconds=1), timedelta(minutes=59, seconds=59)):
            if key == SMS:
                sent = texts.sms("step_up_code", locale, {"code": "ABCDEFGHJK", "valid_for": life})
                assert sent.isascii()
                assert len(sent) <= 160
                assert "ABCDEFGHJK" in sent
            else:
                assert "ABCDEFGHJK" in "".join(
                    texts.email("email_code", locale, {"code": "ABCDEFGHJK", "valid_for": life})
                )
