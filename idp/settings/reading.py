"""Reading a document strictly: every problem is found and named by its field, and nothing unknown is let through."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import TypeVar

from clients.document import Document
from clients.errors import Problem
from idp.kernel.locales import LOCALES, Locale
from idp.settings.errors import InvalidSettingError

_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
_NOTHING: Document = {}
_T = TypeVar("_T")


class Reading:
    """Reads one document; `done` raises with everything that was wrong. What is wrong reads as something harmless."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    def report(self, field: str, rule: str, reason: str, remedy: str) -> None:
        """Note a broken rule."""
        self._problems.append(Problem(field, rule, reason, remedy))

    def done(self) -> None:
        """Raise `InvalidSettingError` if anything was wrong."""
        if self._problems:
            raise InvalidSettingError(self._problems)

    def members(self, value: object, field: str, known: Collection[str]) -> Document:
        """Return an object whose members are all known; those that are missing are told where they are read."""
        if not isinstance(value, dict):
            self.report(field or "document", "type", "it is no JSON object", "write {…}")
            return _NOTHING
        for name in value:
            if name not in known:
                self.report(at(field, str(name)[:60]), "unknown", "nothing of this name is read here", "remove it")
        return {str(name): one for name, one in value.items()}

    def entries(self, value: object, field: str, most: int) -> list[object]:
        """Return a list that is not too long."""
        if not isinstance(value, list):
            self.report(field, "type", "it is no list", "write […]")
            return []
        if len(value) > most:
            self.report(field, "too-many", f"there are more than {most}", "remove those that are over")
        return value[:most]

    def only_list(
        self, document: Document, name: str, most: int, read: Callable[[object, str], _T | None]
    ) -> tuple[_T, ...]:
        """Return what `read` makes of each entry of a document that is one list of things with an id each."""
        members = self.members(document, "", (name,))
        entries = self.entries(members.get(name), name, most)
        found = [read(one, f"{name}.{place}") for place, one in enumerate(entries)]
        self.unlike([str(one["id"]) for one in entries if isinstance(one, dict) and "id" in one], name)
        return tuple(one for one in found if one is not None)

    def text(self, value: object, field: str, longest: int, *, empty: bool = False, lines: bool = False) -> str:
        """Return a line of plain text in NFC, or `lines`: no markup, no invisible letters."""
        if not isinstance(value, str):
            self.report(field, "type", "it is no text", "write a text")
            return ""
        text = unicodedata.normalize("NFC", value)
        if not text.strip() and not empty:
            self.report(field, "required", "it says nothing", "write it")
        elif len(text) > longest:
            self.report(field, "length", f"it has more than {longest} characters", "shorten it")
        elif "<" in text or ">" in text:
            self.report(field, "no-markup", "it has < or >", "write plain text")
        elif not (text.replace("\n", "") if lines else text).isprintable():
            self.report(field, "visible-text", "it has characters that nobody sees", "write one line of plain text")
        return text

    def both(self, value: object, field: str, longest: int) -> Mapping[Locale, str]:
        """Return a text in both languages."""
        found = self.members(value, field, LOCALES)
        return {locale: self.text(found.get(locale, ""), at(field, locale), longest) for locale in LOCALES}

    def id(self, value: object, field: str) -> str:
        """Return a short name of small letters, digits and dashes."""
        if isinstance(value, str) and _ID.fullmatch(value):
            return value
        self.report(field, "identifier", "it is no short name", "write 2 to 40 small letters, digits and dashes")
        return ""

    def unlike(self, values: Collection[str], field: str) -> None:
        """Report names that come twice."""
        if len(set(values)) != len(values):
            self.report(field, "duplicate", "two have the same id", "give each an id of its own")

    def choice(self, value: object, field: str, choices: Collection[str]) -> str:
        """Return one of some words."""
        found = next((one for one in choices if one == value), None)
        if found is None:
            self.report(field, "choice", "it is none of the choices", f"write one of {', '.join(choices)}")
            return next(iter(choices))
        return found

    def choices(self, value: object, field: str, choices: Collection[str]) -> frozenset[str]:
        """Return some of some words, at least one."""
        found = self.entries(value, field, len(choices))
        if not found:
            self.report(field, "required", "none is chosen", f"choose among {', '.join(choices)}")
        return frozenset(self.choice(one, f"{field}.{place}", choices) for place, one in enumerate(found))

    def number(self, value: object, field: str, least: int, most: int, why: tuple[str, str]) -> int:
        """Return a whole number within bounds; `why` says what goes wrong below and above."""
        if isinstance(value, bool) or not isinstance(value, int):
            self.report(field, "type", "it is no whole number", "write a whole number")
        elif value < least:
            self.report(field, "floor", f"it is below {least}: {why[0]}", f"write at least {least}")
        elif value > most:
            self.report(field, "ceiling", f"it is above {most}: {why[1]}", f"write at most {most}")
        else:
            return value
        return least

    def moment(self, value: object, field: str) -> datetime | None:
        """Return an instant (RFC 3339 with its offset); None where it is none."""
        try:
            found = datetime.fromisoformat(value) if isinstance(value, str) and "T" in value else None
        except ValueError:
            found = None
        # The rest of the world's years are no maintenance of ours, and arithmetic with them overflows.
        if found is None or found.tzinfo is None or not 2020 <= found.year <= 2100:
            self.report(field, "moment", "it is no time with its offset", "write it like 2026-12-01T22:00:00+07:00")
            return None
        return found

    def span(self, value: Mapping[str, object], field: str) -> tuple[datetime, datetime] | None:
        """Return the times of `from` and `until`, the second after the first; None where one of them is wrong."""
        begins, ends = (self.moment(value.get(name), at(field, name)) for name in ("from", "until"))
        if begins is None or ends is None:
            return None
        if ends <= begins:
            self.report(at(field, "until"), "order", "it ends before it begins", "write a later time")
            return None
        return begins, ends


def at(field: str, member: str) -> str:
    """Return the name of a member's field."""
    return f"{field}.{member}" if field else member
