"""Taking a change of agencies back within its day: the snapshot and what was kept of it in, effects out. Pure.

Who ended stands again as it stood, who was founded ends, and each agency that was put elsewhere goes back. What
somebody changed since keeps that change: a new name stays, and what left for yet another place stays there. One person
can change little of this alone, and so cannot keep the other from undoing.
"""

from collections.abc import Iterable, Iterator, Mapping

import msgspec
from msgspec import Struct

from clients.document import Document
from idp.admin.agencies.changes import Changes
from idp.admin.agencies.commands import Act, Merge, Move, OfTwo, Split, ending
from idp.admin.agencies.preview import STORED
from idp.admin.agencies.rules import MOST_LEVELS
from idp.admin.errors import ConflictError, StaleVersionError
from idp.agencies.effects import (
    BeginPeriod,
    ClaimTree,
    CloseAgency,
    KeepSuccession,
    MoveBelongings,
    RestoreAgency,
    ReturnHoldings,
    after,
)
from idp.agencies.tree import ABOVE, Period, Succession, SuccessionKind, Tree
from idp.kernel.effects import Effect
from idp.kernel.ids import new_id
from idp.officers.roles import NATIONAL


class _Was(Struct, frozen=True):
    """How an agency was stored before the change."""

    version: int
    periods: tuple[Period, ...]

    @property
    def parent(self) -> str:
        return self.periods[-1].parent


def undo(tree: Tree, command: OfTwo, stored: Document, act: Act) -> Changes:
    """Return what takes a command that was carried out back; `stored` is the document before it, `act.change_id` its
    change.

    Raises `StaleVersionError` where two people changed since what came of it, `ConflictError` where the tree would not
    hold together.
    """
    was = {code: msgspec.convert(one, _Was) for code, one in _mapping(stored[STORED]).items()}
    ended, heirs = ending(command), _heirs(command)
    for code in ended:
        if tree.agencies[code].open is not None:
            raise StaleVersionError(f"{code} stands again")
    for code in heirs:
        if tree.agencies[code].open is None:
            raise StaleVersionError(f"{code} has ended since")
    changes = (
        ClaimTree(version=tree.version),
        *(RestoreAgency(code=code, version=tree.agencies[code].version, periods=was[code].periods) for code in ended),
        *_back_below(tree, command, was, act),
        *_ending(command, act),
        *(_succession(code, code, act) for code in ended),
        *_holdings_back(command, act),
    )
    _check(after(tree, changes), [*ended, *was], act)
    return changes


def _heirs(command: OfTwo) -> tuple[str, ...]:
    match command:
        case Merge():
            return (command.target,)
        case Split(_, parts):
            return tuple(part.code for part in parts)
        case _:
            return ()


def _founded(command: OfTwo) -> tuple[str, ...]:
    """Return the codes that the command gave, all of which end again."""
    return () if isinstance(command, Merge) and isinstance(command.into, str) else _heirs(command)


def _back_below(tree: Tree, command: OfTwo, was: Mapping[str, _Was], act: Act) -> Iterator[Effect]:
    """Yield the moves back of what was put elsewhere, and then of what came below a founded agency since."""
    moved = {command.code: {command.parent}} if isinstance(command, Move) else {}
    ended, heirs = set(ending(command)), set(_heirs(command))
    moved |= {code: heirs for code, one in was.items() if one.parent in ended and code not in ended}
    for code, places in moved.items():
        agency = tree.agencies[code]
        last = agency.open
        if last is None or last.parent not in places:
            continue
        if agency.version == was[code].version + 1:
            yield RestoreAgency(code=code, version=agency.version, periods=was[code].periods)
        else:
            yield BeginPeriod(code=code, day=act.day, parent=was[code].parent, names=last.names)
        yield _succession(code, code, act)
    for founded in _founded(command):
        for code in tree.open_children(founded):
            if code not in moved:
                yield from _to_heir(tree, code, next(iter(ending(command))), act)


def _to_heir(tree: Tree, code: str, heir: str, act: Act) -> Iterator[Effect]:
    agency = tree.agencies[code]
    if agency.open is None or tree.agencies[heir].kind not in ABOVE[agency.kind]:
        raise ConflictError(f"{code} stands there since and may not stand below {heir}: move it first")
    yield BeginPeriod(code=code, day=act.day, parent=heir, names=agency.open.names)
    yield _succession(code, code, act)


def _ending(command: OfTwo, act: Act) -> Iterator[Effect]:
    for code in _founded(command):
        yield CloseAgency(code=code, day=act.day)
        yield _succession(code, next(iter(ending(command))), act)


def _holdings_back(command: OfTwo, act: Act) -> Iterator[Effect]:
    """Yield what gives holdings back; what came to a founded agency since goes to the first that ended for it."""
    if isinstance(command, Merge):
        for code in command.codes:
            yield ReturnHoldings(change_id=act.change_id, code=code, from_code=command.target, at=act.at)
    for founded in _founded(command):
        yield MoveBelongings(code=founded, to_code=next(iter(ending(command))), at=act.at)


def _check(tree: Tree, codes: Iterable[str], act: Act) -> None:
    """Raise `ConflictError` where an agency that stands again hangs in the air, or in a circle."""
    for code in codes:
        if tree.agencies[code].open is None:
            continue
        line = tree.lineage(code, act.today)
        top = tree.on(line[-1], act.today) if line else None
        if top is None or top.parent != NATIONAL or len(line) > MOST_LEVELS:
            raise ConflictError(f"{code} would stand below nothing that stands: undo what was changed above it first")


def _succession(code: str, successor: str, act: Act) -> KeepSuccession:
    kept = Succession(new_id(), code, successor, SuccessionKind.UNDONE, act.day, act.decision, act.at, act.by)
    return KeepSuccession(succession=kept)


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError("the document before a change of agencies says how they were stored")
    return value
