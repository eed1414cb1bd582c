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
from idp.web.admin.dynamic_registration.routes import REGISTRATION_TOKEN_ROUTES
from idp.web.admin.gate import Gate
from idp.web.admin.infrastructure.routes import INFRASTRUCTURE_ROUTES
from idp.web.admin.metrics import metrics
from idp.web.admin.paths import HOME
from idp.web.admin.people.routes import PEOPLE_ROUTES
from idp.web.admin.settings import settings
from idp.web.admin.visit import ConsoleRoute
from idp.web.http.page_context import PageContext
from idp.web.http.route import GET, POST
from idp.web.http.router import Row

_READ_ADMINISTRATORS, _CHANGE_ADMINISTRATORS = Permission.ADMINISTRATORS_READ, Permission.ADMINISTRATORS_CHANGE

CONSOLE: tuple[ConsoleRoute, ...] = (
    ConsoleRoute(HOME, home.show, None, methods=GET, menu="home", returns="admin"),
    ConsoleRoute(
        clients.LIST, clients.show_list, Permission.CLIENTS_READ, methods=GET, menu="clients", returns="admin-clients"
    ),
    ConsoleRoute(clients.NEW, clients.show_new, Permission.CLIENTS_CHANGE, methods=GET, returns="admin-client-new"),
    ConsoleRoute(clients.NEW, clients.register, Permission.CLIENTS_CHANGE, methods=POST),
    ConsoleRoute(clients.ONE, clients.show, Permission.CLIENTS_READ, methods=GET, returns="admin-client"),
    # The use case asks for what each act takes: a secret and the stop want a fresh factor, an edit does not.
    ConsoleRoute(clients.ONE, clients.submit, Permission.CLIENTS_READ, methods=POST),
    ConsoleRoute(trials.ONE, trials.show, Permission.CLIENTS_CHANGE, methods=GET, returns="admin-client-try"),
    ConsoleRoute(trials.ONE, trials.start, Permission.CLIENTS_CHANGE, methods=POST),
    ConsoleRoute(
        client_doctor.ONE, client_doctor.show, Permission.CLIENTS_READ, methods=GET, name="admin-client-doctor"
    ),
    ConsoleRoute(client_doctor.ONE, client_doctor.submit, Permission.CLIENTS_CHANGE, methods=POST),
    ConsoleRoute(
        changes.LIST, changes.show_list, Permission.CLIENTS_READ, methods=GET, menu="changes", returns="admin-changes"
    ),
    ConsoleRoute(changes.ONE, changes.show, Permission.CLIENTS_READ, methods=GET, returns="admin-change"),
    ConsoleRoute(changes.ONE, changes.submit, Permission.CLIENTS_READ, methods=POST),
    *REGISTRATION_TOKEN_ROUTES,
    *AGENCY_ROUTES,
    ConsoleRoute(
        administrators.PATH,
        administrators.list_page,
        _READ_ADMINISTRATORS,
        methods=GET,
        menu="administrators",
        returns="admin-administrators",
    ),
    ConsoleRoute(
        administrators.NEW_PATH,
        administrators.new_page,
        _CHANGE_ADMINISTRATORS,
        methods=GET,
        returns="admin-administrator-new",
    ),
    ConsoleRoute(administrators.NEW_PATH, administrators.issue, _CHANGE_ADMINISTRATORS, methods=POST),
    ConsoleRoute(
        administrator.ONE_PATH, administrator.show, _READ_ADMINISTRATORS, methods=GET, returns="admin-administrator"
    ),
    ConsoleRoute(administrator.ONE_PATH, administrator.submit, _CHANGE_ADMINISTRATORS, methods=POST),
    *PEOPLE_ROUTES,
    ConsoleRoute(audit.PATH, audit.show, Permission.AUDIT_READ, methods=GET, menu="audit", returns="admin-audit"),
    # A search takes no fresh factor, an export does: the use case asks.
    ConsoleRoute(audit.PATH, audit.submit, Permission.AUDIT_READ, methods=POST),
    ConsoleRoute(audit.ONE_PATH, audit.show_one, Permission.AUDIT_READ, methods=GET, returns="admin-audit-event"),
    ConsoleRoute(
        metrics.PATH, metrics.show, Permission.METRICS_READ, methods=GET, menu="quality", returns="admin-quality"
    ),
    *INFRASTRUCTURE_ROUTES,
    ConsoleRoute(
        settings.LIST,
        settings.show_list,
        Permission.SETTINGS_READ,
        methods=GET,
        menu="settings",
        national=True,
        returns="admin-settings",
    ),
    ConsoleRoute(
        settings.ONE, settings.show, Permission.SETTINGS_READ, methods=GET, national=True, returns="admin-setting"
    ),
    # A look at what would change takes a fresh factor too: it is the step before proposing.
    ConsoleRoute(settings.ONE, settings.submit, Permission.SETTINGS_CHANGE, methods=POST, national=True),
)


def console_rows(dependencies: AdminDependencies, context: PageContext) -> list[Row]:
    """Return the routes with their handlers, each behind the gate."""
    return Gate(dependencies, context, CONSOLE).rows()
