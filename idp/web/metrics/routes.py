"""The routes of open data."""

from idp.web.http.page_context import PageContext
from idp.web.http.route import ANYONE, GET, Route, bind
from idp.web.http.router import Row
from idp.web.metrics.dependencies import OpenDataDependencies
from idp.web.metrics.open_data import CSV, JSON, PATH, OpenDataHandlers

ROUTES = (
    Route(PATH, OpenDataHandlers, methods=GET, visitors=ANYONE, get=OpenDataHandlers.page, name="open-data"),
    Route(CSV, OpenDataHandlers, methods=GET, visitors=ANYONE, answers="json", get=OpenDataHandlers.as_csv),
    Route(JSON, OpenDataHandlers, methods=GET, visitors=ANYONE, answers="json", get=OpenDataHandlers.as_json),
)


def open_data_rows(dependencies: OpenDataDependencies, context: PageContext) -> list[Row]:
    """Return the routes with their handlers."""
    return bind(ROUTES, OpenDataHandlers(dependencies, context))
