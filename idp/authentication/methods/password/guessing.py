"""How far a password is from what guessing tries first: its effective length."""

import re
import unicodedata
from collections.abc import Set as AbstractSet

from idp.authentication.methods.password.commonly_used import RUNS, WORDS

_SEPARATORS = re.compile(r"[\s\-_.,:/+]+")
_ORNAMENTS = "!?*#~"
_LOOK_ALIKES = str.maketrans({"đ": "d", "@": "a", "$": "s"})
# No word of the list is longer, and no personal value: a longer piece need not be looked up.
_LONGEST_PIECE = 40
_LONGEST_DATE = 8
_SHORTEST_RUN = 4
_COUNTRY_PREFIX = re.compile(r"^(?:00)?84(?=\d{9}$)")


def squeeze(text: str) -> str:
    """Return the text as guessing sees it: lower case, no accents, no separators, no ornaments at the ends."""
    letters = unicodedata.normalize("NFKD", text.casefold()).translate(_LOOK_ALIKES)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _SEPARATORS.sub("", bare).strip(_ORNAMENTS)


def effective_length(password: str, enough: int, personal: AbstractSet[str] = frozenset()) -> int:
    """Return how many things one must guess: a known word counts as one, like a letter that is no part of any.

    Known are the common words, those given as `personal` (squeezed), keyboard and alphabet runs, one letter
    repeated, and up to eight digits (a date). A password that repeats itself counts once. Counting stops when
    the answer can no longer be below `enough`; the answer is then some number from `enough` on.
    """
    unit = _repeated_unit(squeeze(password))
    fewest = [0]
    for end in range(1, len(unit) + 1):
        starts = range(max(0, end - _LONGEST_PIECE), end)
        known = (fewest[start] + 1 for start in starts if _is_known(unit[start:end], personal))
        fewest.append(min(known))
        # Every later count builds on one of the last `_LONGEST_PIECE`.
        if min(fewest[-_LONGEST_PIECE:]) >= enough:
            break
    return fewest[-1]


def personal_words(values: tuple[str, ...]) -> frozenset[str]:
    """Return the squeezed forms in which personal values turn up: whole, part by part, and a phone without prefix."""
    words: set[str] = set()
    for value in values:
        whole = squeeze(value)
        national = _COUNTRY_PREFIX.sub("", whole).lstrip("0")
        words.update({whole, national, f"0{national}"}, (squeeze(part) for part in _SEPARATORS.split(value)))
    # One letter or digit says nothing about a person.
    return frozenset(word for word in words if len(word) > 1)


def _is_known(piece: str, personal: AbstractSet[str]) -> bool:
    if piece in WORDS or piece in personal:
        return True
    if piece.isdigit() and len(piece) <= _LONGEST_DATE:
        return True
    if len(set(piece)) == 1:
        return True
    return len(piece) >= _SHORTEST_RUN and any(piece in run for run in RUNS)


def _repeated_unit(text: str) -> str:
    """Return the shortest beginning that, written again and again, gives the text; the last time may be cut off."""
    for size in range(1, len(text) // 2 + 1):
        if text.startswith(text[size:]):
            return text[:size]
    return text
