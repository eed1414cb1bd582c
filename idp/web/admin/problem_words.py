"""What broken rules say in every language: the code says it in English, with what it found; catalogues translate."""

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import chain
from string import Formatter

from msgspec import Struct

from idp.kernel.locales import LOCALES, Locale
from idp.web.http.texts import read_catalogue

# Where the sentences stand. What pages show of rules by name is in the same words (web/developers).
FAMILIES = ("problem_words.", "api_words.", "client_rules.", "redirect_rules.")
# A value of this name is a sentence itself: what is not in the catalogue is not half translated.
_INNER = "why"
# Longer ones hold what somebody typed, and are not worth searching.
_LONGEST = 1000


class _Sentence(Struct, frozen=True):
    """A sentence with values in it, by its key in the catalogues."""

    key: str
    form: re.Pattern[str]


class _Sentences(Struct, frozen=True):
    """All sentences: those without values by their text, those with values from the most of their own words on."""

    plain: Mapping[str, str]
    with_values: tuple[_Sentence, ...]

    def find(self, said: str) -> tuple[str, Mapping[str, str]] | None:
        """Return the key of a sentence and its values; None for one that is in no catalogue."""
        if said in self.plain:
            return self.plain[said], {}
        if len(said) > _LONGEST:
            return None
        for one in self.with_values:
            if found := one.form.fullmatch(said):
                return one.key, found.groupdict()
        return None


def in_words(said: str) -> Mapping[Locale, str]:
    """Return what a rule says in every language that has words for it; English always has."""
    found = _sentences().find(said)
    if found is None:
        return {"en": said}
    key, values = found
    inner = in_words(values[_INNER]) if _INNER in values else None
    words: dict[Locale, str] = {"en": said}
    for locale in LOCALES:
        if locale == "en" or (inner is not None and locale not in inner):
            continue
        filled = {**values, _INNER: inner[locale]} if inner is not None else values
        words[locale] = read_catalogue(locale)[key].format_map(filled)
    return words


@lru_cache
def _sentences() -> _Sentences:
    english = read_catalogue("en")
    ours = [key for family in FAMILIES for key in english if key.startswith(family)]
    plain: dict[str, str] = {}
    others: list[tuple[int, _Sentence]] = []
    for key in ours:
        parts = [(words, name) for words, name, _, _ in Formatter().parse(english[key])]
        if all(name is None for _, name in parts):
            plain.setdefault("".join(words for words, _ in parts), key)
        else:
            form = "".join(chain.from_iterable((re.escape(words), _group(name)) for words, name in parts))
            others.append((sum(len(words) for words, _ in parts), _Sentence(key, re.compile(form, re.DOTALL))))
    others.sort(key=lambda one: -one[0])
    return _Sentences(plain, tuple(sentence for _, sentence in others))


def _group(name: str | None) -> str:
    return f"(?P<{name}>.+)" if name else ""
