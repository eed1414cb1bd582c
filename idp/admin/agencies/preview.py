"""What a change of agencies would do, as two people read it: who stands, what each holds, before and after. Pure."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import Struct

from clients.document import Document
from idp.admin.agencies.commands import Act, Close, Found, Merge, Move, OfTwo, Split
from idp.admin.errors import NotFoundError
from idp.agencies.ports import Holdings
from idp.agencies.tree import Agency, Tree
from idp.officers.roles import NATIONAL

# Of longer lists the rest is told by number and digest: it is agreed to all the same, and the page stays one page.
MOST_NAMED = 200
AGENCIES, STORED, COMMAND, DECISION, DAY = "agencies", "stored", "wish", "decision", "day"
Held = Mapping[str, Holdings]
_COMMANDS: Mapping[str, type[OfTwo]] = {"move": Move, "merge": Merge, "split": Split, "close": Close}


def word_of(command: OfTwo) -> str:
    """Return the word for what a command does."""
    return type(command).__name__.lower()


def concerned(tree: Tree, command: OfTwo) -> tuple[str, ...]:
    """Return the codes of the agencies that gain or lose by a command, of those that stand already."""
    match command:
        case Merge(codes, into):
            return (*codes, into) if isinstance(into, str) else codes
        case Move(code, parent):
            last = tree.agencies[code].open if code in tree.agencies else None
            return tuple(dict.fromkeys(one for one in (code, last.parent if last else "", parent) if one))
        case Split(code) | Close(code):
            return (code,)


def before(tree: Tree, held: Held, command: OfTwo) -> Document:
    """Return how the agencies of a command stand, and what undoing it needs. Raises `NotFoundError`."""
    codes = concerned(tree, command)
    if missing := [code for code in codes if code not in tree.agencies]:
        raise NotFoundError(f"no agency has the code {missing[0]}")
    touched = dict.fromkeys([*codes, *(child for code in codes for child in tree.open_children(code))])
    return {
        AGENCIES: _lines(tree, held, codes),
        STORED: {code: _stored(tree.agencies[code]) for code in sorted(touched)},
    }


def after(tree: Tree, held: Held, command: OfTwo, act: Act, *, day_named: bool) -> Document:
    """Return how they would stand, with the command, the legal decision, and the day where one is named.

    `tree` and `held` are as the change leaves them.
    """
    founded = [part.code for part in _founded(command)]
    codes = [code for code in (*concerned(tree, command), *founded) if tree.agencies[code].open is not None]
    return {
        AGENCIES: _lines(tree, held, codes),
        COMMAND: {"what": word_of(command), "said": msgspec.to_builtins(command)},
        DECISION: act.decision,
        **({DAY: act.day.isoformat()} if day_named else {}),
    }


def handed_on(held: Held, command: OfTwo) -> Held:
    """Return what each agency would hold."""
    match command:
        case Move():
            return held
        case Close(code):
            return {**held, code: Holdings()}
        case Merge(codes):
            moved = [held.get(code, Holdings()) for code in (*codes, command.target)]
            return {**held, **dict.fromkeys(codes, Holdings()), command.target: _together(moved)}
        case Split(code, parts):
            own, given = held.get(code, Holdings()), {part.code: Holdings() for part in parts}
            for part in given:
                given[part] = Holdings(tuple(sorted(one for one, to in command.clients.items() if to == part)))
            rest = tuple(one for one in own.clients if one not in command.clients)
            heir = _together([given[parts[0].code], Holdings(rest, own.officers, own.roles)])
            return {**held, code: Holdings(), **given, parts[0].code: heir}


class Proposed(Struct, frozen=True):
    """What a change's documents say: the command, the decision, the day if one was named."""

    command: OfTwo
    decision: str
    day: str | None


def read_proposed(document: Document) -> Proposed:
    """Return what the document after a change wants. Raises `msgspec.ValidationError` for one that we did not write."""
    said, day = document[COMMAND], document.get(DAY)
    if not isinstance(said, dict) or said.get("what") not in _COMMANDS:
        raise msgspec.ValidationError("no wish for agencies")
    command = msgspec.convert(said["said"], _COMMANDS[said["what"]])
    return Proposed(command, str(document[DECISION]), day if isinstance(day, str) else None)


def _founded(command: OfTwo) -> Sequence[Found]:
    if isinstance(command, Merge):
        return [command.into] if isinstance(command.into, Found) else []
    return command.parts if isinstance(command, Split) else []


def _together(several: Iterable[Holdings]) -> Holdings:
    held = list(several)
    return Holdings(
        tuple(sorted(one for each in held for one in each.clients)),
        tuple(sorted(one for each in held for one in each.officers)),
        tuple(sorted(one for each in held for one in each.roles)),
    )


def _lines(tree: Tree, held: Held, codes: Iterable[str]) -> Document:
    return {code: _line(tree, held.get(code, Holdings()), code) for code in sorted(codes)}


def _line(tree: Tree, own: Holdings, code: str) -> Document:
    agency = tree.agencies[code]
    last = agency.open or (agency.periods[-1] if agency.periods else None)
    return {
        "name": last.names.vi if last else code,
        "kind": agency.kind.value,
        "parent": last.parent if last else NATIONAL,
        "below": _named(tree.open_children(code)),
        "clients": _named(own.clients),
        "officers": _named(own.officers),
        "roles": _named(own.roles),
    }


def _named(names: Sequence[str]) -> list[str]:
    shown = list(names[:MOST_NAMED])
    if len(names) > MOST_NAMED:
        digest = hashlib.sha256("\n".join(names).encode()).hexdigest()
        shown.append(f"+{len(names) - MOST_NAMED} (sha256 {digest})")
    return shown


def _stored(agency: Agency) -> Document:
    return {"version": agency.version, "periods": msgspec.to_builtins(agency.periods)}
