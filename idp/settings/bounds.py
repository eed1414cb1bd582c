"""Numeric settings between a floor and a ceiling: an operator changes such a limit and cannot switch it off."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from msgspec import Struct

from clients.document import Document
from idp.settings.reading import Reading

N = TypeVar("N", bound=StrEnum)


class Bound(Struct, frozen=True):
    """What a number is until somebody sets it, and between what it is set, with what goes wrong outside."""

    default: int
    floor: int
    ceiling: int
    below: str
    above: str


def standard_of(bounds: Mapping[N, Bound]) -> Document:
    """Return the document that stands until somebody changes it."""
    return {name.value: bound.default for name, bound in bounds.items()}


def read_bounded(document: Document, bounds: Mapping[N, Bound]) -> Mapping[N, int]:
    """Return the numbers of a document. Raises `InvalidSettingError` with every problem.

    One that a newer release brought is not in the documents before it: its default stands.
    """
    reading = Reading()
    members = reading.members(document, "", tuple(bounds))
    found: dict[N, int] = {}
    for name, bound in bounds.items():
        if name in members:
            why = (bound.below, bound.above)
            found[name] = reading.number(members[name], name, bound.floor, bound.ceiling, why)
        else:
            found[name] = bound.default
    reading.done()
    return found
