"""The day that agencies are read of: a day in Vietnam, as decisions about them name it."""

from datetime import date, datetime

from clients.dialect import VIETNAM


def day_of(now: datetime) -> date:
    """Return the day of an instant in Vietnam."""
    return now.astimezone(VIETNAM).date()
