"""What applying a file of agencies would change. Pure: nothing is read or written here."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from clients.errors import ClientFileError, Problem
from clients.plan import Difference
from idp.admin.agencies.changes import Changes, decide
from idp.admin.agencies.commands import Act, Command, Found, Move, Rename
from idp.admin.agencies.file import AgencyEntry
from idp.admin.errors import InvalidInputError
from idp.agencies.effects import after
from idp.agencies.tree import Agency, SuccessionKind, Tree
from records.structs import replace


class AgencyStep(Struct, frozen=True):
    """One change of one agency, decided on the tree as the steps before it leave it."""

    code: str
    kind: SuccessionKind
    differences: tuple[Difference, ...]
    changes: Changes


class AgencyPlan(Struct, frozen=True):
    """Everything a file asks for, in the order in which it is done."""

    steps: tuple[AgencyStep, ...]
    unchanged: tuple[str, ...]
    # Standing agencies that the file does not name; they stay.
    unnamed: tuple[str, ...]


def plan_agencies(tree: Tree, entries: Sequence[AgencyEntry], act: Act) -> AgencyPlan:
    """Compare a file with the tree. Agencies that it does not name stay as they are.

    Raises `ClientFileError` with every problem of every entry.
    """
    problems: list[Problem] = []
    steps: list[AgencyStep] = []
    unchanged: list[str] = []
    for entry in _parents_first(entries):
        own = replace(act, day=entry.day or act.day, decision=entry.decision)
        problems += _fixed(tree, entry)
        commands = list(_commands(tree, entry))
        if not commands:
            unchanged.append(entry.code)
        try:
            for kind, differences, command in commands:
                changes = decide(tree, command, own)
                tree = after(tree, changes)
                steps.append(AgencyStep(entry.code, kind, differences, changes))
        except InvalidInputError as error:
            problems += [replace(one, field=f"{entry.label}.{one.field}") for one in error.problems]
    if problems:
        raise ClientFileError(problems)
    named = {entry.code for entry in entries}
    unnamed = tuple(sorted(code for code, one in tree.agencies.items() if one.open and code not in named))
    return AgencyPlan(tuple(steps), tuple(unchanged), unnamed)


def _parents_first(entries: Sequence[AgencyEntry]) -> Iterator[AgencyEntry]:
    """Return the entries so that what stands above comes first; those of a circle come last, to be refused."""
    waiting: Mapping[str, AgencyEntry] = {entry.code: entry for entry in entries}
    while waiting:
        ready = {code: one for code, one in waiting.items() if one.parent not in waiting} or waiting
        yield from ready.values()
        waiting = {code: one for code, one in waiting.items() if code not in ready}


def _fixed(tree: Tree, entry: AgencyEntry) -> Iterator[Problem]:
    """Check what no file changes: that an agency stands, and what kind it is."""
    known = tree.agencies.get(entry.code)
    if known is not None and known.open is None:
        reason = f"{entry.code} was closed on {known.closed_day}"
        yield Problem(f"{entry.label}.code", "closed", reason, "remove the entry, or name the agency that came of it")
    elif known is not None and known.kind is not entry.kind:
        yield Problem(f"{entry.label}.kind", "kind", f"{entry.code} is a {known.kind.value}", "a kind stays as it is")


def _commands(tree: Tree, entry: AgencyEntry) -> Iterator[tuple[SuccessionKind, tuple[Difference, ...], Command]]:
    known = tree.agencies.get(entry.code)
    if known is None:
        yield SuccessionKind.FOUNDED, (), Found(entry.code, entry.kind, entry.parent, entry.names)
        return
    last = known.open
    if last is None:
        return
    if last.names != entry.names:
        yield SuccessionKind.RENAMED, tuple(_named(known, entry)), Rename(entry.code, entry.names)
    if last.parent != entry.parent:
        difference = Difference("parent", last.parent or "none", entry.parent or "none")
        yield SuccessionKind.MOVED, (difference,), Move(entry.code, entry.parent)


def _named(known: Agency, entry: AgencyEntry) -> Iterator[Difference]:
    names = known.open.names if known.open else entry.names
    for member, before, wanted in (("name", names.vi, entry.names.vi), ("name#en", names.en, entry.names.en)):
        if before != wanted:
            yield Difference(member, before, wanted)
