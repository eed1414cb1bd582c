"""Short ways to say what a test wants of the tree of agencies."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from idp.admin.agencies.changes import decide
from idp.admin.agencies.commands import Act, Command, Found
from idp.agencies.effects import after
from idp.agencies.tree import AgencyKind, AgencyNames, Tree
from idp.officers.roles import NATIONAL

AT = datetime(2026, 11, 25, 8, tzinfo=UTC)
TODAY = date(2026, 11, 25)
LONG_AGO = date(2021, 1, 1)
MINISTRY, PROVINCE, COMMUNE, UNIT = AgencyKind


def names(text: str) -> AgencyNames:
    """Return a name in both languages."""
    return AgencyNames(text, f"{text} (en)")


def founding(code: str, kind: AgencyKind = PROVINCE, parent: str = NATIONAL, name: str = "") -> Found:
    """Return the command for an agency called by its code."""
    return Found(code, kind, parent, names(name or code))


def act(day: date = TODAY, decision: str = "NQ 202/2025/QH15", today: date = TODAY) -> Act:
    """Return an act of the operator."""
    return Act(day, decision, today, AT, "operator")


def carried(tree: Tree, command: Command, on: date = TODAY) -> Tree:
    """Return the tree after a command."""
    return after(tree, decide(tree, command, act(on)))


def planted(commands: Iterable[Command], day: date = LONG_AGO) -> Tree:
    """Return a tree grown from nothing."""
    tree = Tree.of(0, ())
    for command in commands:
        tree = carried(tree, command, day)
    return tree
