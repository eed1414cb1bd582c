"""Decisions on the tree of agencies: the snapshot, a command and the act in; effects out, or every
reason against it.
"""

from collections.abc import Iterable, Iterator, Mapping

from clients.errors import Problem
from idp.admin.agencies.commands import Act, Close, Command, Found, Merge, Move, Rename, Split
from idp.admin.agencies.rules import (
    check_act,
    check_changeable,
    check_empty,
    check_founding,
    check_kind,
    check_left,
    check_merged,
    check_names,
    check_new,
    check_parent,
    check_place,
    check_split,
    check_target,
    found_agency,
)
from idp.admin.errors import InvalidInputError
from idp.agencies.effects import (
    BeginPeriod,
    ClaimTree,
    CloseAgency,
    FoundAgency,
    KeepHoldings,
    KeepSuccession,
    MoveBelongings,
    MoveClient,
)
from idp.agencies.ports import Belongings
from idp.agencies.tree import Agency, AgencyKind, Period, Succession, SuccessionKind, Tree
from idp.kernel.effects import Effect
from idp.kernel.ids import new_id

Changes = tuple[Effect, ...]


def decide(tree: Tree, command: Command, act: Act, own: Belongings = Belongings()) -> Changes:  # noqa: B008 (frozen)
    """Return what carries out a command, a claim on the whole tree first.

    `own` is what belongs to the agency that is to be split or closed.

    Raises `NotFoundError` for a code that was never given, `InvalidInputError` with every rule that is broken.
    """
    match command:
        case Found():
            changes = _found(tree, command, act)
        case Rename():
            changes = _rename(tree, command, act)
        case Move():
            changes = _move(tree, command, act)
        case Merge():
            changes = _merge(tree, command, act)
        case Split():
            changes = _split(tree, command, act, own)
        case Close():
            changes = _close(tree, command, act, own)
    return (ClaimTree(version=tree.version), *changes)


def _found(tree: Tree, command: Found, act: Act) -> Changes:
    _refuse(check_act(act), check_founding(tree, command, act), check_place(tree, (), command.parent, act))
    return _founding(command, act)


def _rename(tree: Tree, command: Rename, act: Act) -> Changes:
    agency = found_agency(tree, command.code)
    _refuse(check_act(act), check_changeable(agency, act), check_names(command.names))
    last = _open(agency)
    _refuse(check_new("name_vi", same=last.names == command.names))
    return (
        BeginPeriod(code=command.code, day=act.day, parent=last.parent, names=command.names),
        _succession(command.code, command.code, SuccessionKind.RENAMED, act),
    )


def _move(tree: Tree, command: Move, act: Act) -> Changes:
    agency = found_agency(tree, command.code)
    _refuse(
        check_act(act),
        check_changeable(agency, act),
        check_parent(tree, agency.kind, command.parent, act),
        check_place(tree, (command.code,), command.parent, act),
    )
    _refuse(check_new("parent", same=_open(agency).parent == command.parent))
    return _moving(agency, command.parent, act)


def _merge(tree: Tree, command: Merge, act: Act) -> Changes:
    agencies = [found_agency(tree, code) for code in command.codes]
    checks = [check_act(act), check_merged(command), *(check_changeable(agency, act, "codes") for agency in agencies)]
    if isinstance(command.into, Found):
        new = command.into
        _refuse(
            *checks,
            check_founding(tree, new, act, "into."),
            check_place(tree, command.codes, new.parent, act, field="into.parent"),
        )
        return (*_founding(new, act), *_taking_up(tree, command, new.kind, act))
    target = found_agency(tree, command.into)
    others = [code for code in command.codes if code != target.code]
    _refuse(*checks, check_target(target, act), check_place(tree, others, target.code, act, levels=0, field="into"))
    return _taking_up(tree, command, target.kind, act)


def _taking_up(tree: Tree, command: Merge, kind: AgencyKind, act: Act) -> Changes:
    """Return how what stands below the merged goes to the target, and then they themselves."""
    below = [child for code in command.codes for child in tree.open_children(code) if child not in command.codes]
    ends = [
        effect
        for code in command.codes
        for effect in (
            CloseAgency(code=code, day=act.day),
            _succession(code, command.target, SuccessionKind.MERGED, act),
            *_kept(code, act),
            MoveBelongings(code=code, to_code=command.target, at=act.at),
        )
    ]
    return (*_moving_below(tree, dict.fromkeys(below, (command.target, kind)), command.codes, act), *ends)


def _split(tree: Tree, command: Split, act: Act, own: Belongings) -> Changes:
    agency = found_agency(tree, command.code)
    checks = [check_act(act), check_changeable(agency, act), check_split(tree, command, own)]
    for place, part in enumerate(command.parts):
        named = f"parts.{place}."
        checks += [
            check_founding(tree, part, act, named),
            check_place(tree, (command.code,), part.parent, act, field=f"{named}parent"),
        ]
    _refuse(*checks)
    heir, kinds = command.parts[0].code, {part.code: part.kind for part in command.parts}
    places = {child: command.children.get(child, heir) for child in tree.open_children(command.code)}
    return (
        *(effect for part in command.parts for effect in _founding(part, act)),
        *_moving_below(tree, {child: (part, kinds[part]) for child, part in places.items()}, (command.code,), act),
        *_kept(command.code, act),
        *(
            MoveClient(client_id=client_id, code=command.code, to_code=part, at=act.at)
            for client_id, part in sorted(command.clients.items())
        ),
        CloseAgency(code=command.code, day=act.day),
        *(_succession(command.code, part, SuccessionKind.SPLIT, act) for part in kinds),
        MoveBelongings(code=command.code, to_code=heir, at=act.at),
    )


def _close(tree: Tree, command: Close, act: Act, own: Belongings) -> Changes:
    agency = found_agency(tree, command.code)
    _refuse(
        check_act(act),
        check_changeable(agency, act),
        check_left(tree, command.code, act),
        check_empty(tree, command.code, own),
    )
    return (CloseAgency(code=command.code, day=act.day), _succession(command.code, "", SuccessionKind.CLOSED, act))


def _founding(command: Found, act: Act) -> Changes:
    return (
        FoundAgency(code=command.code, kind=command.kind, day=act.day, parent=command.parent, names=command.names),
        _succession(command.code, command.code, SuccessionKind.FOUNDED, act),
    )


def _moving(agency: Agency, parent: str, act: Act) -> Changes:
    return (
        BeginPeriod(code=agency.code, day=act.day, parent=parent, names=_open(agency).names),
        _succession(agency.code, agency.code, SuccessionKind.MOVED, act),
    )


def _moving_below(tree: Tree, places: Mapping[str, tuple[str, AgencyKind]], ended: Iterable[str], act: Act) -> Changes:
    """Return the moves of what stood below agencies that end, each to its new place; check that they may go there."""
    checks: list[Iterator[Problem]] = [check_left(tree, code, act) for code in ended]
    for child, (_, kind) in places.items():
        checks += [check_changeable(tree.agencies[child], act, "children"), check_kind(tree, child, kind)]
    _refuse(*checks)
    return tuple(effect for child, (code, _) in places.items() for effect in _moving(tree.agencies[child], code, act))


def _kept(code: str, act: Act) -> Changes:
    return (KeepHoldings(change_id=act.change_id, code=code),) if act.change_id else ()


def _succession(code: str, successor: str, kind: SuccessionKind, act: Act) -> KeepSuccession:
    return KeepSuccession(succession=Succession(new_id(), code, successor, kind, act.day, act.decision, act.at, act.by))


def _open(agency: Agency) -> Period:
    """Return the period without an end of an agency that was checked to have one."""
    if agency.open is None:
        raise TypeError(f"{agency.code} was not checked to stand")
    return agency.open


def _refuse(*checks: Iterable[Problem]) -> None:
    problems = [problem for check in checks for problem in check]
    if problems:
        raise InvalidInputError(problems)
