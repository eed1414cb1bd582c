"""What a record's annotations say of its members: their own members, whether they may be missing, their form in SQL."""

import types
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Literal, NewType, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

_UNIONS = (Union, types.UnionType)
# The first that fits: words are texts too, and an instant is a day.
_FORMS: Sequence[tuple[type, str]] = (
    (Enum, "{}.value"),
    (datetime, "to_micros({})"),
    (date, "{}.isoformat()"),
    (str, "{}"),
    (int, "{}"),
    (bytes, "{}"),
)


def members_of(kind: object) -> tuple[str, ...]:
    """Return the members of a record type, and none of any other."""
    return kind.__struct_fields__ if isinstance(kind, type) and issubclass(kind, Struct) else ()


def member_type(kind: object, member: str) -> tuple[object, bool]:
    """Return the type of a member without its None, and whether it had one."""
    hint = _hints(kind)[member]
    if get_origin(hint) not in _UNIONS:
        return hint, False
    others = [one for one in get_args(hint) if one is not type(None)]
    return (others[0] if len(others) == 1 else hint), len(others) < len(get_args(hint))


@cache
def _hints(kind: object) -> Mapping[str, object]:
    return get_type_hints(kind)


def form_of(kind: object) -> str | None:
    """Return the expression that makes a value of SQL of `{}`, or None where no rule says which."""
    kind = _supertype(kind)
    if get_origin(kind) in _UNIONS:
        forms = {form_of(one) for one in get_args(kind) if one is not type(None)}
        return forms.pop() if len(forms) == 1 else None
    if get_origin(kind) is Literal:
        kind = type(get_args(kind)[0])
    # A set has no order: its text would be another in each process.
    if get_origin(kind) is tuple and get_args(kind)[1:] == (...,) and form_of(get_args(kind)[0]) in {"{}", "{}.value"}:
        return "to_words({})"
    return next((form for known, form in _FORMS if isinstance(kind, type) and issubclass(kind, known)), None)


def _supertype(kind: object) -> object:
    while isinstance(kind, NewType):
        kind = kind.__supertype__
    return kind
