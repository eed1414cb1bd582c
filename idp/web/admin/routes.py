"""The one table of the console: what is routed, what the navigation shows, and what the tests walk through."""

from idp.admin.permissions import Permission
from idp.web.admin import home
from idp.web.admin.administrators import administrator, administrators
from idp.web.admin.agencies.routes import AGENCY_ROUTES
from idp.web.admin.audit import audit
from idp.web.admin.changes import changes
from idp.web.admin.clients import clients, trials
from idp.web.admin.clients import doctor as client_doctor
from idp.web.admin.dependencies import AdminDependencies
from idp.web.admin.gate import HOME, Gate
from idp.web.admin.infrastructure.routes import ESTATE_ROUTES
from idp.web.admin.metrics import metrics
from idp.web.admin.people.routes import PEOPLE_ROUTES
from idp.web.admin.settings import settings
from idp.web.admin.visit import ConsoleRoute
from idp.web.http.page_context import PageDesk
from idp.web.http.router import Route

_GET, _POST = ("GET",), ("POST",)

_READ_ADMINISTRATORS, _CHANGE_ADMINISTRATORS = Permission.ADMINISTRATORS_READ, Permission.ADMINISTRATORS_CHANGE

CONSOLE: tuple[ConsoleRoute, ...] = (
    ConsoleRoute(HOME, home.show, _GET, None, part="home"),
    ConsoleRoute(clients.LIST, clients.show_list, _GET, Permission.CLIENTS_READ, part="clients"),
    ConsoleRoute(clients.NEW, clients.show_new, _GET, Permission.CLIENTS_CHANGE),
    ConsoleRoute(clients.NEW, clients.register, _POST, Permission.CLIENTS_CHANGE),
    ConsoleRoute(clients.ONE, clients.show, _GET, Permission.CLIENTS_READ),
    # The use case asks for what each act takes: a secret and the stop want a fresh factor, an edit does not.
    ConsoleRoute(clients.ONE, clients.submit, _POST, Permission.CLIENTS_READ),
    ConsoleRoute(trials.ONE, trials.show, _GET, Permission.CLIENTS_CHANGE),
    ConsoleRoute(trials.ONE, trials.start, _POST, Permission.CLIENTS_CHANGE),
    ConsoleRoute(client_doctor.ONE, client_doctor.show, _GET, Permission.CLIENTS_READ),
    ConsoleRoute(client_doctor.ONE, client_doctor.submit, _POST, Permission.CLIENTS_CHANGE),
    ConsoleRoute(changes.LIST, changes.show_list, _GET, Permission.CLIENTS_READ, part="changes"),
    ConsoleRoute(changes.ONE, changes.show, _GET, Permission.CLIENTS_READ),
    ConsoleRoute(changes.ONE, changes.submit, _POST, Permission.CLIENTS_READ),
    *AGENCY_ROUTES,
    ConsoleRoute(administrators.PATH, administrators.list_page, _GET, _READ_ADMINISTRATORS, part="administrators"),
    ConsoleRoute(administrators.NEW_PATH, administrators.new_page, _GET, _CHANGE_ADMINISTRATORS),
    ConsoleRoute(administrators.NEW_PATH, administrators.issue, _POST, _CHANGE_ADMINISTRATORS),
    ConsoleRoute(administrator.ONE_PATH, administrator.show, _GET, _READ_ADMINISTRATORS),
    ConsoleRoute(administrator.ONE_PATH, administrator.submit, _POST, _CHANGE_ADMINISTRATORS),
    *PEOPLE_ROUTES,
    ConsoleRoute(audit.PATH, audit.show, _GET, Permission.AUDIT_READ, part="audit"),
    # A search takes no fresh factor, an export does: the use case asks.
    ConsoleRoute(audit.PATH, audit.submit, _POST, Permission.AUDIT_READ),
    ConsoleRoute(audit.ONE_PATH, audit.show_one, _GET, Permission.AUDIT_READ),
    ConsoleRoute(metrics.PATH, metrics.show, _GET, Permission.QUALITY_READ, part="quality"),
    *ESTATE_ROUTES,
    ConsoleRoute(settings.LIST, settings.show_list, _GET, Permission.SETTINGS_READ, part="settings", national=True),
    ConsoleRoute(settings.ONE, settings.show, _GET, Permission.SETTINGS_READ, national=True),
    # A look at what would change takes a fresh factor too: it is the step before proposing.
    ConsoleRoute(settings.ONE, settings.submit, _POST, Permission.SETTINGS_CHANGE, national=True),
)


def console_routes(dependencies: AdminDependencies, desk: PageDesk) -> list[Route]:
    """Return the routes of the console, each behind the gate."""
    return Gate(dependencies, desk, CONSOLE).routes()
