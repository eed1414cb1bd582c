"""The guided forms of national settings: what is shown comes back as it was."""

from typing import get_args

import pytest

from clients.document import Document
from clients.errors import Problem
from idp.national.limits import STANDARD_LIMITS, Limit
from idp.national.names import SettingName
from idp.protocol.forms import Form
from idp.web.admin.setting_forms import FORMS
from idp.web.pages.admin_settings import LimitLabel, SettingGroup
from tests.support.notice_builders import notice, notices

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


def test_times_are_shown_and_typed_in_vietnam() -> None:
    groups = NOTICES.groups(BOTH, ())
    assert {field.path: field.value for field in groups[1].fields}["notices.1.from"] == "2026-12-02T05:00"
    typed = NOTICES.read(form_of(groups, notices__1__from="2026-12-02T06:30"), BOTH)
    assert typed["notices"][1]["from"] == "2026-12-02T06:30:00+07:00"  # type: ignore[index]


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
