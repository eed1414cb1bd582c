"""Names: when a declared name is the registered one, and which declared names can be stored.

A name is compared syllable by syllable. A syllable is its letters with their quality marks and one tone; where
the tone mark is written does not matter (`hòa`, `hoà`), because two Vietnamese syllables never differ by
that alone. This holds only for a tone written where a syllable can carry it: before a final consonant it
stands on the last vowel (`hoàn`; `hòan` is malformed, as are two tones in one syllable). What is malformed is
no syllable and is equal to nothing but itself; it can still be near, for a person to look at.

Near means that diacritics or one syllable were left out, not that they contradict: `Thuy` is near `Thúy`,
`Thùy` is a different name.
"""

import unicodedata
from enum import Enum
from functools import lru_cache
from itertools import zip_longest

from msgspec import Struct

from idp.proofing.values.errors import InvalidNameError, NameProblem

MAX_LENGTH = 100

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_VOWELS = frozenset("aeiouy")
_APOSTROPHES = frozenset("'\u2018\u2019\u02bc")
_HYPHENS = frozenset("-\u2010\u2011")
# U+00F0 and U+0256 are what keyboards and converters write for đ; the capitals fold to these two.
_DD_LOOKALIKES = str.maketrans({"\u00f0": "đ", "\u0256": "đ"})
# Letters without a canonical decomposition that are still a letter and a stroke to the eye.
_STROKES = {"đ": "d", "ƀ": "b"}
_STROKE = "/"
# What composition leaves over; more than this is decoration that paints over the lines around it.
_MARKS_ON_A_LETTER = 3
_GRAPHEME_JOINER = "\u034f"


class NameMatch(Enum):
    """How alike a declared and a registered name are, best first."""

    IDENTICAL = "identical"
    SAME = "same"
    NEAR = "near"
    DIFFERENT = "different"


class _Syllable(Struct, frozen=True):
    """`bare` is ASCII where possible; `marks` say what stood on which letter, the tone at place -1."""

    written: str
    bare: str
    marks: frozenset[tuple[int, str]]
    well_formed: bool

    def same_as(self, other: "_Syllable") -> bool:
        if self.written == other.written:
            return True
        return self.well_formed and other.well_formed and (self.bare, self.marks) == (other.bare, other.marks)

    def near(self, other: "_Syllable") -> bool:
        return self.bare == other.bare and (self.marks <= other.marks or other.marks <= self.marks)


def canonical_name(name: str) -> str:
    """Return the form in which identical names are equal: NFC, single spaces, folded case, one kind of đ."""
    visible = "".join(char for char in name if not _is_invisible(char))
    folded = unicodedata.normalize("NFC", visible).casefold().translate(_DD_LOOKALIKES)
    return " ".join(unicodedata.normalize("NFC", folded).split())


def compare_names(declared: str, registered: str) -> NameMatch:
    """Return how alike two names are; only identical and same may prove anything."""
    ours, theirs = canonical_name(declared), canonical_name(registered)
    if not ours or not theirs:
        return NameMatch.DIFFERENT
    if ours == theirs:
        return NameMatch.IDENTICAL
    left, right = _syllables(ours), _syllables(theirs)
    if len(left) == len(right):
        pairs = list(zip(left, right, strict=True))
        if all(one.same_as(other) for one, other in pairs):
            return NameMatch.SAME
        return NameMatch.NEAR if all(one.near(other) for one, other in pairs) else NameMatch.DIFFERENT
    return NameMatch.NEAR if _one_missing(left, right) else NameMatch.DIFFERENT


def check_declared_name(typed: str) -> str:
    """Return the name to store: NFC, single ordinary spaces. Raise `InvalidNameError` for what is no name.

    Every letter of every script is a letter here: names of Vietnam's peoples and of foreigners are names.
    """
    name = unicodedata.normalize("NFC", typed)
    if len(name) > MAX_LENGTH:
        raise InvalidNameError(NameProblem.TOO_LONG)
    room = 0
    for char in name:
        if problem := _problem_of(char, room_for_marks=room):
            raise InvalidNameError(problem)
        kind = unicodedata.category(char)[0]
        room = _MARKS_ON_A_LETTER if kind == "L" else room - 1 if kind == "M" else 0
    if not any(char.isalpha() for char in name):
        raise InvalidNameError(NameProblem.EMPTY)
    return " ".join(name.split())


def readable_name(registered: str) -> str:
    """Return a name the register wrote in capitals as people write it: `H'HEN NIÊ` becomes `H'Hen Niê`."""
    name = " ".join(unicodedata.normalize("NFC", registered).split())
    if not name or name != name.upper():
        return name
    starts = [True, *(char in _APOSTROPHES | _HYPHENS or char == " " for char in name[:-1])]
    return "".join(char if first else char.lower() for char, first in zip(name, starts, strict=True))


@lru_cache(4096)
def _problem_of(char: str, *, room_for_marks: int) -> NameProblem | None:
    category = unicodedata.category(char)
    if category == "Cc" or _is_invisible(char):
        return NameProblem.INVISIBLE
    if category[0] == "N":
        return NameProblem.DIGIT
    # Letters in fancy dress (bold, circled, full-width) look like a name and are none.
    plain = not unicodedata.decomposition(char).startswith("<") or category == "Zs"
    allowed = category[0] == "L" or category == "Zs" or char in _APOSTROPHES | _HYPHENS
    if plain and (allowed or (category in {"Mn", "Mc"} and room_for_marks > 0)):
        return None
    return NameProblem.SYMBOL


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) == "Cf" or char == _GRAPHEME_JOINER


def _syllables(canonical: str) -> list[_Syllable]:
    spaced = "".join(" " if char in _HYPHENS else "'" if char in _APOSTROPHES else char for char in canonical)
    # `H' Hen` and `H'Hen` are one name: the apostrophe binds, however it was typed.
    return [_syllable(written) for written in " ".join(spaced.split()).replace("' ", "'").split()]


def _syllable(written: str) -> _Syllable:
    bare: list[str] = []
    marks: set[tuple[int, str]] = set()
    toned: list[int] = []
    for char in unicodedata.normalize("NFD", written):
        if char == "'":
            marks.add((len(bare), char))
        elif char in _TONES and bare and bare[-1] in _VOWELS:
            toned.append(len(bare))
            marks.add((-1, char))
        elif unicodedata.combining(char):
            marks.add((len(bare), char))
        else:
            bare.append(_STROKES.get(char, char))
            if char in _STROKES:
                marks.add((len(bare), _STROKE))
    return _Syllable(written, "".join(bare), frozenset(marks), well_formed=_can_carry(bare, toned))


def _can_carry(bare: list[str], toned: list[int]) -> bool:
    """Tell whether there is at most one tone, in the last run of vowels, and last in it if a consonant follows."""
    if not toned:
        return True
    tail = [char in _VOWELS for char in bare[toned[0] :]]
    return len(toned) == 1 and (all(tail) or not any(tail))


def _one_missing(left: list[_Syllable], right: list[_Syllable]) -> bool:
    shorter, longer = sorted((left, right), key=len)
    if len(longer) - len(shorter) != 1:
        return False
    pairs = zip_longest(shorter, longer)
    agreed = next(place for place, (one, other) in enumerate(pairs) if not (one and other and one.same_as(other)))
    rest = zip(shorter[agreed:], longer[agreed + 1 :], strict=True)
    return all(one.same_as(other) for one, other in rest)
