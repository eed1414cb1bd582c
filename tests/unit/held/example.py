"""An example of any record, from its annotations alone: the same at every run, each member with a value of its own."""

import types
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Literal, NewType, TypeVar, Union, get_args, get_origin, get_type_hints
from zlib import crc32

from msgspec import Struct

_T = TypeVar("_T", bound=Struct)
_R = TypeVar("_R")
_FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
# A path that leads through more records than this has come back to where it was.
_DEEPEST = 6


def example(kind: type[_T], *, full: bool, **known: object) -> _T:
    """Return a record whose optional members are all there (`full`), or all absent; `known` are members as they are."""
    return _record(kind, kind.__struct_fields__, "", full=full, **known)


def _record(kind: Callable[..., _R], names: Iterable[str], path: str, *, full: bool, **known: object) -> _R:
    hints = get_type_hints(kind)
    made = {name: _value(hints[name], f"{path}.{name}".lstrip("."), full=full) for name in names if name not in known}
    return kind(**made, **known)


def _value(hint: object, path: str, *, full: bool) -> object:
    if isinstance(hint, NewType):
        return _value(hint.__supertype__, path, full=full)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _optional(arguments, path, full=full)
    if origin is Literal:
        return arguments[0]
    if origin is not None:
        return _several(origin, arguments, path, full=full)
    if not isinstance(hint, type):
        raise TypeError(f"{path}: no example of {hint!r}")
    if issubclass(hint, Struct):
        return _record(hint, hint.__struct_fields__, path, full=full)
    if issubclass(hint, tuple) and hasattr(hint, "_fields"):
        return _record(hint, hint._fields, path, full=full)
    return _plain(hint, path)


def _optional(arguments: tuple[object, ...], path: str, *, full: bool) -> object:
    if type(None) in arguments and not full:
        return None
    return _value(next(one for one in arguments if one is not type(None)), path, full=full)


def _several(origin: object, arguments: tuple[object, ...], path: str, *, full: bool) -> object:
    deeper = full and path.count(".") < _DEEPEST
    if origin in (dict, Mapping):
        key, value = (_value(one, f"{path}[{place}]", full=full) for place, one in enumerate(arguments))
        return {key: value} if deeper else {}
    if origin is tuple and arguments[-1:] != (...,):
        return tuple(_value(one, f"{path}[{place}]", full=full) for place, one in enumerate(arguments))
    made = [_value(arguments[0], f"{path}[0]", full=full)] if deeper else []
    if origin in (tuple, Sequence, Collection):
        return tuple(made)
    if origin in (frozenset, AbstractSet):
        return frozenset(made)
    if origin is list:
        return made
    raise TypeError(f"{path}: no example of {origin!r}")


def _plain(hint: type, path: str) -> object:
    number = crc32(path.encode()) % 100_000
    if issubclass(hint, Enum):
        return list(hint)[number % len(hint)]
    makers: dict[type, object] = {
        bool: bool(number % 2),
        int: number,
        float: number / 8,
        str: path,
        bytes: path.encode(),
        datetime: _FIRST_DAY + timedelta(seconds=number, microseconds=number),
        date: (_FIRST_DAY + timedelta(days=number % 365)).date(),
        timedelta: timedelta(seconds=number),
        object: path,
    }
    if hint not in makers:
        raise TypeError(f"{path}: no example of {hint!r}")
    return makers[hint]
