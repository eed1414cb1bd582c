"""The tree of agencies (QĐ 20/2020/QĐ-TTg), dated: what every agency was called on a day and what it stood under.

A code is given once and for ever. What changes are an agency's periods: they follow each other without a gap from the
day it was founded to the day it was closed, each with a name and the agency above. A day is a day in Viet Nam.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct, field

from idp.officers.roles import NATIONAL
from records.structs import Unprinted, replace


class AgencyKind(StrEnum):
    """What an agency is; it stays what it is."""

    MINISTRY = "ministry"
    PROVINCE = "province"
    COMMUNE = "commune"
    UNIT = "unit"


# What each kind may stand under; None is nothing at all. District level is gone since 1/7/2025 (NQ 202/2025/QH15).
ABOVE: Mapping[AgencyKind, frozenset[AgencyKind | None]] = MappingProxyType(
    {
        AgencyKind.MINISTRY: frozenset({None}),
        AgencyKind.PROVINCE: frozenset({None}),
        AgencyKind.COMMUNE: frozenset({AgencyKind.PROVINCE}),
        AgencyKind.UNIT: frozenset(AgencyKind),
    }
)


class AgencyNames(Struct, frozen=True):
    """What an agency is called, in both languages."""

    vi: str
    en: str

    @classmethod
    def typed(cls, vi: str, en: str) -> "AgencyNames":
        """Return names as somebody typed them: in NFC, single spaces."""
        return cls(*(" ".join(unicodedata.normalize("NFC", text).split()) for text in (vi, en)))

    def of(self, locale: str) -> str:
        """Return the name in a language; Vietnamese unless it is English."""
        return self.en if locale == "en" else self.vi


class Period(Struct, frozen=True):
    """What an agency was from a day on, until the day before `to_day`; None if that has not come."""

    from_day: date
    to_day: date | None
    # The code of the agency above; `NATIONAL` where there is none.
    parent: str
    names: AgencyNames

    def holds(self, day: date) -> bool:
        """Say whether this was so on a day."""
        return self.from_day <= day and (self.to_day is None or day < self.to_day)


class Agency(Struct, frozen=True):
    """An agency with its periods, oldest first. One that was founded and closed on one day has none."""

    code: str
    kind: AgencyKind
    founded_day: date
    closed_day: date | None
    # Raised with every change of it: what an administrator who changes it must have read.
    version: int
    periods: tuple[Period, ...]

    @property
    def open(self) -> Period | None:
        """The period that has no end; None of a closed agency."""
        return self.periods[-1] if self.periods and self.periods[-1].to_day is None else None

    def on(self, day: date) -> Period | None:
        """Return what it was on a day; None before it was founded and from the day it was closed."""
        return next((period for period in self.periods if period.holds(day)), None)


class SuccessionKind(StrEnum):
    """What happened to an agency by a legal decision."""

    FOUNDED = "founded"
    RENAMED = "renamed"
    MOVED = "moved"
    MERGED = "merged"
    SPLIT = "split"
    CLOSED = "closed"
    # A change of two was taken back within its day: who had ended goes on, who came of it ends.
    UNDONE = "undone"


class Succession(Struct, frozen=True):
    """One thing that happened: to whom, who came of it, on which day, by which decision.

    `successor` is the agency itself where it goes on, one that took it up where it does not, empty where none did.
    """

    id: str
    code: str
    successor: str
    kind: SuccessionKind
    day: date
    decision: str
    at: datetime
    # The account of whoever entered it; "operator" for the operator's command.
    by: str


class Tree(Unprinted, Struct, frozen=True):
    """Every agency there is or was, and the version of the whole: a snapshot for one decision."""

    version: int
    agencies: Mapping[str, Agency]
    # Below each code, the codes that ever stood there.
    _below: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, version: int, agencies: Iterable[Agency]) -> "Tree":
        """Return the tree of agencies."""
        known = {agency.code: agency for agency in agencies}
        below: dict[str, set[str]] = {}
        for agency in known.values():
            for period in agency.periods:
                below.setdefault(period.parent, set()).add(agency.code)
        return cls(version, known, {code: frozenset(codes) for code, codes in below.items()})

    def on(self, code: str, day: date) -> Period | None:
        """Return what an agency was on a day; None if it did not stand."""
        agency = self.agencies.get(code)
        return agency.on(day) if agency is not None else None

    def lineage(self, code: str, day: date) -> tuple[str, ...]:
        """Return an agency and all above it on a day, nearest first; empty if it did not stand."""
        found: list[str] = []
        while code != NATIONAL and code not in found and (period := self.on(code, day)) is not None:
            found.append(code)
            code = period.parent
        return tuple(found)

    def children(self, code: str, day: date) -> Sequence[str]:
        """Return what stood right below an agency (`NATIONAL`: below none) on a day, by code."""
        near = self._below.get(code, frozenset())
        return sorted(one for one in near if (period := self.on(one, day)) is not None and period.parent == code)

    def subtree(self, code: str, day: date) -> Sequence[str]:
        """Return an agency and all below it on a day, by code; empty if it did not stand."""
        if self.on(code, day) is None:
            return []
        found, waiting = [code], [code]
        while waiting:
            below = self.children(waiting.pop(), day)
            found += below
            waiting += below
        return sorted(found)

    def height(self, code: str, day: date) -> int:
        """Return how many levels stand below an agency on a day."""
        return max((1 + self.height(child, day) for child in self.children(code, day)), default=0)

    def open_children(self, code: str) -> Sequence[str]:
        """Return what stands right below an agency and has no end, by code."""
        near = self._below.get(code, frozenset())
        return sorted(one for one in near if (last := self.agencies[one].open) is not None and last.parent == code)

    def last_left(self, code: str) -> date:
        """Return the latest day on which something ceased to stand right below an agency; the first day there is."""
        periods = (p for child in self._below.get(code, frozenset()) for p in self.agencies[child].periods)
        return max((p.to_day for p in periods if p.parent == code and p.to_day is not None), default=date.min)

    def turns(self, day: date) -> Sequence[date]:
        """Return a day and every later one on which something changed."""
        return sorted(
            {day, *(p.from_day for agency in self.agencies.values() for p in agency.periods if p.from_day > day)}
        )

    def with_agency(self, agency: Agency) -> "Tree":
        """Return the tree with an agency as it became."""
        below = dict(self._below)
        for period in agency.periods:
            below[period.parent] = below.get(period.parent, frozenset()) | {agency.code}
        return replace(self, agencies={**self.agencies, agency.code: agency}, _below=below)
