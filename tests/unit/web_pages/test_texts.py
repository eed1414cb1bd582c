"""The two catalogues: complete, equal in shape, used, and safe to send."""

import re
from datetime import timedelta
from itertools import chain
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp import web
from idp.account.model import AccountKind, ProofState
from idp.factors.contacts.model import ContactKind
from idp.kernel.locales import LOCALES, Locale
from idp.protocol.rar.types import TYPES
from idp.sign_in.levels import ACR_VALUES
from idp.upstream.errors import Why
from idp.web.admin_api.problems import Code
from idp.web.device_grant.pages import DeviceEnd
from idp.web.http.error_page import ErrorCode
from idp.web.http.rendering import read_templates
from idp.web.http.texts import EmailKey, Message, MessageKey, SmsKey, Texts, flatten, load_texts, read_catalogue
from idp.web.legacy.pages import LegacyReason
from idp.web.sign_in.pages import ClaimKey, CodePurpose
from idp.web.status.pages import Condition
from idp.web.upstream.pages import LINK_DONE
from tests.unit.web_pages.closed_sets.account import ACCOUNT_SETS
from tests.unit.web_pages.closed_sets.acting import ACTING_SETS
from tests.unit.web_pages.closed_sets.admin import ADMIN_SETS
from tests.unit.web_pages.closed_sets.client_trials import TRIAL_SETS
from tests.unit.web_pages.closed_sets.developers import DEVELOPER_SETS
from tests.unit.web_pages.closed_sets.factors import FACTOR_SETS
from tests.unit.web_pages.closed_sets.mandates import MANDATE_SETS
from tests.unit.web_pages.closed_sets.people import PEOPLE_SETS
from tests.unit.web_pages.closed_sets.recovery import RECOVERY_SETS
from tests.unit.web_pages.closed_sets.status import STATUS_SETS
from tests.unit.web_pages.closed_sets.transparency import TRANSPARENCY_SETS

_REFUSED_KINDS = (*AccountKind, "sandbox", "agency")

WEB = Path(web.__file__).parent
# A dotted key written out in a template, and one that is put together from a closed set.
WRITTEN_OUT = re.compile(r"\bt\('([a-z_.]+)'(?! ~)")
# One that a number chooses the form of.
COUNTED = re.compile(r"\bcounted\('([a-z_.]+)'")
PUT_TOGETHER = re.compile(r"'([a-z_.]+)' ~ (\w[\w.]*)")

CLOSED_SETS = {
    **ACCOUNT_SETS,
    **ACTING_SETS,
    **ADMIN_SETS,
    **DEVELOPER_SETS,
    **FACTOR_SETS,
    **PEOPLE_SETS,
    **RECOVERY_SETS,
    **MANDATE_SETS,
    **STATUS_SETS,
    **TRANSPARENCY_SETS,
    ("detail.", "detail.type"): {f"detail.{name}" for name in TYPES},
    **TRIAL_SETS,
    ("account_kind.title_", "page.kind"): [f"account_kind.title_{kind}" for kind in _REFUSED_KINDS],
    ("account_kind.why_", "page.kind"): [f"account_kind.why_{kind}" for kind in _REFUSED_KINDS],
    ("account_kind.other_", "page.kind"): [f"account_kind.other_{kind}" for kind in _REFUSED_KINDS],
    ("asked.done_", "page.done"): [f"asked.done_{end}" for end in get_args(DeviceEnd)],
    ("device_done.title_", "page.outcome"): [f"device_done.title_{end}" for end in get_args(DeviceEnd)],
    ("device_done.text_", "page.outcome"): [f"device_done.text_{end}" for end in get_args(DeviceEnd)],
    ("upstream.why_", "page.upstream.why"): [f"upstream.why_{why}" for why in Why],
    ("upstream.done_", "page.done"): [f"upstream.done_{word}" for word in LINK_DONE],
    ("status.condition_", "upstream.condition"): [f"status.condition_{one}" for one in Condition],
    ("claims.", "claim"): [f"claims.{key}" for key in get_args(ClaimKey)],
    ("code.title_", "page.purpose"): [f"code.title_{key}" for key in get_args(CodePurpose)],
    ("code.purpose_", "page.purpose"): [f"code.purpose_{key}" for key in get_args(CodePurpose)],
    ("contacts.done_", "page.done"): [f"contacts.done_{key}" for key in get_args(ContactKind)],
    ("contact_code.title_", "page.kind"): [f"contact_code.title_{key}" for key in get_args(ContactKind)],
    ("contact_code.sent_", "page.kind"): [f"contact_code.sent_{key}" for key in get_args(ContactKind)],
    ("level.", "page.acr"): [f"level.{acr}" for acr in ACR_VALUES],
    ("proof.", "page.proof"): [f"proof.{key}" for key in ProofState],
    ("register_identity.birth_", "part"): [f"register_identity.birth_{part}" for part in ("day", "month", "year")],
    ("dialect.", "page.reason"): [
        f"dialect.{key}.{part}" for key in get_args(LegacyReason) for part in ("reason", "change")
    ],
    ("errors.", "page.shown_as"): [f"errors.{key}.{part}" for key in get_args(ErrorCode) for part in ("title", "help")],
}
SPOKEN_BY_CODE = [
    # That each is said, and each that is said is here: tests/unit/web/test_problem_words.py.
    *(key for key in read_catalogue("en") if key.startswith(("problem_words.", "api_words."))),
    *(f"messages.{key}" for key in get_args(MessageKey)),
    *(f"sms.{key}" for key in get_args(SmsKey)),
    *(f"emails.{key}.{part}" for key in get_args(EmailKey) for part in ("subject", "text")),
    *(f"api_problems.{code}.{part}" for code in Code for part in ("title", "detail", "next")),
    *(f"duration.{unit}.{form}" for unit in ("day", "hour", "minute", "second") for form in ("one", "other")),
]


def template_sources() -> str:
    return "".join(text for text, *_ in read_templates(WEB).values())


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    assert list(read_catalogue("vi")) == list(read_catalogue("en"))


def test_both_languages_want_the_same_values() -> None:
    vi, en = read_catalogue("vi"), read_catalogue("en")
    assert {key: placeholders(vi[key]) for key in vi} == {key: placeholders(en[key]) for key in en}


@pytest.mark.parametrize("locale", LOCALES)
def test_placeholders_are_plain_names_and_no_text_is_empty(locale: Locale) -> None:
    catalogue = read_catalogue(locale)
    assert all(catalogue.values())
    names = set(chain.from_iterable(placeholders(text) for text in catalogue.values()))
    assert {name for name in names if not re.fullmatch(r"[a-z_]+", name)} == set()


def test_templates_build_keys_only_from_the_closed_sets() -> None:
    assert set(PUT_TOGETHER.findall(template_sources())) == set(CLOSED_SETS)


def test_no_text_is_missing_and_none_is_unused() -> None:
    written_out = WRITTEN_OUT.findall(template_sources())
    known = set(read_catalogue("vi"))
    counted = {f"{key}.{form}" for key in COUNTED.findall(template_sources()) for form in ("one", "other")}
    nothing = {key.replace(".one", ".zero") for key in counted} & known
    used = {*written_out, *counted, *nothing, *chain.from_iterable(CLOSED_SETS.values()), *SPOKEN_BY_CODE}
    assert used == known


def test_no_english_plural_follows_a_number_that_may_be_one() -> None:
    reported = {key: text for key, text in read_catalogue("en").items() if not key.endswith(".other")}
    assert [key for key, text in reported.items() if re.search(r"\{(count|attempts)\} \w+s\b", text)] == []


@pytest.mark.parametrize(
    ("count", "vi", "en"),
    [
        (0, "Chưa hỏi lần nào, sẽ hỏi lúc 9.00.", "Not asked yet; we ask at 9.00."),
        (1, "Đã hỏi một lần, lần tới lúc 9.00.", "Asked once, next at 9.00."),
        (2, "Đã hỏi 2 lần, lần tới lúc 9.00.", "Asked 2 times, next at 9.00."),
    ],
)
def test_a_number_chooses_the_form_of_the_text(count: int, vi: str, en: str) -> None:
    assert vi in Texts("vi").counted("account_shell.waiting", count, next_try="9.00")
    assert en in Texts("en").counted("account_shell.waiting", count, next_try="9.00")


def test_none_is_told_as_many_where_it_has_no_text_of_its_own() -> None:
    assert Texts("en").counted("duration.day", 0) == "0 days"


def test_no_page_writes_a_text_of_its_own() -> None:
    """Letters between tags would be in one language only."""
    outside_markup = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<[^>]*>", "", template_sources(), flags=re.DOTALL)
    assert re.findall(r"[^\W\d_]+", outside_markup) == []


def test_values_are_put_in_as_they_are() -> None:
    reported = Texts("vi").get("sign_in.lead", client="{0.__class__} {client} <b>")
    assert reported == "Để tiếp tục đến {0.__class__} {client} <b>"


def test_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError, match="no_such_text"):
        Texts("vi").get("no_such_text")


def test_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError, match="client"):
        Texts("en").get("sign_in.lead")


def test_message_is_told_with_its_values() -> None:
    message = Message("password_too_short", {"minimum": 15})
    assert Texts("en").message(message) == "The password needs at least 15 characters. Add a few words."


@pytest.mark.parametrize(
    ("span", "vi", "en"),
    [
        (timedelta(minutes=2), "2 phút", "2 minutes"),
        (timedelta(seconds=90), "1 phút 30 giây", "1 minute 30 seconds"),
        (timedelta(seconds=0.2), "1 giây", "1 second"),
        (timedelta(hours=1), "1 giờ", "1 hour"),
        (timedelta(days=1, minutes=5, seconds=7), "24 giờ 5 phút", "24 hours 5 minutes"),
        (timedelta(hours=47), "47 giờ", "47 hours"),
        (timedelta(days=7), "7 ngày", "7 days"),
        (timedelta(days=3, hours=1), "3 ngày 1 giờ", "3 days 1 hour"),
        (timedelta(0), "0 giây", "0 seconds"),
        (timedelta(seconds=-5), "0 giây", "0 seconds"),
    ],
)
def test_spans_of_time_are_told_in_words(span: timedelta, vi: str, en: str) -> None:
    assert Texts("vi").duration(span) == vi
    assert Texts("en").duration(span) == en


@given(st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(hours=23)))
def test_a_span_is_never_told_shorter_than_it_is_by_a_second(span: timedelta) -> None:
    reported = re.findall(r"(\d+) (hour|minute|second)", Texts("en").duration(span))
    length = sum((timedelta(**{f"{unit}s": int(count)}) for count, unit in reported), timedelta(0))
    # With hours and minutes told, seconds are left out.
    assert -timedelta(seconds=1) < span - length < timedelta(minutes=1)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("key", get_args(SmsKey))
def test_sms_fits_one_ascii_segment_names_the_site_and_has_no_link(key: SmsKey, locale: Locale) -> None:
    site = "Đ" * 40
    sent = Texts(locale).sms(
        key, site=site, code="ABCDEFGHJK", valid_for=timedelta(minutes=59, seconds=59), note="unused"
    )
    assert sent.isascii()
    assert len(sent) <= 160
    assert sent.startswith("D" * 40)
    assert not re.search(r"https?:|www\.|/|\.vn", sent)


def test_sms_code_says_what_it_is_for_and_how_long_it_lives() -> None:
    values = {"site": "Đăng nhập quốc gia", "code": "123456"}
    sent = Texts("vi").sms("registration_code", **values, valid_for=timedelta(minutes=2))
    assert sent == (
        "Dang nhap quoc gia: Ma xac nhan dang ky tai khoan la 123456, hieu luc 2 phut. Khong dua ma nay cho bat ky ai."
    )


def test_sms_letters_outside_ascii_are_replaced_not_sent() -> None:
    assert Texts("en").sms("account_opened", site="Cổng 中").startswith("Cong ?: ")


def test_a_catalogue_holds_texts_only() -> None:
    with pytest.raises(TypeError, match=r"not int: group\.number"):
        dict(flatten({"group": {"text": "a", "number": 1}}, ""))


def test_catalogues_are_read_once() -> None:
    assert read_catalogue("vi") is read_catalogue("vi")
    assert set(load_texts()) == set(LOCALES)
