"""The page of open data."""

from clients.model import ClientId
from idp.web.metrics.pages import ClientDay, DayLink, OpenDataPage


def open_data_pages(text: str) -> list[OpenDataPage]:
    """Return the page with rows that are shown and hidden, and the page of a day without numbers."""
    rows = (
        ClientDay(client_id=ClientId(text), name=text, starts="120", completions="100", p50="12"),
        ClientDay(client_id=ClientId(text), name=text, starts="", completions="", p50=""),
    )
    link = DayLink(day=text, csv_url=f"/open-data/quality.csv?x={text}", json_url=f"/open-data/quality.json?x={text}")
    return [
        OpenDataPage(
            other_language_url=f"/open-data?lang=en&x={text}",
            day=text,
            fewest=10,
            licence_url="https://creativecommons.org/licenses/by/4.0/",
            licence_name=text,
            columns=(text,) * 5,
            rows=shown,
            days=(link,),
        )
        for shown in (rows, ())
    ]
