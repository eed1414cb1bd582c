"""Decisions on the tree of agencies: the snapshot, a wish and the act in; effects out, or every reason against it."""

from collections.abc import Iterable, Iterator, Mapping

from clients.errors import Problem
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
from idp.admin.agencies.wishes import Act, Close, Found, Merge, Move, Rename, Split, Wish
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


def decide(tree: Tree, wish: Wish, act: Act, own: Belongings = Belongings()) -> Changes:  # noqa: B008 (frozen)
    """Return what carries out a wish, a claim on the whole tree first.

    `own` is what belongs to the agency that is to be split or closed.

    Raises `NotFoundError` for a code that was never given, `InvalidInputError` with every rule that is broken.
    """
    match wish:
        case Found():
            changes = _found(tree, wish, act)
        case Rename():
            changes = _rename(tree, wish, act)
        case Move():
            changes = _move(tree, wish, act)
        case Merge():
            changes = _merge(tree, wish, act)
        case Split():
            changes = _split(tree, wish, act, own)
        case Close():
            changes = _close(tree, wish, act, own)
    return (ClaimTree(version=tree.version), *changes)


def _found(tree: Tree, wish: Found, act: Act) -> Changes:
    _refuse(check_act(act), check_founding(tree, wish, act), check_place(tree, (), wish.parent, act))
    return _founding(wish, act)


def _rename(tree: Tree, wish: Rename, act: Act) -> Changes:
    agency = found_agency(tree, wish.code)
    _refuse(check_act(act), check_changeable(agency, act), check_names(wish.names))
    last = _open(agency)
    _refuse(check_new("name_vi", same=last.names == wish.names))
    return (
        BeginPeriod(code=wish.code, day=act.day, parent=last.parent, names=wish.names),
        _succession(wish.code, wish.code, SuccessionKind.RENAMED, act),
    )


def _move(tree: Tree, wish: Move, act: Act) -> Changes:
    agency = found_agency(tree, wish.code)
    _refuse(
        check_act(act),
        check_changeable(agency, act),
        check_parent(tree, agency.kind, wish.parent, act),
        check_place(tree, (wish.code,), wish.parent, act),
    )
    _refuse(check_new("parent", same=_open(agency).parent == wish.parent))
    return _moving(agency, wish.parent, act)


def _merge(tree: Tree, wish: Merge, act: Act) -> Changes:
    agencies = [found_agency(tree, code) for code in wish.codes]
    checks = [check_act(act), check_merged(wish), *(check_changeable(agency, act, "codes") for agency in agencies)]
    if isinstance(wish.into, Found):
        new = wish.into
        _refuse(
            *checks,
            check_founding(tree, new, act, "into."),
            check_place(tree, wish.codes, new.parent, act, field="into.parent"),
        )
        return (*_founding(new, act), *_taking_up(tree, wish, new.kind, act))
    target = found_agency(tree, wish.into)
    others = [code for code in wish.codes if code != target.code]
    _refuse(*checks, check_target(target, act), check_place(tree, others, target.code, act, levels=0, field="into"))
    return _taking_up(tree, wish, target.kind, act)


def _taking_up(tree: Tree, wish: Merge, kind: AgencyKind, act: Act) -> Changes:
    """Return how what stands below the merged goes to the target, and then they themselves."""
    below = [child for code in wish.codes for child in tree.open_children(code) if child not in wish.codes]
    ends = [
        effect
        for code in wish.codes
        for effect in (
            CloseAgency(code=code, day=act.day),
            _succession(code, wish.target, SuccessionKind.MERGED, act),
            *_kept(code, act),
            MoveBelongings(code=code, to_code=wish.target, at=act.at),
        )
    ]
    return (*_moving_below(tree, dict.fromkeys(below, (wish.target, kind)), wish.codes, act), *ends)


def _split(tree: Tree, wish: Split, act: Act, own: Belongings) -> Changes:
    agency = found_agency(tree, wish.code)
    checks = [check_act(act), check_changeable(agency, act), check_split(tree, wish, own)]
    for place, part in enumerate(wish.parts):
        named = f"parts.{place}."
        checks += [
            check_founding(tree, part, act, named),
            check_place(tree, (wish.code,), part.parent, act, field=f"{named}parent"),
        ]
    _refuse(*checks)
    heir, kinds = wish.parts[0].code, {part.code: part.kind for part in wish.parts}
    places = {child: wish.children.get(child, heir) for child in tree.open_children(wish.code)}
    return (
        *(effect for part in wish.parts for effect in _founding(part, act)),
        *_moving_below(tree, {child: (part, kinds[part]) for child, part in places.items()}, (wish.code,), act),
        *_kept(wish.code, act),
        *(
            MoveClient(client_id=client_id, code=wish.code, to_code=part, at=act.at)
            for client_id, part in sorted(wish.clients.items())
        ),
        CloseAgency(code=wish.code, day=act.day),
        *(_succession(wish.code, part, SuccessionKind.SPLIT, act) for part in kinds),
        MoveBelongings(code=wish.code, to_code=heir, at=act.at),
    )


def _close(tree: Tree, wish: Close, act: Act, own: Belongings) -> Changes:
    agency = found_agency(tree, wish.code)
    _refuse(
        check_act(act),
        check_changeable(agency, act),
        check_left(tree, wish.code, act),
        check_empty(tree, wish.code, own),
    )
    return (CloseAgency(code=wish.code, day=act.day), _succession(wish.code, "", SuccessionKind.CLOSED, act))


def _founding(wish: Found, act: Act) -> Changes:
    return (
        FoundAgency(code=wish.code, kind=wish.kind, day=act.day, parent=wish.parent, names=wish.names),
        _succession(wish.code, wish.code, SuccessionKind.FOUNDED, act),
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
