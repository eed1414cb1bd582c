"""The rows of the console's table about initial access tokens and publishers of software."""

from idp.admin.permissions import Permission
from idp.web.admin.dynamic_registration import initial_tokens, publishers
from idp.web.admin.visit import ConsoleRoute
from idp.web.http.route import GET, POST

_READ, _CHANGE, _SECRET = Permission.CLIENTS_READ, Permission.CLIENTS_CHANGE, Permission.CLIENTS_SECRET

REGISTRATION_TOKEN_ROUTES: tuple[ConsoleRoute, ...] = (
    ConsoleRoute(initial_tokens.LIST, initial_tokens.show_list, _READ, methods=GET, returns="admin-initial-tokens"),
    ConsoleRoute(initial_tokens.NEW, initial_tokens.show_new, _SECRET, methods=GET, returns="admin-initial-token-new"),
    ConsoleRoute(initial_tokens.NEW, initial_tokens.issue, _SECRET, methods=POST),
    ConsoleRoute(initial_tokens.ONE, initial_tokens.show, _READ, methods=GET, returns="admin-initial-token"),
    ConsoleRoute(initial_tokens.ONE, initial_tokens.revoke, _CHANGE, methods=POST),
    ConsoleRoute(publishers.PATH, publishers.show, _READ, methods=GET, returns="admin-software-publishers"),
    # To trust takes a fresh factor, to end trust does not: the use case asks.
    ConsoleRoute(publishers.PATH, publishers.submit, _CHANGE, methods=POST),
)
