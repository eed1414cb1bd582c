"""Times as people in Viet Nam read them: every page tells the same clock, whatever the browser's is."""

from datetime import date, datetime, timedelta

from clients.local_days import VIETNAM
from idp.kernel.locales import Locale

_DAYS: dict[Locale, str] = {"vi": "%d/%m/%Y", "en": "%d %b %Y"}
_SHAPES: dict[Locale, str] = {"vi": "%H:%M, %d/%m/%Y", "en": "%H:%M, %d %b %Y"}


def local_time(at: datetime, locale: Locale) -> str:
    """Return an instant to the minute: "14:05, 24/11/2026", in English with the month as a word."""
    return at.astimezone(VIETNAM).strftime(_SHAPES[locale])


def last_day(ends_at: datetime, locale: Locale) -> str:
    """Return the last day before an instant, which people read as "until the end of"."""
    return (ends_at - timedelta(microseconds=1)).astimezone(VIETNAM).strftime(_DAYS[locale])


def local_day(day: str, locale: Locale) -> str:
    """Return a day written as YYYY-MM-DD the way people write it; a year, or anything else, as it is."""
    try:
        return date.fromisoformat(day).strftime(_DAYS[locale])
    except ValueError:
        return day
