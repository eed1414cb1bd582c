"""Open data: how signing in goes, by day and client, for everybody and without anybody."""

import csv
import re
from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256
from io import StringIO

import orjson
from starlette.requests import Request
from starlette.responses import Response

from clients.model import ClientId
from idp.kernel.locales import Locale
from idp.metrics.open_data import OpenNumber
from idp.metrics.summary import FEWEST
from idp.web.http.errors import WebError
from idp.web.http.local_time import local_day
from idp.web.http.page_context import PageContext
from idp.web.http.requests import query_form
from idp.web.metrics.dependencies import OpenDataDependencies
from idp.web.metrics.pages import ClientDay, DayLink, OpenDataPage

PATH = "/open-data"
CSV, JSON = f"{PATH}/quality.csv", f"{PATH}/quality.json"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
COLUMNS = ("day", "client_id", "measure", "detail", "value")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ROWS_ON_PAGE = 50


class OpenDataHandlers:
    """GET /open-data and its two files."""

    def __init__(self, dependencies: OpenDataDependencies, context: PageContext) -> None:
        self._open = dependencies.published_metrics
        self._registry = dependencies.registry
        self._context = context

    async def page(self, request: Request) -> Response:
        """What there is, what it means, and the newest day."""
        locale, last = self._context.locale(request), self._open.last_day()
        numbers = await self._open.day(last)
        found: dict[str, dict[str, float | None]] = {}
        for one in numbers:
            if one.client_id and not one.detail:
                found.setdefault(one.client_id, {})[one.measure] = one.value
        most = sorted(found.items(), key=lambda row: (-(row[1]["completions"] or 0), row[0]))[:_ROWS_ON_PAGE]
        page = OpenDataPage(
            other_language_url=self._context.other_language_url(request, locale),
            day=local_day(last.isoformat(), locale),
            fewest=FEWEST,
            licence_url=LICENCE,
            licence_name="CC BY 4.0",
            columns=COLUMNS,
            rows=tuple(self._row(ClientId(client_id), values, locale) for client_id, values in most),
            days=tuple(_link(last - timedelta(days=back), locale) for back in range(7)),
        )
        return self._context.respond(request, page, locale)

    async def as_csv(self, request: Request) -> Response:
        """RFC 4180, a header line, an empty value where a number is hidden."""
        day = self._day(request)
        return _file(request, csv_of(day, await self._open.day(day)), "text/csv; charset=utf-8; header=present")

    async def as_json(self, request: Request) -> Response:
        """Return the numbers as JSON, null where one is hidden."""
        day = self._day(request)
        rows = [
            {"client_id": one.client_id, "measure": one.measure, "detail": one.detail, "value": one.value}
            for one in await self._open.day(day)
        ]
        document = {"license": LICENCE, "day": day.isoformat(), "hidden_below": FEWEST, "rows": rows}
        return _file(request, orjson.dumps(document), "application/json")

    def _row(self, client_id: ClientId, values: dict[str, float | None], locale: Locale) -> ClientDay:
        client = self._registry.get(client_id)
        return ClientDay(
            client_id=client_id,
            name=client.name(locale) if client else client_id,
            starts=_text(values["starts"]),
            completions=_text(values["completions"]),
            p50=_text(values.get("seconds_p50")),
        )

    def _day(self, request: Request) -> date:
        asked = query_form(request).get("day")
        if asked is None:
            return self._open.last_day()
        try:
            day = date.fromisoformat(asked) if _DAY.fullmatch(asked) else None
        except ValueError:
            day = None
        if day is None:
            raise WebError(400, "invalid_request", "day is no day")
        if not self._open.publishes(day):
            raise WebError(404, "not_found", "this day is not published")
        return day


def _link(day: date, locale: Locale) -> DayLink:
    return DayLink(day=local_day(day.isoformat(), locale), csv_url=f"{CSV}?day={day}", json_url=f"{JSON}?day={day}")


def csv_of(day: date, numbers: Sequence[OpenNumber]) -> bytes:
    """Return the numbers of a day as CSV (RFC 4180)."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for one in numbers:
        writer.writerow((day.isoformat(), one.client_id, one.measure, one.detail, _text(one.value)))
    return text.getvalue().encode()


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:g}" if value != int(value) else str(int(value))


def _file(request: Request, body: bytes, media_type: str) -> Response:
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Cache-Control": "public, max-age=3600",
        "ETag": tag,
        "Link": f'<{LICENCE}>; rel="license"',
    }
    # RFC 9110 13.1.2.
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, headers={**headers, "Content-Type": media_type})
