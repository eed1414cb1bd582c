"""Where one is in the feed: nothing is passed over at midnight, and little is repeated."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.local_days import day_of
from idp.adapters.registers.feed_cursor import PAGE_SIZE, FeedCursor

# Half past midnight on 1 October in Vietnam, still September in UTC.
AFTER_MIDNIGHT = datetime(2026, 9, 30, 17, 30, tzinfo=UTC)


def test_the_day_is_vietnams() -> None:
    assert day_of(AFTER_MIDNIGHT) == date(2026, 10, 1)


def test_the_beginning_is_the_day_the_register_opened() -> None:
    assert FeedCursor.read("") == FeedCursor(date(2021, 7, 1), 1, 0)


@pytest.mark.parametrize(
    "text", ["x", "20261001", "20261001.0.0", "20261301.1.0", "20261001.1.0 ", "٢٠٢٦١٠٠١.1.0", "20261001.1.1000"]
)
def test_what_is_no_cursor_begins_at_the_beginning(text: str) -> None:
    assert FeedCursor.read(text) == FeedCursor.read("")


@given(st.dates(date(2021, 1, 1), date(2099, 1, 1)), st.integers(1, 10_000), st.integers(0, PAGE_SIZE))
def test_a_cursor_is_read_as_it_was_written(day: date, page: int, seen: int) -> None:
    cursor = FeedCursor(day, page, seen)
    assert FeedCursor.read(str(cursor)) == cursor


def test_a_full_page_leads_to_the_next() -> None:
    assert FeedCursor(date(2026, 9, 1), 3, 40).after(PAGE_SIZE, AFTER_MIDNIGHT) == FeedCursor(date(2026, 9, 1), 4, 0)


def test_a_short_page_of_an_old_day_moves_on_to_yesterday_and_no_further() -> None:
    assert FeedCursor(date(2026, 9, 29), 3, 40).after(60, AFTER_MIDNIGHT) == FeedCursor(date(2026, 9, 30), 1, 0)


@pytest.mark.parametrize("day", [date(2026, 9, 30), date(2026, 10, 1)])
def test_a_short_page_since_yesterday_is_remembered_by_its_rows(day: date) -> None:
    assert FeedCursor(day, 2, 40).after(60, AFTER_MIDNIGHT) == FeedCursor(day, 2, 60)


@pytest.mark.parametrize(("rows", "passed_over"), [(40, 40), (41, 40), (39, 0), (0, 0)])
def test_a_page_that_shrank_is_handed_on_whole_again(rows: int, passed_over: int) -> None:
    assert FeedCursor(date(2026, 10, 1), 1, 40).unseen_of(rows) == passed_over
