"""The guided form of messages: those that are changed, and one more to choose, which begins with its standard texts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from clients.document import Document
from clients.errors import Problem
from idp.kernel.locales import LOCALES, Locale
from idp.protocol.forms import Form
from idp.settings.message_texts import Wording
from idp.web.admin.field_problems import problem_shown
from idp.web.admin.settings.pages import SettingField, SettingGroup, SettingKey
from idp.web.admin.settings.shapes import Shape, is_about, put, shown, value_at
from idp.web.messages.catalogue import message_catalogue

# Five fields each, in a form of at most a hundred (protocol/forms.py). Those behind them are changed in the document.
SHOWN = 15
_SMS = (Shape("text.vi", "message_vi", "paragraphs"), Shape("text.en", "message_en", "paragraphs"))
_EMAIL = (Shape("subject.vi", "subject_vi"), Shape("subject.en", "subject_en"), *_SMS)


class MessagesForm(Struct, frozen=True):
    """A group for each changed message; one whose name is taken away says its standard text again."""

    def groups(self, document: Document, problems: Sequence[Problem]) -> tuple[SettingGroup, ...]:
        """Return the groups, and the choice of one more where there is room."""
        entries = _entries(document)[:SHOWN]
        fields = [_fields(place, entry, problems) for place, entry in enumerate(entries)]
        if len(entries) < SHOWN:
            fields.append((_key(len(entries), "", message_catalogue().wordings, problems),))
        return tuple(
            SettingGroup(number=number, name=group[0].value, fields=group) for number, group in enumerate(fields, 1)
        )

    def read(self, form: Form, standing: Document) -> Document:
        """Return the document that was typed. A message that was just chosen has its standard texts."""
        return {"messages": [*_typed(form), *_entries(standing)[SHOWN:]]}


def standard_entry(name: str) -> Document:
    """Return what a document would say to say what the catalogue says."""
    wording = message_catalogue().wordings.get(name)
    if wording is None:
        return {"id": name}
    subjects = {one: wording[one].subject for one in LOCALES}
    texts = {one: wording[one].text for one in LOCALES}
    return {"id": name, "subject": subjects, "text": texts} if any(subjects.values()) else {"id": name, "text": texts}


def _entries(document: Document) -> list[object]:
    found = document.get("messages")
    return found if isinstance(found, list) else []


def _shapes(name: str) -> tuple[Shape, ...]:
    return _EMAIL if name.startswith("email.") else _SMS


def _fields(place: int, entry: object, problems: Sequence[Problem]) -> tuple[SettingField, ...]:
    name = shown(value_at(entry, "id"))
    shapes = (shape.field(f"messages.{place}.{shape.member}", entry, problems) for shape in _shapes(name))
    return (_key(place, name, (name,), problems), *shapes)


def _key(place: int, name: str, names: Iterable[str], problems: Sequence[Problem]) -> SettingField:
    path = f"messages.{place}.id"
    wordings = message_catalogue().wordings
    return SettingField(
        path=path,
        label="message",
        kind="key",
        value=name,
        choices=(),
        keys=tuple(SettingKey(key=one, about=_about(wordings.get(one, {}))) for one in names),
        problems=tuple(problem_shown(one) for one in problems if is_about(one, path)),
    )


def _about(wording: Mapping[Locale, Wording]) -> Mapping[Locale, str]:
    """Return what tells a message from the others: an e-mail's subject, a text message's text."""
    return {one: wording[one].subject or wording[one].text if one in wording else "" for one in LOCALES}


def _typed(form: Form) -> Iterator[Document]:
    for place in range(SHOWN):
        path = f"messages.{place}"
        if (name := form.get(f"{path}.id")) is None:
            continue
        entry: Document = {"id": name}
        if f"{path}.text.vi" not in form.data:
            yield standard_entry(name)
            continue
        for shape in _shapes(name):
            put(entry, shape.member, shape.typed(f"{path}.{shape.member}", form, None))
        # What says what the catalogue says is no change.
        if entry != standard_entry(name):
            yield entry
