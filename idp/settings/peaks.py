"""The calendar of peaks: days on which the country signs in more than usual, and what gives way then."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from clients.document import Document
from idp.kernel.locales import Locale
from idp.settings.limits import BOUNDS, Limit
from idp.settings.reading import Reading

MOST_PEAKS = 40
# A peak that has no end would be a limit that nobody set.
LONGEST = timedelta(days=31)
_LONGEST_NAME = 120
LEAST_PERCENT, MOST_PERCENT = 100, 500
_WHY = ("a peak does not lower limits", "a flood would pass for a peak")
NO_PEAKS: Document = {"peaks": []}


class Effect(StrEnum):
    """What a peak does."""

    NETWORKS = "networks"
    MESSAGES = "messages"
    BACKGROUND_RESTS = "background_rests"


_RAISED: Mapping[Limit, Effect] = {
    limit: Effect.NETWORKS if limit.value.startswith("network_") else Effect.MESSAGES for limit in Limit
}


class Peak(Struct, frozen=True, kw_only=True):
    """One peak: from when until when, by how much limits are raised, and what else gives way."""

    id: str
    name: Mapping[Locale, str]
    starts_at: datetime
    ends_at: datetime
    percent: int
    effects: frozenset[Effect]

    def runs(self, now: datetime) -> bool:
        """Say whether it is now."""
        return self.starts_at <= now < self.ends_at


def read_peaks(document: Document) -> tuple[Peak, ...]:
    """Return the peaks of a document. Raises `InvalidSettingError` with every problem."""
    reading = Reading()
    found = reading.only_list(document, "peaks", MOST_PEAKS, lambda value, field: _peak(reading, value, field))
    reading.done()
    return found


def _peak(reading: Reading, value: object, field: str) -> Peak | None:
    members = reading.members(value, field, ("id", "name", "from", "until", "percent", "effects"))
    if not isinstance(value, dict):
        return None
    peak_id, name = reading.id(members.get("id"), f"{field}.id"), members.get("name")
    names = reading.both(name, f"{field}.name", _LONGEST_NAME)
    percent = reading.number(members.get("percent"), f"{field}.percent", LEAST_PERCENT, MOST_PERCENT, _WHY)
    effects = reading.choices(members.get("effects"), f"{field}.effects", tuple(Effect))
    span = reading.span(members, field)
    if span is None:
        return None
    if span[1] - span[0] > LONGEST:
        reading.report(f"{field}.until", "too-long", "it lasts more than 31 days", "end it sooner, or set the limits")
    return Peak(
        id=peak_id,
        name=names,
        starts_at=span[0],
        ends_at=span[1],
        percent=percent,
        effects=frozenset(Effect(one) for one in effects),
    )


def raised(limit: Limit, number: int, peaks: Iterable[Peak], now: datetime) -> int:
    """Return a limit as it is now: raised by the highest peak that runs, never above its ceiling nor lowered."""
    running = (one.percent for one in peaks if _RAISED[limit] in one.effects and one.runs(now))
    return max(number, min(BOUNDS[limit].ceiling, number * max(running, default=100) // 100))


def background_rests(peaks: Iterable[Peak], now: datetime) -> bool:
    """Say whether work that can wait waits now."""
    return any(Effect.BACKGROUND_RESTS in one.effects and one.runs(now) for one in peaks)


def expected(peaks: Iterable[Peak], now: datetime, ahead: timedelta) -> Sequence[Peak]:
    """Return the peaks that run or begin soon, in their order."""
    soon = (one for one in peaks if one.starts_at < now + ahead and now < one.ends_at)
    return sorted(soon, key=lambda one: one.starts_at)
