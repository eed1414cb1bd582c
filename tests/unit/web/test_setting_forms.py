"""The guided forms of national settings: what is shown comes back as it was."""

from typing import get_args

import pytest

from clients.document import Document
from clients.errors import Problem
from idp.protocol.forms import Form
from idp.settings.alert_limits import STANDARD_ALERT_LIMITS, AlertLimit
from idp.settings.limits import STANDARD_LIMITS, Limit
from idp.settings.names import SettingName
from idp.web.admin.settings.forms import FORMS
from idp.web.admin.settings.message_form import SHOWN, standard_entry
from idp.web.admin.settings.pages import AlertLimitLabel, LimitLabel, SettingGroup
from idp.web.messages.catalogue import message_catalogue
from tests.support.builders.notices import notice, notices

NOTICES = FORMS[SettingName.NOTICES]
BOTH = notices(
    notice(),
    notice(id="hai", where=["account"], **{"from": "2026-12-01T22:00:30Z", "until": "2026-12-02T04:00:00+07:00"}),
)


def form_of(groups: tuple[SettingGroup, ...], **typed: str) -> Form:
    """Return what a browser sends of a form whose fields were left as they are, but for those that were typed."""
    data: dict[str, str] = {}
    for field in (field for group in groups for field in group.fields):
        if field.kind == "choices":
            data |= {f"{field.path}.{choice.word}": "yes" for choice in field.choices if choice.chosen}
        elif field.kind == "choice":
            chosen = [choice.word for choice in field.choices if choice.chosen]
            data[field.path] = chosen[0] if chosen else field.choices[0].word
        else:
            data[field.path] = field.value
    return Form({**data, **{name.replace("__", "."): text for name, text in typed.items()}}, frozenset())


@pytest.mark.parametrize("document", [notices(), notices(notice()), BOTH], ids=["none", "one", "two"])
def test_a_form_that_nobody_touched_says_the_same_document(document: Document) -> None:
    assert NOTICES.read(form_of(NOTICES.groups(document, ())), document) == document


LIMITS = FORMS[SettingName.LIMITS]


def test_limits_come_back_as_they_were_with_their_bounds_beside_them() -> None:
    groups = LIMITS.groups(STANDARD_LIMITS, ())
    assert LIMITS.read(form_of(groups), STANDARD_LIMITS) == STANDARD_LIMITS
    assert {field.path: (field.least, field.most) for field in groups[0].fields}["phone_codes"] == ("3", "10")
    assert LIMITS.read(form_of(groups, phone_codes="many"), STANDARD_LIMITS)["phone_codes"] == "many"


def test_a_form_asks_for_every_limit() -> None:
    assert set(get_args(LimitLabel)) == set(Limit)
    assert set(get_args(AlertLimitLabel)) == set(AlertLimit)


def test_limits_of_alerts_come_back_as_they_were_with_their_bounds_beside_them() -> None:
    form = FORMS[SettingName.ALERT_LIMITS]
    groups = form.groups(STANDARD_ALERT_LIMITS, (Problem("p95_seconds", "ceiling", "why", "what"),))
    assert form.read(form_of(groups), STANDARD_ALERT_LIMITS) == STANDARD_ALERT_LIMITS
    shown = {field.path: (field.least, field.most) for field in groups[0].fields}
    assert (shown["completed_percent"], shown["p95_seconds"]) == (("40", "95"), ("30", "600"))
    assert [field.path for field in groups[0].fields if field.problems] == ["p95_seconds"]


def test_every_setting_has_a_form() -> None:
    assert set(FORMS) == set(SettingName)


def test_times_are_shown_and_typed_in_vietnam() -> None:
    groups = NOTICES.groups(BOTH, ())
    assert {field.path: field.value for field in groups[1].fields}["notices.1.from"] == "2026-12-02T05:00"
    typed = NOTICES.read(form_of(groups, notices__1__from="2026-12-02T06:30"), BOTH)
    assert typed["notices"][1]["from"] == "2026-12-02T06:30:00+07:00"  # type: ignore[index]


@pytest.mark.parametrize("listed", [[], ["vneid"], ["vneid", "khac"]])
def test_words_of_a_list_come_back_as_they_were(listed: list[str]) -> None:
    form = FORMS[SettingName.UPSTREAMS]
    document: Document = {"not_offered": listed}
    assert form.read(form_of(form.groups(document, ())), {}) == document


def test_an_entry_whose_lines_are_empty_is_left_out_and_a_new_one_is_added() -> None:
    empty = {f"notices__0__{one}": "" for one in ("id", "text__vi", "text__en")}
    groups = NOTICES.groups(notices(notice()), ())
    assert NOTICES.read(form_of(groups, **empty), notices(notice())) == notices()
    more = NOTICES.read(form_of(groups, notices__1__id="moi"), notices(notice()))
    assert [one["id"] for one in more["notices"]] == ["bao-tri", "moi"]  # type: ignore[attr-defined]


def test_a_problem_stands_beside_its_field() -> None:
    groups = NOTICES.groups(BOTH, (Problem("notices.1.where.0", "choice", "why", "what"),))
    wrong = [field.path for group in groups for field in group.fields if field.problems]
    assert wrong == ["notices.1.where"]


def test_a_document_of_any_shape_can_be_shown() -> None:
    found: list[Document] = [{}, {"notices": 7}, {"notices": [7, {"text": 7}]}, {"notices": [{"where": {"a": 1}}]}]
    for document in found:
        assert NOTICES.groups(document, ())


MESSAGES = FORMS[SettingName.MESSAGES]
SMS: Document = {
    "id": "sms.step_up_code",
    "text": {"vi": "{site}: {code} {valid_for}", "en": "{site} {code} {valid_for}"},
}
CHANGED: Document = {"messages": [SMS, {**standard_entry("email.email_code"), "subject": {"vi": "Mã", "en": "Code"}}]}


def chosen_place(groups: tuple[SettingGroup, ...]) -> str:
    """Return the name of the field where one more message is chosen."""
    return groups[-1].fields[0].path.replace(".", "__")


def test_messages_come_back_as_they_were_and_one_more_begins_with_its_standard_texts() -> None:
    groups = MESSAGES.groups(CHANGED, ())
    assert [len(group.fields) for group in groups] == [3, 5, 1]
    assert [one.key for one in groups[-1].fields[0].keys] == list(message_catalogue().wordings)
    assert all(one.about["vi"] and one.about["en"] for one in groups[-1].fields[0].keys)
    assert MESSAGES.read(form_of(groups), CHANGED) == CHANGED
    more = MESSAGES.read(form_of(groups, **{chosen_place(groups): "sms.phone_code"}), CHANGED)
    assert more == {"messages": [*CHANGED["messages"], standard_entry("sms.phone_code")]}  # type: ignore[misc]
    # Nothing was written over them: it is no change.
    assert MESSAGES.read(form_of(MESSAGES.groups(more, ())), CHANGED) == CHANGED


def test_a_message_without_a_name_is_the_standard_one_again_and_lines_are_kept() -> None:
    groups = MESSAGES.groups(CHANGED, ())
    left = MESSAGES.read(form_of(groups, messages__0__id="", messages__1__text__vi="{code}\r\n\r\nx"), CHANGED)
    assert [one["id"] for one in left["messages"]] == ["email.email_code"]  # type: ignore[attr-defined]
    assert left["messages"][0]["text"]["vi"] == "{code}\n\nx"  # type: ignore[index]


def test_more_messages_than_a_form_has_room_for_are_kept() -> None:
    names = list(message_catalogue().wordings)[: SHOWN + 2]
    many: Document = {"messages": [{**SMS, "id": name} for name in names]}
    groups = MESSAGES.groups(many, ())
    assert len(groups) == SHOWN
    assert MESSAGES.read(form_of(groups), many) == many


def test_a_name_of_no_message_is_shown_and_told() -> None:
    found: list[Document] = [{"messages": 7}, {"messages": [7, {"id": "x"}, {"id": "email.x", "text": 7}]}]
    for document in found:
        groups = MESSAGES.groups(document, (Problem("messages.0.id", "message", "why", "what"),))
        assert groups[0].fields[0].problems
    groups = MESSAGES.groups({"messages": []}, ())
    typed = MESSAGES.read(form_of(groups, messages__0__id="sms.none"), {"messages": []})
    assert typed == {"messages": [{"id": "sms.none"}]}
