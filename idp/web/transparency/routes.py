"""The routes of the public log."""

from idp.web.http.page_context import PageContext
from idp.web.http.route import ANYONE, GET, Route, bind
from idp.web.http.router import Row
from idp.web.transparency.dependencies import TransparencyDependencies
from idp.web.transparency.paths import CHECKPOINT, CONSISTENCY, ENTRIES, INCLUSION, PATH
from idp.web.transparency.transparency import TransparencyHandlers

_LOG = TransparencyHandlers

ROUTES = (
    Route(PATH, _LOG, methods=GET, visitors=ANYONE, get=_LOG.page, name="transparency"),
    Route(CHECKPOINT, _LOG, methods=GET, visitors=ANYONE, answers="json", get=_LOG.checkpoint, name="checkpoint"),
    Route(ENTRIES, _LOG, methods=GET, visitors=ANYONE, answers="json", get=_LOG.entries),
    Route(INCLUSION, _LOG, methods=GET, visitors=ANYONE, answers="json", get=_LOG.inclusion),
    Route(CONSISTENCY, _LOG, methods=GET, visitors=ANYONE, answers="json", get=_LOG.consistency),
)


def transparency_rows(dependencies: TransparencyDependencies, context: PageContext) -> list[Row]:
    """Return the routes with their handlers."""
    return bind(ROUTES, TransparencyHandlers(dependencies, context))
