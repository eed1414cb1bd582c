"""Which days are shown: Vietnamese ones that are quite over."""

from datetime import UTC, date, datetime, timedelta

import pytest

from clients.local_days import day_begins, day_of
from idp.admin.errors import InvalidInputError
from idp.admin.metrics.days import MOST_DAYS, DaySpan
from idp.metrics.days import last_over

# Three in the morning in Vietnam: since this instant yesterday is over.
THREE = datetime(2026, 11, 25, 20, tzinfo=UTC)
OVER = date(2026, 11, 25)
DAY = timedelta(days=1)


@pytest.mark.parametrize(("now", "last"), [(THREE, OVER), (THREE - timedelta(microseconds=1), OVER - DAY)])
def test_a_day_is_over_three_hours_after_its_midnight_in_vietnam(now: datetime, last: date) -> None:
    assert last_over(now) == last
    assert DaySpan.of(None, None, now) == DaySpan(last - 29 * DAY, last)


def test_a_day_begins_at_seventeen_hours_utc_of_the_day_before() -> None:
    assert day_begins(OVER) == datetime(2026, 11, 24, 17, tzinfo=UTC)
    assert day_of(day_begins(OVER)) == OVER
    assert day_of(day_begins(OVER) - timedelta(microseconds=1)) == OVER - DAY


def test_a_span_says_where_it_begins_and_ends_and_each_of_its_days() -> None:
    span = DaySpan.of(OVER - DAY, OVER, THREE)
    assert (span.begins_at, span.ends_at) == (day_begins(OVER - DAY), day_begins(OVER + DAY))
    assert span.days == (OVER - DAY, OVER)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (OVER, OVER + DAY),
        (OVER, OVER - DAY),
        (OVER - MOST_DAYS * DAY, OVER),
        (date(1, 1, 1), None),
        (None, date(9999, 12, 31)),
        (date(1999, 12, 31), date(1999, 12, 31)),
    ],
)
def test_days_that_are_not_over_none_and_too_many_are_refused(first: date | None, last: date | None) -> None:
    with pytest.raises(InvalidInputError):
        DaySpan.of(first, last, THREE)


def test_as_many_as_are_allowed_are_not() -> None:
    assert len(DaySpan.of(OVER - (MOST_DAYS - 1) * DAY, OVER, THREE).days) == MOST_DAYS
