"""Days in Viet Nam, seven hours before those of UTC."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.local_days import day_begins, day_ends, day_of

DAYS = st.dates(min_value=date(1, 1, 3), max_value=date(9999, 12, 28))


def test_a_day_begins_seven_hours_before_utcs() -> None:
    assert day_begins(date(2026, 10, 1)) == datetime(2026, 9, 30, 17, tzinfo=UTC)
    assert day_ends(date(2026, 10, 1)) == datetime(2026, 10, 1, 17, tzinfo=UTC)


@given(DAYS)
def test_the_first_instant_of_a_day_is_its_own_and_the_one_after_its_end_is_not(day: date) -> None:
    assert day_of(day_begins(day)) == day
    assert day_of(day_ends(day) - timedelta(microseconds=1)) == day
    assert day_of(day_ends(day)) == day + timedelta(days=1)


def test_the_ends_of_the_calendar_have_no_instant() -> None:
    with pytest.raises(OverflowError):
        day_begins(date.min)
    with pytest.raises(OverflowError):
        day_ends(date.max)
