"""The public page of open data."""

from typing import ClassVar

from msgspec import Struct

from clients.model import ClientId
from idp.web.http.page import Page


class ClientDay(Struct, frozen=True, kw_only=True):
    """A client's day; numbers as they are shown, "" where one is hidden."""

    client_id: ClientId
    name: str
    starts: str
    completions: str
    p50: str


class DayLink(Struct, frozen=True, kw_only=True):
    """The two files of a day."""

    day: str
    csv_url: str
    json_url: str


class OpenDataPage(Page, frozen=True, kw_only=True):
    """What is published, what it means, and the newest day."""

    template: ClassVar[str] = "metrics/open_data.html"
    day: str
    fewest: int
    licence_url: str
    licence_name: str
    # What the files call their columns.
    columns: tuple[str, ...]
    rows: tuple[ClientDay, ...]
    days: tuple[DayLink, ...]
