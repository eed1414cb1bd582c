"""JSON of strangers, read so that every reader takes the same from it."""

import json
from collections.abc import Sequence


def read_strictly(text: str | bytes) -> object:
    """Return what JSON says; an object with a member that stands twice is refused, and so are NaN and Infinity.

    Of such a member one reader takes the first and another the last (RFC 8259 4). Raises `ValueError`: also for bytes
    that are no UTF-8, for a number of thousands of digits, and for what is nested too deeply to be read.
    """
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def is_unicode(text: str) -> bool:
    """Say whether a text can be written as UTF-8: half of a surrogate pair is no character (RFC 8259 8.2)."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs) or not all(is_unicode(name) for name in members):
        raise ValueError("a member stands twice, or its name is no Unicode")
    return members


def _refuse(name: str) -> object:
    raise ValueError(f"{name} is no JSON")
