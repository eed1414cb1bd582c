"""The guided form of a client: members as texts in fields, and back."""

from collections.abc import Iterable, Sequence
from typing import get_args

from clients.document import Document
from clients.errors import Problem
from idp.protocol.forms import Form
from idp.web.admin.clients.pages import GuidedField, GuidedMember
from idp.web.admin.field_problems import problem_shown
from idp.web.admin.pages import FieldProblem

MEMBERS: tuple[GuidedMember, ...] = get_args(GuidedMember)
_LISTS = frozenset({"redirect_uris", "post_logout_redirect_uris", "officer_agencies", "contacts"})
_TEXTS_BY_SCOPE = "legal_basis"
_ONLY_AT_FIRST = frozenset({"client_id", "agency"})


def members_of(document: Document, *, new: bool) -> tuple[GuidedMember, ...]:
    """Return what the form asks for; what a client keeps for good is asked at first only, agencies where it applies."""
    kinds = document.get("account_kinds")
    left_out = frozenset[str]() if new else _ONLY_AT_FIRST
    if not isinstance(kinds, list) or "officer" not in kinds:
        left_out |= {"officer_agencies"}
    return tuple(member for member in MEMBERS if member not in left_out)


def with_form(document: Document, form: Form, members: Iterable[GuidedMember]) -> Document:
    """Return the document with what was typed; an empty field leaves its member out."""
    typed: Document = dict(document)
    for member in members:
        value = _read(member, form.get(member) or "")
        if value:
            typed[member] = value
        else:
            typed.pop(member, None)
    return typed


def fields_of(
    document: Document, members: Iterable[GuidedMember], problems: Sequence[Problem] = ()
) -> tuple[GuidedField, ...]:
    """Return the fields with the values of a document, each with what is wrong with it."""
    return tuple(
        GuidedField(
            member=member,
            id=member.replace("#", "-"),
            value=_write(document.get(member)),
            lines=member in _LISTS or member == _TEXTS_BY_SCOPE,
            problems=tuple(problem_shown(problem) for problem in problems if _is_about(problem, member)),
        )
        for member in members
    )


def elsewhere(problems: Iterable[Problem], members: Iterable[GuidedMember]) -> tuple[FieldProblem, ...]:
    """Return the problems of members that no field asks for."""
    asked = tuple(members)
    return tuple(problem_shown(one) for one in problems if not any(_is_about(one, member) for member in asked))


def _is_about(problem: Problem, member: GuidedMember) -> bool:
    return problem.field == member or problem.field.startswith(f"{member}[")


def _read(member: GuidedMember, text: str) -> object:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if member in _LISTS:
        return lines
    if member == _TEXTS_BY_SCOPE:
        pairs = [line.partition(":") for line in lines]
        return {scope.strip(): basis.strip() for scope, _, basis in pairs}
    return " ".join(text.split()) if member == "scope" else text.strip()


def _write(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(str(item) for item in value)
    if isinstance(value, dict):
        return "\n".join(f"{name}: {text}" for name, text in value.items())
    return value if isinstance(value, str) else ""
