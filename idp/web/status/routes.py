"""The routes of how the provider is doing."""

from idp.web.http.page_context import PageContext
from idp.web.http.route import ANYONE, GET, Route, bind
from idp.web.http.router import Row
from idp.web.status.dependencies import StatusDependencies
from idp.web.status.status import JSON, PATH, StatusHandlers

ROUTES = (
    Route(PATH, StatusHandlers, methods=GET, visitors=ANYONE, get=StatusHandlers.page, name="status"),
    Route(JSON, StatusHandlers, methods=GET, visitors=ANYONE, answers="json", get=StatusHandlers.as_json),
)


def status_rows(dependencies: StatusDependencies, context: PageContext) -> list[Row]:
    """Return the routes with their handlers."""
    return bind(ROUTES, StatusHandlers(dependencies, context))
