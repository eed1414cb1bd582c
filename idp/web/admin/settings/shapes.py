"""One field of the forms of national settings: its value in a document, and what was typed."""

from collections.abc import Sequence
from datetime import datetime
from re import fullmatch

from msgspec import Struct

from clients.document import Document
from clients.errors import Problem
from clients.local_days import VIETNAM
from idp.protocol.forms import Form
from idp.web.admin.field_problems import problem_shown
from idp.web.admin.settings.pages import FieldKind, SettingChoice, SettingField, SettingLabel, SettingWord

# As browsers write a time that somebody chose: without an offset, which is Vietnam's.
_MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d"


class Shape(Struct, frozen=True):
    """One field: where in an entry its value is, and what it is."""

    member: str
    label: SettingLabel
    kind: FieldKind = "line"
    words: tuple[SettingWord, ...] = ()

    def field(self, path: str, entry: object, problems: Sequence[Problem]) -> SettingField:
        """Return the field with the value of an entry."""
        value = value_at(entry, self.member)
        chosen = value if isinstance(value, list) else [value]
        return SettingField(
            path=path,
            label=self.label,
            kind=self.kind,
            value=_shown_moment(value) if self.kind == "moment" else shown(value),
            choices=tuple(SettingChoice(word=word, chosen=word in chosen) for word in self.words),
            problems=tuple(problem_shown(one) for one in problems if is_about(one, path)),
        )

    def typed(self, path: str, form: Form, was: object) -> object:
        """Return what was typed; what nobody touched stays as it was written."""
        text = (form.get(path) or "").strip()
        match self.kind:
            case "choices":
                return [word for word in self.words if form.get(f"{path}.{word}") is not None]
            case "number":
                return int(text) if fullmatch(r"[0-9]{1,12}", text) else text
            case "moment":
                return was if text and text == _shown_moment(was) else _typed_moment(text)
            case "paragraphs":
                return text.replace("\r\n", "\n")
            case _:
                return text


def is_about(problem: Problem, path: str) -> bool:
    """Say whether a problem belongs beside a field."""
    return problem.field == path or problem.field.startswith(f"{path}.")


def value_at(entry: object, member: str) -> object:
    """Return the value at dotted members; None where there is none."""
    for name in member.split("."):
        entry = entry.get(name) if isinstance(entry, dict) else None
    return entry


def put(entry: Document, member: str, value: object) -> None:
    """Set the value at dotted members."""
    head, _, rest = member.partition(".")
    if not rest:
        entry[head] = value
        return
    below = entry.setdefault(head, {})
    if isinstance(below, dict):
        put(below, rest, value)


def shown(value: object) -> str:
    """Return a value as a field shows it; nothing for what no field can."""
    return "" if value is None or isinstance(value, (dict, list)) else str(value)


def _shown_moment(value: object) -> str:
    try:
        return datetime.fromisoformat(shown(value)).astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M")
    except (ValueError, OverflowError):
        return shown(value)


def _typed_moment(text: str) -> str:
    return f"{text}:00+07:00" if fullmatch(_MOMENT, text) else text
