"""The guided form of a client: members as texts in fields, and back."""

from collections.abc import Iterable, Sequence
from typing import get_args

from clients.document import Document
from clients.errors import Problem
from clients.model import OWN_GRANTS, TOKEN_EXCHANGE
from idp.protocol.forms import Form
from idp.web.admin.clients.pages import GuidedField, GuidedMember
from idp.web.admin.field_problems import problem_shown
from idp.web.admin.pages import FieldProblem

MEMBERS: tuple[GuidedMember, ...] = get_args(GuidedMember)
_LISTS = frozenset(
    {
        "redirect_uris",
        "post_logout_redirect_uris",
        "officer_agencies",
        "service_scopes",
        "exchange_apis",
        "contacts",
    }
)
# Each line names something, and says something of it.
_PAIRS = frozenset({"legal_basis", "api_access"})
_ONLY_AT_FIRST = frozenset({"client_id", "agency"})


def members_of(document: Document, *, new: bool) -> tuple[GuidedMember, ...]:
    """Return what the form asks for; what a client keeps for good is asked at first only, some where they apply.

    A member that stands in the document is asked for though it does not apply: so it can be taken out.
    """
    left_out = frozenset[str]() if new else _ONLY_AT_FIRST
    applies = {
        "officer_agencies": _names(document, "account_kinds", "officer"),
        "service_scopes": bool(document.get("resource")),
        "api_access": any(_names(document, "grant_types", grant) for grant in OWN_GRANTS),
        "exchange_apis": _names(document, "grant_types", TOKEN_EXCHANGE),
    }
    left_out |= {member for member, asked in applies.items() if not asked and not document.get(member)}
    return tuple(member for member in MEMBERS if member not in left_out)


def _names(document: Document, member: str, value: str) -> bool:
    listed = document.get(member)
    return isinstance(listed, list) and value in listed


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
            lines=member in _LISTS | _PAIRS,
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
    if member in _PAIRS:
        pairs = [line.partition(":") for line in lines]
        return {named.strip(): " ".join(said.split()) for named, _, said in pairs}
    return " ".join(text.split()) if member == "scope" else text.strip()


def _write(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(str(item) for item in value)
    if isinstance(value, dict):
        return "\n".join(f"{name}: {text}" for name, text in value.items())
    return value if isinstance(value, str) else ""
