"""Days in Viet Nam: a day that a decision, a letter or a file names is a day there."""

from datetime import UTC, date, datetime, time, timedelta, timezone

# No summer time since 1975, and a fixed offset needs no database of zones.
VIETNAM = timezone(timedelta(hours=7))


def day_of(at: datetime) -> date:
    """Return the day of an instant."""
    return at.astimezone(VIETNAM).date()


def day_begins(day: date) -> datetime:
    """Return the instant at which a day begins; raises OverflowError for one at the ends of the calendar."""
    return datetime.combine(day, time(), VIETNAM).astimezone(UTC)


def day_ends(day: date) -> datetime:
    """Return the first instant after a day; raises OverflowError for one at the ends of the calendar."""
    return day_begins(day + timedelta(days=1))
