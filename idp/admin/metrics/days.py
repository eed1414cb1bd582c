"""Which whole days of the numbers are asked for."""

from datetime import date, datetime, timedelta

from msgspec import Struct

from clients.errors import Problem
from clients.local_days import day_begins
from idp.admin.errors import InvalidInputError
from idp.metrics.days import DAY, last_over

MOST_DAYS = 31
A_MONTH = 30


class DaySpan(Struct, frozen=True):
    """Days in Vietnam of which every end is known, from the first to the last."""

    first: date
    last: date

    @classmethod
    def of(cls, first: date | None, last: date | None, now: datetime) -> "DaySpan":
        """Return the days that a question means: thirty up to the last that is over where it says nothing.

        Raises `InvalidInputError`.
        """
        if any(edge is not None and not 2000 <= edge.year < 2200 for edge in (first, last)):
            raise InvalidInputError([Problem("first", "range", "nothing was counted in that year", "name another")])
        over = last_over(now)
        end = last or over
        begin = first or end - timedelta(days=A_MONTH - 1)
        if end > over:
            remedy = f"ask up to {over.isoformat()}, and for later hours at /quality/hours"
            raise InvalidInputError([Problem("last", "range", "that day is not over", remedy)])
        if not 0 <= (end - begin).days < MOST_DAYS:
            remedy = f"ask for at most {MOST_DAYS} days, the earlier one first"
            raise InvalidInputError([Problem("last", "range", "these days are none, or too many", remedy)])
        return cls(begin, end)

    @property
    def begins_at(self) -> datetime:
        """Return where the first day begins."""
        return day_begins(self.first)

    @property
    def ends_at(self) -> datetime:
        """Return where the last day ends."""
        return day_begins(self.last) + DAY

    @property
    def days(self) -> tuple[date, ...]:
        """Return every day, the first one first."""
        return tuple(self.first + timedelta(days=place) for place in range((self.last - self.first).days + 1))
