"""The public page of open data."""

from dataclasses import dataclass
from typing import ClassVar

from idp.web.pages.base import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientDay:
    """A client's day; numbers as they are shown, "" where one is hidden."""

    client_id: str
    name: str
    starts: str
    completions: str
    p50: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLink:
    """The two files of a day."""

    day: str
    csv_url: str
    json_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDataPage(Page):
    """What is published, what it means, and the newest day."""

    template: ClassVar[str] = "open_data.html"
    day: str
    fewest: int
    licence_url: str
    licence_name: str
    # What the files call their columns.
    columns: tuple[str, ...]
    rows: tuple[ClientDay, ...]
    days: tuple[DayLink, ...]
