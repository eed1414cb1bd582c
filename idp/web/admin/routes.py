"""The one table of the console: what is routed, what the navigation shows, and what the tests walk through."""

from idp.web.admin import home
from idp.web.admin.gate import HOME, Gate
from idp.web.admin.visit import ConsoleRoute
from idp.web.page_desk import PageDesk
from idp.web.parts import Parts
from idp.web.switchboard import Route

_GET, _POST = ("GET",), ("POST",)

CONSOLE: tuple[ConsoleRoute, ...] = (ConsoleRoute(HOME, home.show, _GET, None, part="home"),)


def console_routes(parts: Parts, desk: PageDesk) -> list[Route]:
    """Return the routes of the console, each behind the gate."""
    return Gate(parts, desk, CONSOLE).routes()
