"""The rows of the console's table about people."""

from idp.admin.permissions import Permission
from idp.web.admin.people import people
from idp.web.admin.visit import ConsoleRoute
from idp.web.http.route import GET, POST

_FIND = Permission.PEOPLE_FIND

PEOPLE_ROUTES: tuple[ConsoleRoute, ...] = (
    ConsoleRoute(people.PATH, people.show, _FIND, methods=GET, menu="people", returns="admin-people"),
    ConsoleRoute(people.PATH, people.find, _FIND, methods=POST),
    ConsoleRoute(people.ONE_PATH, people.show_one, _FIND, methods=GET, returns="admin-person"),
    # To choose one of several is to look; an act asks for its own permission.
    ConsoleRoute(people.ONE_PATH, people.submit, _FIND, methods=POST),
)
