"""How agencies are found by what somebody types: any words of a name on end, with or without marks, or a code."""

import unicodedata
from collections.abc import Iterable

# Above every character that a folded text can hold.
_LAST = "\U0010ffff"


def folded(text: str) -> str:
    """Return a text as it is searched: small letters without marks, đ as d, single spaces between what is a word."""
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    letters = (letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join("".join(letter if letter.isalnum() else " " for letter in letters).split())


def search_keys(texts: Iterable[str]) -> frozenset[str]:
    """Return the keys that texts are found by: each from every word of it on."""
    words = [folded(text).split() for text in texts]
    return frozenset(" ".join(some[place:]) for some in words for place in range(len(some)))


def key_range(typed: str) -> tuple[str, str]:
    """Return the first key that begins with what was typed, and one above the last."""
    first = folded(typed)
    return first, first + _LAST
