"""Whatever is done to the tree of agencies, every past day reads as it did: held beside a list of plain days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from idp.admin.agencies.changes import decide
from idp.admin.agencies.commands import Close, Command, Found, Merge, Move, Rename, Split
from idp.admin.errors import AdminError
from idp.agencies.effects import after
from idp.agencies.tree import ABOVE, AgencyKind, AgencyNames, Period, Tree
from idp.officers.roles import NATIONAL
from tests.support.builders.agencies import COMMUNE, MINISTRY, UNIT, act, founding, names

FIRST = date(2026, 1, 1)
CODES = [f"{letter}0{number}" for letter in "GHK" for number in range(5)]
# What an agency is on a day: kind, parent, name.
Facts = tuple[AgencyKind, str, str]
_Drawn = TypeVar("_Drawn")


@dataclass
class PlainDays:
    """What every day looked like, written out day by day."""

    days: list[dict[str, Facts]] = field(default_factory=lambda: [{}])
    ever: set[str] = field(default_factory=set)

    @property
    def today(self) -> date:
        return FIRST + timedelta(days=len(self.days) - 1)

    def carried(self, command: Command, day: date) -> "PlainDays":
        """Return the days with the command carried out on its day and all after it."""
        since = (day - FIRST).days
        changed = [dict(facts) if place < since else _changed(facts, command) for place, facts in enumerate(self.days)]
        return PlainDays(changed, self.ever | {code for facts in changed for code in facts})

    def sound(self) -> bool:
        """Say whether every day is a forest whose every parent stands and is of a kind that may be one."""
        return all(_sound(facts) for facts in self.days)


def _changed(facts: dict[str, Facts], command: Command) -> dict[str, Facts]:
    new = dict(facts)
    match command:
        case Found(code, kind, parent, named):
            new[code] = (kind, parent, named.vi)
        case Rename(code, named) if code in new:
            new[code] = (new[code][0], new[code][1], named.vi)
        case Move(code, parent) if code in new:
            new[code] = (new[code][0], parent, new[code][2])
        case Merge(codes, into):
            new = _merged(_changed(new, into) if isinstance(into, Found) else new, codes, command.target)
        case Split(code, parts, children):
            new = _split(new, code, parts, children)
        case Close(code):
            new.pop(code, None)
        case _:
            pass
    return new


def _merged(facts: dict[str, Facts], codes: tuple[str, ...], target: str) -> dict[str, Facts]:
    return {
        code: (kind, target if up in codes else up, name)
        for code, (kind, up, name) in facts.items()
        if code not in codes
    }


def _split(
    facts: dict[str, Facts], gone: str, parts: tuple[Found, ...], children: Mapping[str, str]
) -> dict[str, Facts]:
    new = dict(facts)
    for part in parts:
        new = _changed(new, part)
    for child, (kind, up, name) in list(new.items()):
        if up == gone:
            new[child] = (kind, children.get(child, parts[0].code), name)
    new.pop(gone, None)
    return new


def _sound(facts: dict[str, Facts]) -> bool:
    for kind, parent, _ in facts.values():
        above = facts.get(parent)
        if (parent != NATIONAL and above is None) or (above[0] if above else None) not in ABOVE[kind]:
            return False
    for code in facts:
        seen = {code}
        while (code := facts[code][1]) != NATIONAL:
            if code in seen:
                return False
            seen.add(code)
    return True


# What is wished for; a new agency twice, so that there is something to change.
_WAYS: tuple[str, ...] = ("found", "found", "rename", "move", "move to what fits", "merge", "split", "close")


@dataclass(frozen=True)
class Wishing:
    """Draws wishes of which many can be carried out: mostly of agencies that stand, under parents that may be.

    What is not drawn is not made: a strategy for every wish at every step took longer than all that is tested.
    """

    data: st.DataObject
    plain: PlainDays

    def command(self) -> Command:
        match self._one(_WAYS):
            case "found":
                return self._found()
            case "rename":
                return Rename(self._standing(), self._names())
            case "move":
                return Move(self._standing(), self._standing())
            case "move to what fits":
                code = self._standing()
                return Move(code, self._fitting(self._today[code][0] if code in self._today else UNIT))
            case "merge":
                into = self._standing() if self._one((True, False)) else self._found()
                return Merge(tuple(self.data.draw(st.lists(self._stands(), min_size=1, max_size=2, unique=True))), into)
            case "split":
                children = {self._standing(): self._fresh()} if self._one((False, True)) else {}
                return Split(self._standing(), (self._found(), self._found()), children)
            case _:
                return Close(self._standing())

    @property
    def _today(self) -> dict[str, Facts]:
        return self.plain.days[-1]

    def _one(self, among: Sequence[_Drawn]) -> _Drawn:
        return self.data.draw(st.sampled_from(among))

    def _stands(self) -> st.SearchStrategy[str]:
        return st.sampled_from([*self._today, *self._today, CODES[0], CODES[-1]])

    def _standing(self) -> str:
        return self.data.draw(self._stands())

    def _fresh(self) -> str:
        return self._one([*(code for code in CODES if code not in self.plain.ever), CODES[0]])

    def _fitting(self, kind: AgencyKind) -> str:
        above = [code for code, facts in self._today.items() if facts[0] in ABOVE[kind]] + [""] * (None in ABOVE[kind])
        return self._one([*above, *above, CODES[-1]])

    def _names(self) -> AgencyNames:
        return names(self._one("abc"))

    def _found(self) -> Found:
        kind = self._one(tuple(AgencyKind))
        return Found(self._fresh(), kind, self._fitting(kind), self._names())


# What stands on the first day: two trees of the State's own and two provinces, each with something below.
SEEDS = (
    founding("G00", MINISTRY),
    founding("G01", UNIT, "G00"),
    founding("G02", UNIT, "G01"),
    founding("G03", MINISTRY),
    founding("H00"),
    founding("H01"),
    founding("K00", COMMUNE, "H00"),
    founding("K01", COMMUNE, "H01"),
)
_AGO, _PASSING = st.sampled_from([0, 0, 0, 1, 3]), st.sampled_from([0, 1, 2])


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 12), st.data())
def test_every_day_reads_as_the_plain_days_do_and_no_past_day_changes(steps: int, data: st.DataObject) -> None:
    tree, plain = Tree.of(0, ()), PlainDays()
    for seed in SEEDS:
        tree, plain = after(tree, decide(tree, seed, act(FIRST, today=FIRST))), plain.carried(seed, FIRST)
    for _ in range(steps):
        plain.days += [dict(plain.days[-1]) for _ in range(data.draw(_PASSING))]
        day = plain.today - timedelta(days=data.draw(_AGO))
        command = Wishing(data, plain).command()
        try:
            changed = after(tree, decide(tree, command, act(day, today=plain.today)))
        except AdminError:
            if day == plain.today and not isinstance(command, Split):
                assert not _should_have_been_done(plain, command), command
            continue
        past, read = max((day - FIRST).days, 0), _read(changed, plain.today)
        assert read[:past] == _read(tree, plain.today)[:past]
        tree, plain = changed, plain.carried(command, day)
        assert read == plain.days
        assert plain.sound()
        assert all(_joined(agency.periods) for agency in tree.agencies.values())


def _read(tree: Tree, today: date) -> list[dict[str, Facts]]:
    """Return every day up to today as the tree reads it."""
    days = [FIRST + timedelta(days=place) for place in range((today - FIRST).days + 1)]
    return [
        {
            code: (agency.kind, period.parent, period.names.vi)
            for code, agency in tree.agencies.items()
            if (period := agency.on(day)) is not None
        }
        for day in days
    ]


def _joined(periods: Sequence[Period]) -> bool:
    """Say whether periods follow each other without a gap; so none but the last can be open."""
    return all(one.to_day == following.from_day for one, following in pairwise(periods))


def _should_have_been_done(plain: PlainDays, command: Command) -> bool:
    """Say whether a command for today breaks no rule, by the plain days alone."""
    today = plain.days[-1]
    match command:
        case Found(code):
            possible = code not in plain.ever
        case Rename(code, named):
            possible = code in today and today[code][2] != named.vi
        case Move(code, parent):
            possible = code in today and today[code][1] != parent
        case Merge(codes, into):
            new = into.code not in plain.ever if isinstance(into, Found) else into in today
            apart = command.target not in codes and len(set(codes)) == len(codes)
            possible = new and apart and all(code in today for code in codes)
        case Close(code):
            possible = code in today
        case Split():
            possible = False
    return possible and plain.carried(command, plain.today).sound()
