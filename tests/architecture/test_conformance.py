"""docs/conformance.md tells the truth: the tests it names are there, rows are of known kinds, the sums are right."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from msgspec import Struct

from tests.support.running.servers import REPOSITORY

DOCUMENT = REPOSITORY / "docs" / "conformance.md"
# The plans of certification, each a heading with a table.
PLANS = (
    "Every flow",
    "Config OP",
    "Basic OP",
    "Implicit OP",
    "Hybrid OP",
    "Form Post OP",
    "Dynamic OP",
    "Third-party-initiated login",
    "RP-initiated logout",
    "Back-channel logout",
    "Front-channel logout",
    "Session management",
    "FAPI 2.0 Security Profile",
    "FAPI 2.0 Message Signing",
    "FAPI-CIBA",
    "Identity Assurance",
)
KINDS = ("held", "differs on purpose", "not yet")
_ROW = re.compile(r"^\| `(?P<module>[^`|]+)` \| (?P<checks>[^|]+) \| (?P<held>[^|]+) \|$")
_TEST = re.compile(r"`(?P<file>tests/[\w/]+\.py)::(?P<name>test_\w+)`")
_TESTS = re.compile(rf"{_TEST.pattern.replace('?P<file>', '').replace('?P<name>', '')}(?:<br>|$)")
_OTHER = re.compile(r"(?P<kind>differs on purpose|not yet): (?P<why>\S.{15,})")
_HEADING = re.compile(r"^## (?P<plan>.+)$", re.MULTILINE)


class Row(Struct, frozen=True):
    """One module of a plan. `kind` is "" where the row is of none."""

    plan: str
    module: str
    held: str

    @property
    def kind(self) -> str:
        if self.held and _TESTS.sub("", self.held) == "":
            return "held"
        other = _OTHER.fullmatch(self.held)
        return other["kind"] if other else ""


def tables(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each plan with the lines of its table, without the two of its head."""
    parts = _HEADING.split(text)
    for plan, body in zip(parts[1::2], parts[2::2], strict=True):
        yield plan, [line for line in body.splitlines() if line.startswith("|")][2:]


def rows(text: str) -> list[Row]:
    """Return the rows of all tables; a line that is none is an error."""
    found = []
    for plan, lines in tables(text):
        for line in lines:
            match = _ROW.match(line)
            assert match, f"no row: {line}"
            found.append(Row(plan, match["module"], match["held"]))
    return found


def summary(found: list[Row]) -> str:
    """Return the table at the top, as it must be."""
    counted = Counter((row.plan, row.kind) for row in found)
    lines = ["| plan | modules | held | differs on purpose | not yet |", "| --- | --- | --- | --- | --- |"]
    for plan in PLANS:
        numbers = [counted[plan, kind] for kind in KINDS]
        anchor = re.sub(r"[^\w\- ]", "", plan.lower()).replace(" ", "-")
        lines.append(f"| [{plan}](#{anchor}) | {' | '.join(map(str, [sum(numbers), *numbers]))} |")
    sums = [sum(counted[plan, kind] for plan in PLANS) for kind in KINDS]
    lines.append(f"| all | {' | '.join(map(str, [sum(sums), *sums]))} |")
    return "\n".join(lines)


@cache
def written_in(file: Path) -> frozenset[str]:
    text = file.read_text("utf-8") if file.is_file() else ""
    return frozenset(re.findall(r"^(?:async )?def (test_\w+)\(", text, re.MULTILINE))


def missing(found: list[Row]) -> list[str]:
    """Return the tests that a row names and nobody wrote."""
    named = {(match["file"], match["name"]) for row in found for match in _TEST.finditer(row.held)}
    return sorted(f"{file}::{name}" for file, name in named if name not in written_in(REPOSITORY / file))


TEXT = DOCUMENT.read_text("utf-8")


def test_every_plan_of_certification_has_a_table() -> None:
    assert [plan for plan, _ in tables(TEXT)] == list(PLANS)
    assert all(lines for _, lines in tables(TEXT))


def test_every_row_is_held_differs_on_purpose_or_is_not_yet() -> None:
    assert [(row.plan, row.module, row.held) for row in rows(TEXT) if not row.kind] == []


def test_no_module_has_two_rows_in_one_plan() -> None:
    counted = Counter((row.plan, row.module) for row in rows(TEXT))
    assert [each for each, times in counted.items() if times > 1] == []
    assert len(counted) > 250


def test_every_test_that_is_named_is_there() -> None:
    assert missing(rows(TEXT)) == []


def test_the_numbers_at_the_top_are_those_of_the_tables() -> None:
    assert summary(rows(TEXT)) in TEXT


@pytest.mark.parametrize(
    "held",
    [
        "",
        "yes",
        "`tests/a.py`",
        "`test_a`",
        "not yet",
        "not yet: soon",
        "`tests/a.py::test_a` mostly",
        "held: by nobody at all",
    ],
)
def test_a_row_of_no_kind_is_found(held: str) -> None:
    assert Row("Basic OP", "oidcc-server", held).kind == ""


def test_a_test_that_is_not_there_is_found() -> None:
    row = Row("Basic OP", "oidcc-server", "`tests/architecture/test_conformance.py::test_that_nobody_wrote`")
    assert (row.kind, missing([row])) == ("held", [row.held.strip("`")])
