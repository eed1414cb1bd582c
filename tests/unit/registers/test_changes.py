"""Rows of the feed: what is kept, what is passed over, and what stops the page so that nothing is lost."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from idp.adapters.registers.changes import read_page
from idp.adapters.registers.feed_cursor import PAGE_SIZE, FeedCursor
from idp.proofing.registers.feed import ChangeKind, FeedPage, RegisterChange
from idp.proofing.registers.ports import Garbled
from tests.unit.registers.samples import NUMBER

NOW = datetime(2026, 10, 1, 3, 0, tzinfo=UTC)
TODAY = date(2026, 10, 1)
DEATH: Mapping[str, str] = {
    "MaThayDoi": "BD-1",
    "Loai": "KHAI_TU",
    "ThoiDiem": "20261001093000",
    "SoDinhDanh": "001899000001",
}


def page(*rows: Mapping[str, str], cursor: FeedCursor = FeedCursor(TODAY, 1, 0)) -> FeedPage | Garbled:  # noqa: B008
    return read_page(rows, cursor, NOW)


@pytest.mark.parametrize(
    "written", ["20261001093000", "2026-10-01T09:30:00", "2026-10-01T09:30:00+07:00", "2026-10-01T02:30:00Z"]
)
def test_a_moment_is_vietnams_unless_it_says_else(written: str) -> None:
    change = RegisterChange("BD-1", ChangeKind.DIED, NUMBER, datetime(2026, 10, 1, 2, 30, tzinfo=UTC))
    assert page({**DEATH, "ThoiDiem": written}) == FeedPage((change,), "20261001.1.1", more=False)


@pytest.mark.parametrize("row", [{"Loai": "CHUYEN_HO_KHAU"}, {"Loai": ""}, {"SoDinhDanh": "012345678"}])
def test_what_cannot_concern_an_account_is_passed_over_and_counted(row: Mapping[str, str]) -> None:
    assert page({**DEATH, **row}) == FeedPage((), "20261001.1.1", more=False)


@pytest.mark.parametrize(
    "row",
    [
        {"MaThayDoi": ""},
        {"ThoiDiem": ""},
        {"ThoiDiem": "20261001256000"},
        {"Loai": "THAY_SO"},
        {"Loai": "THAY_SO", "SoDinhDanhMoi": "12345"},
        {"Loai": "CAI_CHINH_HO_TEN"},
    ],
)
def test_an_unreadable_change_stops_the_page(row: Mapping[str, str]) -> None:
    assert page(DEATH, {**DEATH, **row}) == Garbled("unreadable_change")


def test_only_what_a_change_is_about_comes_with_it() -> None:
    answer = page({**DEATH, "SoDinhDanhMoi": "001899000002", "HoVaTen/Ten": "HOÀ"})
    assert isinstance(answer, FeedPage)
    assert (answer.changes[0].new_number, answer.changes[0].new_name) == (None, None)


def test_rows_that_were_handed_on_are_not_handed_on_again() -> None:
    rows = [{**DEATH, "MaThayDoi": f"BD-{place}"} for place in range(5)]
    answer = page(*rows, cursor=FeedCursor(TODAY, 1, 3))
    assert isinstance(answer, FeedPage)
    assert [change.id for change in answer.changes] == ["BD-3", "BD-4"]
    assert answer.cursor == "20261001.1.5"


def test_a_full_page_says_that_more_may_wait() -> None:
    answer = page(*[DEATH] * PAGE_SIZE)
    assert isinstance(answer, FeedPage)
    assert (answer.more, answer.cursor) == (True, "20261001.2.0")


def test_more_rows_than_were_asked_for_are_garbled() -> None:
    assert page(*[DEATH] * (PAGE_SIZE + 1)) == Garbled("several_pages")


def test_nothing_personal_shows_when_a_change_is_printed() -> None:
    answer = page({**DEATH, "Loai": "THAY_SO", "SoDinhDanhMoi": "001899000002"})
    assert "001899" not in repr(answer)
