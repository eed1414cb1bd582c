"""Where one is in the register's feed, which is asked by days and pages (TuNgay, DenNgay, Trang, SoBanGhi)."""

import re
from datetime import date, datetime, timedelta
from typing import Self

from msgspec import Struct

from clients.local_days import day_of
from records.structs import replace

PAGE_SIZE = 100
# Before the first account: the register itself opened to other systems on this day.
_BEGINNING = date(2021, 7, 1)
_WRITTEN = re.compile(r"(\d{4})(\d\d)(\d\d)\.([1-9]\d{0,8})\.(\d{1,3})", re.ASCII)


class FeedCursor(Struct, frozen=True):
    """From this day on, `seen` rows of `page` (from 1) and everything before it were handed on already.

    The register appends: what is on a page stays there. The cursor moves to a new first day only as far as yesterday,
    because its clock and ours need not agree at midnight; that repeats a few changes, which their ids make harmless.
    """

    from_day: date
    page: int
    seen: int

    @classmethod
    def read(cls, text: str) -> Self:
        """Return a cursor from its text; what is none begins at the beginning, which loses nothing."""
        found = _WRITTEN.fullmatch(text)
        try:
            year, month, day, page, seen = (int(part) for part in found.groups()) if found else (0, 0, 0, 0, 0)
            return cls(date(year, month, day), page, seen)
        except ValueError:
            return cls(_BEGINNING, 1, 0)

    def __str__(self) -> str:
        """Return the text that `read` takes."""
        return f"{self.from_day:%Y%m%d}.{self.page}.{self.seen}"

    def unseen_of(self, rows: int) -> int:
        """Return how many of a page's rows to pass over; a page that shrank is handed on whole again."""
        return self.seen if self.seen <= rows else 0

    def after(self, rows: int, now: datetime) -> Self:
        """Return the cursor to ask with next, after a page of so many rows."""
        if rows >= PAGE_SIZE:
            return replace(self, page=self.page + 1, seen=0)
        yesterday = day_of(now) - timedelta(days=1)
        if self.from_day < yesterday:
            return replace(self, from_day=yesterday, page=1, seen=0)
        return replace(self, seen=rows)
