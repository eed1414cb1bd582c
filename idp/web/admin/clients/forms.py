"""The guided form of a client: members as fields, and back. It and the document beside it write the same proposal."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache

from clients.document import Document, document_of
from clients.errors import Problem
from clients.metadata import registered_members
from idp.protocol.forms import Form
from idp.web.admin.clients.guided import BY_MEMBER, GUIDED, ONLY_AT_FIRST, SECTIONS, Guided, profile_in
from idp.web.admin.clients.pages import GuidedField, GuidedOption, GuidedSection
from idp.web.admin.field_problems import problem_shown
from idp.web.admin.pages import FieldProblem

# A box that is not ticked is not sent: this field names the members whose boxes the page showed.
BOXES = "boxes"
_BOXED = frozenset({"flag", "choices"})


def members_of(document: Document, *, new: bool) -> tuple[str, ...]:
    """Return what the form asks for: what applies to the client as it stands, and what its security profile allows.

    A member that stands in the document is asked for though it does not apply: so it can be taken out.
    """
    profile = profile_in(document)
    return tuple(
        one.member
        for one in GUIDED
        if (new or one.member not in ONLY_AT_FIRST) and (document.get(one.member) or one.applies(document, profile))
    )


def with_form(document: Document, form: Form, *, new: bool) -> Document:
    """Return the document with what was typed; an empty field leaves its member out.

    What the form was not sent with stays as it is.
    """
    typed, shown = dict(document), frozenset((form.get(BOXES) or "").split(" "))
    for one in GUIDED:
        if one.member in ONLY_AT_FIRST and not new:
            continue
        if one.kind in _BOXED:
            if one.member in shown:
                typed[one.member] = _ticked(one, form)
        elif one.member in form.data:
            value = _read(one, form.data[one.member])
            if value in ("", [], {}):
                typed.pop(one.member, None)
            else:
                typed[one.member] = value
    return typed


def boxes_of(members: Iterable[str]) -> tuple[str, str]:
    """Return the hidden field that names the members with boxes."""
    return BOXES, " ".join(member for member in members if BY_MEMBER[member].kind in _BOXED)


def fields_of(document: Document, members: Iterable[str], problems: Sequence[Problem] = ()) -> tuple[GuidedField, ...]:
    """Return the fields with the values of a document, each with what is wrong with it."""
    return tuple(_field(BY_MEMBER[member], document, problems) for member in members)


def sections_of(fields: Sequence[GuidedField]) -> tuple[GuidedSection, ...]:
    """Return the fields by the parts of the form; a part in which something is wrong stands open."""
    of = {name: tuple(one for one in fields if BY_MEMBER[one.member].section == name) for name in SECTIONS}
    return tuple(
        GuidedSection(name=name, fields=found, open=any(one.problems for one in found))
        for name, found in of.items()
        if found
    )


def elsewhere(problems: Iterable[Problem], members: Iterable[str]) -> tuple[FieldProblem, ...]:
    """Return the problems of members that no field asks for."""
    asked = tuple(members)
    return tuple(problem_shown(one) for one in problems if not any(_is_about(one, member) for member in asked))


def _field(one: Guided, document: Document, problems: Sequence[Problem]) -> GuidedField:
    found, element = _found(one, document), one.member.replace("#", "-")
    return GuidedField(
        member=one.member,
        id=element,
        kind=one.kind,
        value=_write(found),
        options=tuple(
            GuidedOption(id=f"{element}-{place}", value=option, chosen=_is_chosen(option, found))
            for place, option in enumerate(_options(one, document), 1)
        ),
        chosen=found is True,
        problems=tuple(problem_shown(problem) for problem in problems if _is_about(problem, one.member)),
    )


def _found(one: Guided, document: Document) -> object:
    """Return what a document says of a member; of one with boxes that it leaves out, what the registry takes it for."""
    if one.kind in _BOXED and one.member not in document:
        return _defaults().get(one.member)
    return document.get(one.member)


@cache
def _defaults() -> Document:
    _, client = registered_members(datetime.min.replace(tzinfo=UTC))
    return document_of(client)


def _options(one: Guided, document: Document) -> tuple[str, ...]:
    """Return what may be chosen: what the profile allows, and what stands though it does not, to be taken out."""
    found, offered = _found(one, document), one.offered(profile_in(document))
    stands = found if isinstance(found, list) else [found]
    return tuple(option for option in one.options if option in offered or option in stands)


def _is_chosen(option: str, found: object) -> bool:
    return option in found if isinstance(found, list) else option == found


def _is_about(problem: Problem, member: str) -> bool:
    return problem.field == member or problem.field.startswith(f"{member}[")


def _ticked(one: Guided, form: Form) -> object:
    if one.kind == "flag":
        return one.member in form.data
    # Not only what the page offered: what its profile does not allow is told by the rules of the registry.
    return [option for option in one.options if f"{one.member}:{option}" in form.data]


def _read(one: Guided, text: str) -> object:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    match one.kind:
        case "lines":
            return lines
        case "pairs":
            pairs = [line.partition(":") for line in lines]
            return {named.strip(): " ".join(said.split()) for named, _, said in pairs}
        case "words":
            return " ".join(text.split())
        case "number":
            plain = text.strip()
            # What is no number is judged by the rules of the registry, as it was typed.
            return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 12 else plain
        case _:
            return text.strip()


def _write(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(str(item) for item in value)
    if isinstance(value, dict):
        return "\n".join(f"{name}: {text}" for name, text in value.items())
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""
