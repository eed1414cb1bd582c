"""The rows of the console's table about people."""

from idp.admin.permissions import Permission
from idp.web.admin.people import people
from idp.web.admin.visit import ConsoleRoute

_GET, _POST = ("GET",), ("POST",)
_FIND = Permission.PEOPLE_FIND

PEOPLE_ROUTES: tuple[ConsoleRoute, ...] = (
    ConsoleRoute(people.PATH, people.show, _GET, _FIND, part="people"),
    ConsoleRoute(people.PATH, people.find, _POST, _FIND),
    ConsoleRoute(people.ONE_PATH, people.show_one, _GET, _FIND),
    # To choose one of several is to look; an act asks for its own permission.
    ConsoleRoute(people.ONE_PATH, people.submit, _POST, _FIND),
)
