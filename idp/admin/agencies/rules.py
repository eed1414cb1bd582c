"""The rules that every change of the tree of agencies keeps, each with its name, its reason and a remedy.

They hold for all days from the change's own on: a past day reads as it did, and what is entered late can break
nothing that was entered since.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from clients.errors import Problem
from idp.admin.agencies.commands import Act, Found, Merge, Split
from idp.admin.errors import NotFoundError
from idp.agencies.model import InvalidAgencyCodeError, agency_code
from idp.agencies.ports import Belongings
from idp.agencies.tree import ABOVE, Agency, AgencyKind, AgencyNames, Tree
from idp.officers.roles import NATIONAL

LONGEST_NAME = 200
LONGEST_DECISION = 300
# Far more than any state has; it keeps every reading of a lineage short.
MOST_LEVELS = 16


class AgencyRule(StrEnum):
    """The rules there are, by name."""

    CIRCLE = "circle"
    CLOSED = "closed"
    CODE_FORM = "code-form"
    CODE_GIVEN = "code-given"
    DAY_TO_COME = "day-to-come"
    DAY_TOO_EARLY = "day-too-early"
    DEPTH = "depth"
    ITSELF = "itself"
    NO_PART = "no-part"
    NOT_BELOW = "not-below"
    NOT_EMPTY = "not-empty"
    PARENT_KIND = "parent-kind"
    PARENT_NOT_STANDING = "parent-not-standing"
    PARENT_UNKNOWN = "parent-unknown"
    TEXT_LENGTH = "text-length"
    TEXT_MISSING = "text-missing"
    TEXT_PLAIN = "text-plain"
    TOO_FEW = "too-few"
    TWICE = "twice"
    UNCHANGED = "unchanged"
    # Of forms: a day that is none.
    DAY_FORM = "day-form"


def check_act(act: Act) -> Iterator[Problem]:
    """Check the day and the legal decision of a change."""
    if act.day > act.today:
        yield Problem(
            "day", AgencyRule.DAY_TO_COME, "the day has not come", "enter the change on the day it takes effect"
        )
    yield from check_text("decision", act.decision, LONGEST_DECISION)


def check_names(names: AgencyNames, field: str = "") -> Iterator[Problem]:
    """Check the names of an agency."""
    yield from check_text(f"{field}name_vi", names.vi, LONGEST_NAME)
    yield from check_text(f"{field}name_en", names.en, LONGEST_NAME)


def check_text(field: str, text: str, longest: int) -> Iterator[Problem]:
    """Check one line of plain text."""
    if not text.strip():
        yield Problem(field, AgencyRule.TEXT_MISSING, "nothing is written", "write it out")
    elif len(text) > longest:
        yield Problem(field, AgencyRule.TEXT_LENGTH, f"it is longer than {longest} characters", "shorten it")
    elif not text.isprintable() or "<" in text or ">" in text:
        yield Problem(
            field, AgencyRule.TEXT_PLAIN, "it holds control characters or angle brackets", "write one plain line"
        )


def found_agency(tree: Tree, code: str) -> Agency:
    """Return an agency that was ever founded. Raises `NotFoundError`."""
    agency = tree.agencies.get(code)
    if agency is None:
        raise NotFoundError(f"no agency has the code {code}")
    return agency


def check_changeable(agency: Agency, act: Act, field: str = "code") -> Iterator[Problem]:
    """Check that an agency stands and that nothing was entered for it since the change's day.

    What began today may be put right today; what began on an earlier day was in force, and stays as it was.
    """
    last = agency.open
    if last is None:
        yield Problem(
            field,
            AgencyRule.CLOSED,
            f"{agency.code} was closed on {agency.closed_day}",
            "name the agency that came of it",
        )
    elif last.from_day > act.day or (last.from_day == act.day and act.day != act.today):
        yield Problem(
            "day",
            AgencyRule.DAY_TOO_EARLY,
            f"{agency.code} has been as it is since {last.from_day}",
            "name a later day",
        )


def check_code(tree: Tree, code: str, field: str = "code") -> Iterator[Problem]:
    """Check a code that is to be given."""
    try:
        written = agency_code(code)
    except InvalidAgencyCodeError as error:
        yield Problem(
            field, AgencyRule.CODE_FORM, error.detail or "that cannot be right", "write it as in H55 or H55.242"
        )
        return
    if written != code:
        yield Problem(field, AgencyRule.CODE_FORM, "a code is written in capitals", f"write {written}")
    elif code in tree.agencies:
        yield Problem(
            field, AgencyRule.CODE_GIVEN, f"{code} was given already; a code is never given again", "choose another"
        )


def check_founding(tree: Tree, command: Found, act: Act, field: str = "") -> Iterator[Problem]:
    """Check an agency that is to be founded; `field` begins the names of its fields where there are several."""
    yield from check_code(tree, command.code, f"{field}code")
    yield from check_names(command.names, field)
    yield from check_parent(tree, command.kind, command.parent, act, f"{field}parent")


def check_parent(tree: Tree, kind: AgencyKind, parent: str, act: Act, field: str = "parent") -> Iterator[Problem]:
    """Check that an agency of this kind may stand below `parent` from the day on."""
    above = tree.agencies.get(parent)
    if parent != NATIONAL and above is None:
        yield Problem(field, AgencyRule.PARENT_UNKNOWN, f"no agency has the code {parent}", "found it first")
    elif above is not None and (above.open is None or above.founded_day > act.day):
        yield Problem(
            field, AgencyRule.PARENT_NOT_STANDING, f"{parent} does not stand from {act.day} on", "name one that does"
        )
    elif (above.kind if above else None) not in ABOVE[kind]:
        allowed = ", ".join(sorted(one.value if one else '""' for one in ABOVE[kind]))
        yield Problem(field, AgencyRule.PARENT_KIND, f"a {kind.value} stands below {allowed}", "name another one above")


def check_place(
    tree: Tree, codes: Iterable[str], parent: str, act: Act, *, levels: int = 1, field: str = "parent"
) -> Iterator[Problem]:
    """Check that what stands below `codes` may come below `parent`, where `levels` come between.

    Neither may `parent` itself stand below one of them: not on the day, and on no later one.
    """
    moved = frozenset(codes)
    turns = tree.turns(act.day)
    lineages = [tree.lineage(parent, turn) for turn in turns]
    circles = sorted({code for lineage in lineages for code in lineage if code in moved})
    if circles:
        yield Problem(field, AgencyRule.CIRCLE, f"{parent} stands below {', '.join(circles)}", "name one that does not")
        return
    deepest = max((tree.height(code, turn) for turn in turns for code in moved), default=0)
    if max(map(len, lineages)) + levels + deepest > MOST_LEVELS:
        yield Problem(field, AgencyRule.DEPTH, f"a tree has {MOST_LEVELS} levels at most", "name one nearer to the top")


def check_left(tree: Tree, code: str, act: Act) -> Iterator[Problem]:
    """Check that nothing left an agency that ends after the day of its end: on those days it would hang in the air."""
    left = tree.last_left(code)
    if left > act.day:
        yield Problem("day", AgencyRule.DAY_TOO_EARLY, f"something stood below {code} until {left}", "name a later day")


def check_empty(tree: Tree, code: str, own: Belongings) -> Iterator[Problem]:
    """Check that nothing stands below an agency that is to close without a successor, and nothing is its own."""
    below = tree.open_children(code)
    if below:
        shown = ", ".join(below[:5]) + (", …" if len(below) > 5 else "")
        yield Problem("code", AgencyRule.NOT_EMPTY, f"{shown} stand below {code}", "move, merge or close them first")
    elif own.clients or own.officers or own.administrators:
        reason = f"{len(own.clients)} clients and {own.officers} officers are its own, {own.administrators} hold roles"
        yield Problem("code", AgencyRule.NOT_EMPTY, reason, "merge it into the agency that takes them up")


def check_kind(tree: Tree, child: str, kind: AgencyKind) -> Iterator[Problem]:
    """Check that what stood below an agency that ends may stand below one of `kind`."""
    if kind not in ABOVE[tree.agencies[child].kind]:
        reason = f"{child} may not stand below a {kind.value}"
        yield Problem("children", AgencyRule.PARENT_KIND, reason, f"move or close {child} first")


def check_target(target: Agency, act: Act) -> Iterator[Problem]:
    """Check that the agency that takes others up stands from the day on."""
    if target.open is None or target.founded_day > act.day:
        reason = f"{target.code} does not stand from {act.day} on"
        yield Problem("into", AgencyRule.PARENT_NOT_STANDING, reason, "name one that does")


def check_merged(command: Merge) -> Iterator[Problem]:
    """Check the list of those that go up in another."""
    if not command.codes:
        yield Problem("codes", AgencyRule.TEXT_MISSING, "nobody is named", "name those that go up in the other")
    if len(set(command.codes)) < len(command.codes):
        yield Problem("codes", AgencyRule.TWICE, "a code stands there twice", "name each once")
    if command.target in command.codes:
        yield Problem("into", AgencyRule.ITSELF, f"{command.target} cannot go up in itself", "leave it out of the list")


def check_split(tree: Tree, command: Split, own: Belongings) -> Iterator[Problem]:
    """Check the parts of a split, and that what is given to them is there and they are."""
    parts = {part.code for part in command.parts}
    if len(command.parts) < 2:
        yield Problem("parts", AgencyRule.TOO_FEW, "a split has two parts at least", "rename it or merge it instead")
    if len(parts) < len(command.parts):
        yield Problem("parts", AgencyRule.TWICE, "a code stands there twice", "give each part its own")
    unknown_codes = sorted(set(command.children) - set(tree.open_children(command.code)))
    if unknown_codes:
        reason = f"{', '.join(unknown_codes)} do not stand right below {command.code}"
        yield Problem("children", AgencyRule.NOT_BELOW, reason, "leave them out")
    foreign = sorted(set(command.clients) - set(own.clients))
    if foreign:
        yield Problem(
            "clients", AgencyRule.NOT_BELOW, f"{', '.join(foreign)} are not clients of {command.code}", "leave them out"
        )
    missing = sorted({*command.children.values(), *command.clients.values()} - parts)
    if missing:
        yield Problem(
            "parts", AgencyRule.NO_PART, f"{', '.join(missing)} are no parts of the split", "name one of the parts"
        )


def check_new(field: str, *, same: bool) -> Iterator[Problem]:
    """Check that a change changes something."""
    if same:
        yield Problem(field, AgencyRule.UNCHANGED, "it is so already", "leave it")
