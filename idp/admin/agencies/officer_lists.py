"""The codes in `officer_agencies` when agencies end: which clients name them, what they name then, and back. Pure.

A code goes where a client of that agency without a list of its own goes: to the successor of a merge, to the part of a
split that takes the client up, else to the first part.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from clients.document import Document
from clients.model import ClientId
from idp.admin.agencies.commands import Close, Command, Merge, OfTwo, Split, ending
from idp.agencies.effects import CheckOfficerLists, NameOfficerAgencies
from idp.kernel.effects import Effect

# In the documents of a change, by client_id.
OFFICER_AGENCIES = "officer_agencies"
Lists = Mapping[ClientId, tuple[str, ...]]


def rewritten(lists: Lists, command: Command) -> Lists:
    """Return what clients name after a command, of what they name before it."""
    return {client_id: _then(client_id, codes, command) for client_id, codes in lists.items()}


def rewriting(lists: Lists, command: Command, at: datetime) -> tuple[Effect, ...]:
    """Return what writes it, with the claim that nobody else names an agency that ends; nothing where none ends."""
    if not (gone := ending(command)):
        return ()
    return (
        CheckOfficerLists(codes=gone, clients=tuple(sorted(lists))),
        *_changes(lists, rewritten(lists, command), at),
    )


def restoring(now: Lists, before: Lists, after: Lists, command: OfTwo, at: datetime) -> tuple[Effect, ...]:
    """Return what takes it back: what stands as the command left it becomes what it was.

    What was written since stays, but for codes that end again: an agency that ended for them stands in their place.
    """
    founded, heir = _founded(command), next(iter(ending(command)), "")
    wanted = {
        client_id: before[client_id]
        if client_id in before and codes == after.get(client_id)
        else _replaced(codes, dict.fromkeys(founded, heir))
        for client_id, codes in now.items()
    }
    return tuple(_changes(now, wanted, at))


def concerned_lists(command: OfTwo, after: Lists) -> tuple[str, ...]:
    """Return the codes by which the clients are found that undoing a command is about."""
    return tuple(sorted({*ending(command), *_founded(command), *(code for codes in after.values() for code in codes)}))


def document_of_lists(lists: Lists) -> Document:
    """Return the lists as the documents of a change have them; nothing where there are none."""
    return {OFFICER_AGENCIES: {name: list(codes) for name, codes in sorted(lists.items())}} if lists else {}


def read_lists(document: Document) -> Lists:
    """Return the lists of a document; none of one from before lists were kept."""
    lists: Lists = msgspec.convert(document.get(OFFICER_AGENCIES, {}), dict[ClientId, tuple[str, ...]])
    return lists


def _then(client_id: ClientId, codes: tuple[str, ...], command: Command) -> tuple[str, ...]:
    match command:
        case Merge():
            return _replaced(codes, dict.fromkeys(command.codes, command.target))
        case Split(code, parts):
            return _replaced(codes, {code: command.clients.get(client_id, parts[0].code)})
        case Close(code):
            # An empty list would mean the client's own agency: the closed code stays, and takes nobody.
            return tuple(one for one in codes if one != code) or codes
        case _:
            return codes


def _replaced(codes: tuple[str, ...], by: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(by.get(code, code) for code in codes))


def _founded(command: OfTwo) -> tuple[str, ...]:
    match command:
        case Merge(into=into):
            return () if isinstance(into, str) else (into.code,)
        case Split():
            return tuple(part.code for part in command.parts)
        case _:
            return ()


def _changes(known: Lists, wanted: Lists, at: datetime) -> Iterable[NameOfficerAgencies]:
    for client_id, codes in sorted(known.items()):
        if wanted[client_id] != codes:
            yield NameOfficerAgencies(client_id=client_id, known=codes, wanted=wanted[client_id], at=at)
