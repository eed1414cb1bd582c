"""The file of agencies: YAML with an `agencies:` list, each entry checked field by field."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TypeVar

from msgspec import Struct

from clients.errors import ClientFileError, Problem
from clients.file import parse_list
from idp.agencies.tree import AgencyKind, AgencyNames
from idp.officers.roles import NATIONAL

_T = TypeVar("_T")
_MEMBERS = frozenset({"code", "kind", "name", "name#en", "parent", "day", "decision"})


class AgencyEntry(Struct, frozen=True):
    """What a file says of an agency, and from which day by which decision it became so."""

    label: str
    code: str
    kind: AgencyKind
    parent: str
    names: AgencyNames
    # None: from the day on which the file is applied.
    day: date | None
    decision: str


def parse_agency_file(data: bytes) -> tuple[AgencyEntry, ...]:
    """Return the entries of a file. Raises `ClientFileError` with every problem of every entry."""
    problems: list[Problem] = []
    found: dict[str, AgencyEntry] = {}
    for place, entry in enumerate(parse_list(data, "agencies")):
        label = f"agencies[{place}]"
        if not isinstance(entry, dict) or not all(isinstance(name, str) for name in entry):
            problems.append(Problem(label, "type", "the entry is not a list of names and values", "write name: value"))
            continue
        read = _read(label, entry, problems)
        if read.code in found:
            problems.append(Problem(f"{label}.code", "twice", f"{read.code} stands there already", "remove one entry"))
        found[read.code] = read
    if problems:
        raise ClientFileError(problems)
    return tuple(found.values())


def _read(label: str, entry: Mapping[str, object], problems: list[Problem]) -> AgencyEntry:
    named = f"{label} ({entry['code']})" if isinstance(entry.get("code"), str) else label
    problems += [
        Problem(f"{named}.{name}", "unknown-member", "an entry has no such member", "remove it")
        for name in sorted(set(entry) - _MEMBERS)
    ]

    def read(name: str, convert: Callable[[object], _T], missing: _T, remedy: str) -> _T:
        try:
            return convert(entry.get(name))
        except (TypeError, ValueError):
            problems.append(Problem(f"{named}.{name}", "value", "it is missing or has another form", remedy))
            return missing

    return AgencyEntry(
        named,
        read("code", _text, "", "write the code, such as H55"),
        read("kind", _kind, AgencyKind.UNIT, f"write one of {', '.join(AgencyKind)}"),
        read("parent", _parent, NATIONAL, "write the code of the agency above, or leave it out"),
        AgencyNames.typed(
            read("name", _text, "", "write the name"), read("name#en", _text, "", "write the English name")
        ),
        read("day", _day, None, "write a day as YYYY-MM-DD, or leave it out"),
        read("decision", _text, "", "write the legal decision"),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _kind(value: object) -> AgencyKind:
    return AgencyKind(_text(value))


def _parent(value: object) -> str:
    return NATIONAL if value is None else _text(value)


def _day(value: object) -> date | None:
    # YAML makes dates of what looks like one; an instant is one as well, to Python.
    if isinstance(value, str):
        return date.fromisoformat(value)
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    raise TypeError
