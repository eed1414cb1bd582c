"""The routes of portal teams' corner."""

from collections.abc import Mapping

from idp.web.developers.changes import FEED_PATH
from idp.web.developers.dependencies import DeveloperDependencies
from idp.web.developers.handlers import AdministrationApi, DeveloperHandlers
from idp.web.developers.pages import PART_PATHS
from idp.web.http.page_context import PageContext
from idp.web.http.route import ANYONE, GET, Route, bind
from idp.web.http.router import Row

_PAGES = DeveloperHandlers

ROUTES = (
    Route(PART_PATHS["home"], _PAGES, methods=GET, visitors=ANYONE, get=_PAGES.home),
    Route(PART_PATHS["code"], _PAGES, methods=GET, visitors=ANYONE, get=_PAGES.code),
    Route(PART_PATHS["browser-apps"], _PAGES, methods=GET, visitors=ANYONE, get=_PAGES.browser_apps),
    Route(PART_PATHS["reference"], _PAGES, methods=GET, visitors=ANYONE, get=_PAGES.reference),
    Route(PART_PATHS["errors"], _PAGES, methods=GET, visitors=ANYONE, get=_PAGES.errors),
    Route(PART_PATHS["token-inspector"], _PAGES, methods=GET, visitors=ANYONE, get=_PAGES.token_inspector),
    Route(FEED_PATH, _PAGES, methods=GET, visitors=ANYONE, get=_PAGES.changes, name="changes-feed"),
)


def developer_rows(
    dependencies: DeveloperDependencies, context: PageContext, endpoints: Mapping[str, str], api: AdministrationApi
) -> list[Row]:
    """Return the routes with their handlers; `endpoints` are the routed paths by their names in discovery."""
    return bind(ROUTES, DeveloperHandlers(dependencies, context, endpoints, api))
