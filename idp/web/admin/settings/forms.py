"""The guided forms of national settings: documents as fields, and back."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Protocol, TypeVar, get_args

from msgspec import Struct

from clients.document import Document
from clients.errors import Problem
from idp.protocol.forms import Form
from idp.settings import alert_limits, limits
from idp.settings.bounds import Bound
from idp.settings.names import SettingName
from idp.settings.notices import MOST_NOTICES
from idp.settings.outbound_services import REGISTERS
from idp.settings.peaks import MOST_PEAKS
from idp.web.admin.settings.message_form import MessagesForm
from idp.web.admin.settings.pages import (
    AlertLimitLabel,
    LimitLabel,
    NumberLabel,
    SettingField,
    SettingGroup,
    SettingLabel,
)
from idp.web.admin.settings.shapes import Shape, put, shown, value_at
from records.structs import replace

N = TypeVar("N", bound=StrEnum)


class SettingForm(Protocol):
    """How one setting is asked for."""

    def groups(self, document: Document, problems: Sequence[Problem]) -> tuple[SettingGroup, ...]:
        """Return the fields with the values of a document."""

    def read(self, form: Form, standing: Document) -> Document:
        """Return the document that was typed."""


class EntriesForm(Struct, frozen=True):
    """A list of entries, and one more that is empty; an entry whose lines are all empty is left out."""

    member: str
    most: int
    shapes: tuple[Shape, ...]

    def groups(self, document: Document, problems: Sequence[Problem]) -> tuple[SettingGroup, ...]:
        """Return a group for each entry and an empty one."""
        found = document.get(self.member)
        entries: list[object] = found[: self.most] if isinstance(found, list) else []
        if len(entries) < self.most:
            entries = [*entries, {}]
        return tuple(
            SettingGroup(
                number=place + 1,
                name=shown(value_at(entry, "id")),
                fields=tuple(
                    shape.field(f"{self.member}.{place}.{shape.member}", entry, problems) for shape in self.shapes
                ),
            )
            for place, entry in enumerate(entries)
        )

    def read(self, form: Form, standing: Document) -> Document:
        """Return the document of what was typed."""
        was = standing.get(self.member)
        known: list[object] = was if isinstance(was, list) else []
        entries = (self._entry(form, place, known[place] if place < len(known) else {}) for place in self._places(form))
        return {self.member: [entry for entry in entries if entry is not None]}

    def _places(self, form: Form) -> Iterator[int]:
        return (place for place in range(self.most) if form.get(f"{self.member}.{place}.id") is not None)

    def _entry(self, form: Form, place: int, was: object) -> Document | None:
        entry: Document = {}
        for shape in self.shapes:
            typed = shape.typed(f"{self.member}.{place}.{shape.member}", form, value_at(was, shape.member))
            put(entry, shape.member, typed)
        lines = (value_at(entry, shape.member) for shape in self.shapes if shape.kind == "line")
        return entry if any(lines) else None


class GroupsForm(Struct, frozen=True):
    """A form with the same fields for each of some members that are always there."""

    members: tuple[str, ...]
    shapes: tuple[Shape, ...]

    def groups(self, document: Document, problems: Sequence[Problem]) -> tuple[SettingGroup, ...]:
        """Return a group for each member."""
        return tuple(
            SettingGroup(
                number=number,
                name=name,
                fields=tuple(
                    shape.field(f"{name}.{shape.member}", document.get(name), problems) for shape in self.shapes
                ),
            )
            for number, name in enumerate(self.members, 1)
        )

    def read(self, form: Form, standing: Document) -> Document:
        """Return the document of what was typed."""
        document: Document = {}
        for path, shape in ((f"{name}.{one.member}", one) for name in self.members for one in self.shapes):
            put(document, path, shape.typed(path, form, value_at(standing, path)))
        return document


class WordsForm(Struct, frozen=True):
    """One line with words that a list holds."""

    member: str
    label: SettingLabel

    def groups(self, document: Document, problems: Sequence[Problem]) -> tuple[SettingGroup, ...]:
        """Return the line."""
        listed = document.get(self.member)
        words = " ".join(shown(one) for one in listed) if isinstance(listed, list) else ""
        field = Shape(self.member, self.label).field(self.member, {self.member: words}, problems)
        return (SettingGroup(number=1, name="", whole=True, fields=(field,)),)

    def read(self, form: Form, standing: Document) -> Document:
        """Return the document of the words that were typed."""
        del standing
        return {self.member: (form.get(self.member) or "").split()}


class NumbersForm(Struct, frozen=True):
    """A number for each name, with its floor and ceiling beside it."""

    bounds: Mapping[str, Bound]
    labels: tuple[NumberLabel, ...]

    def groups(self, document: Document, problems: Sequence[Problem]) -> tuple[SettingGroup, ...]:
        """Return one group of all numbers."""
        return (SettingGroup(number=1, name="", whole=True, fields=tuple(self._fields(document, problems))),)

    def _fields(self, document: Document, problems: Sequence[Problem]) -> Iterator[SettingField]:
        for label in self.labels:
            bound, shape = self.bounds[label], Shape(label, label, "number")
            field = shape.field(label, {label: document.get(label, bound.default)}, problems)
            yield replace(field, least=str(bound.floor), most=str(bound.ceiling))

    def read(self, form: Form, standing: Document) -> Document:
        """Return the document of what was typed."""
        del standing
        return {label: Shape(label, label, "number").typed(label, form, None) for label in self.labels}


def _by_name(bounds: Mapping[N, Bound]) -> Mapping[str, Bound]:
    return {name.value: bound for name, bound in bounds.items()}


FORMS: Mapping[SettingName, SettingForm] = {
    SettingName.ALERT_LIMITS: NumbersForm(_by_name(alert_limits.BOUNDS), get_args(AlertLimitLabel)),
    SettingName.LIMITS: NumbersForm(_by_name(limits.BOUNDS), get_args(LimitLabel)),
    SettingName.PEAK_CALENDAR: EntriesForm(
        "peaks",
        MOST_PEAKS,
        (
            Shape("id", "id"),
            Shape("name.vi", "name_vi"),
            Shape("name.en", "name_en"),
            Shape("from", "from", "moment"),
            Shape("until", "until", "moment"),
            Shape("percent", "percent", "number"),
            Shape("effects", "effects", "choices", ("networks", "messages", "background_rests")),
        ),
    ),
    SettingName.NOTICES: EntriesForm(
        "notices",
        MOST_NOTICES,
        (
            Shape("id", "id"),
            Shape("severity", "severity", "choice", ("info", "warning", "urgent")),
            Shape("where", "where", "choices", ("sign_in", "account", "status")),
            Shape("from", "from", "moment"),
            Shape("until", "until", "moment"),
            Shape("text.vi", "text_vi"),
            Shape("text.en", "text_en"),
        ),
    ),
    SettingName.REGISTERS: GroupsForm(
        REGISTERS,
        (
            Shape("service", "service", "choice", ("in_service", "out_of_service")),
            Shape("seconds", "seconds", "number"),
        ),
    ),
    SettingName.MESSAGES: MessagesForm(),
    SettingName.UPSTREAMS: WordsForm("not_offered", "not_offered"),
}
