"""How far a password is from what guessing tries first, as zxcvbn estimates it (Wheeler, USENIX Security 2016)."""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct
from zxcvbn.matching import add_frequency_lists, omnimatch  # type: ignore[import-untyped]  # ships no types
from zxcvbn.scoring import most_guessable_match_sequence  # type: ignore[import-untyped]  # likewise

from idp.factors.password.commonly_used import WORDS

_SEPARATORS = re.compile(r"[\s\-_.,:/+]+")
_ORNAMENTS = "!?*#~"
_LOOK_ALIKES = str.maketrans({"đ": "d", "@": "a", "$": "s"})
_COUNTRY_PREFIX = re.compile(r"^(?:00)?84(?=\d{9}$)")
# The estimate's time grows with the square of the length. What a beginning is worth, the whole is worth at least.
_LONGEST_LOOKED_AT = 72

# Beside zxcvbn's own lists, in the one place that its search for repetitions looks at too. Never a person's values:
# the place is shared by all threads.
add_frequency_lists({"vietnamese": list(WORDS)})


class Weakness(StrEnum):
    """What makes a password easy to guess: where guessing gets furthest with least effort."""

    WORDS = "words"
    REPETITION = "repetition"
    SEQUENCE = "sequence"
    DATE = "date"


_WEAKNESSES: Mapping[str, Weakness] = {
    "dictionary": Weakness.WORDS,
    "repeat": Weakness.REPETITION,
    "spatial": Weakness.SEQUENCE,
    "sequence": Weakness.SEQUENCE,
    "regex": Weakness.DATE,
    "date": Weakness.DATE,
}


class Strength(Struct, frozen=True):
    """The number of guesses as a power of ten, and what keeps it low."""

    guesses_log10: float
    weakness: Weakness


def strength_of(squeezed: str) -> Strength:
    """Estimate a password in its squeezed form; the empty one needs no guess, one that repeats itself hardly more."""
    unit = _repeated_unit(squeezed)
    if not unit:
        return Strength(0.0, Weakness.REPETITION)
    if unit != squeezed:
        return Strength(strength_of(unit).guesses_log10 + math.log10(len(squeezed) / len(unit)), Weakness.REPETITION)
    looked_at = squeezed[:_LONGEST_LOOKED_AT]
    estimate = most_guessable_match_sequence(looked_at, omnimatch(looked_at))
    known = [part for part in estimate["sequence"] if part["pattern"] in _WEAKNESSES]
    longest = max(known, key=lambda part: len(part["token"]), default=None)
    weakness = _WEAKNESSES[longest["pattern"]] if longest else Weakness.WORDS
    return Strength(math.log10(max(1, int(estimate["guesses"]))), weakness)


def _repeated_unit(text: str) -> str:
    """Return the shortest beginning that, written again and again, gives the text; the last time may be cut off.

    zxcvbn finds repetitions too, but not the cut-off rest, and its own look ends at the cap.
    """
    sizes = range(1, len(text) // 2 + 1)
    return next((text[:size] for size in sizes if text.startswith(text[size:])), text)


def squeeze(text: str) -> str:
    """Return the text as guessing sees it: lower case, no accents, no separators, no ornaments at the ends."""
    letters = unicodedata.normalize("NFKD", text.casefold()).translate(_LOOK_ALIKES)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _SEPARATORS.sub("", bare).strip(_ORNAMENTS)


def without_personal(squeezed: str, values: Iterable[str]) -> str:
    """Return what is left of a squeezed password when all that a stranger knows of the person is taken out."""
    for word in sorted(_personal_words(values), key=len, reverse=True):
        squeezed = squeezed.replace(word, "")
    return squeezed


def _personal_words(values: Iterable[str]) -> frozenset[str]:
    """Return the squeezed forms in which personal values turn up: whole, part by part, and a phone without prefix."""
    words: set[str] = set()
    for value in values:
        whole = squeeze(value)
        national = _COUNTRY_PREFIX.sub("", whole).lstrip("0")
        words.update({whole, national, f"0{national}"}, (squeeze(part) for part in _SEPARATORS.split(value)))
    # One letter or digit says nothing about a person.
    return frozenset(word for word in words if len(word) > 1)
