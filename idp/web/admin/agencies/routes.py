"""The rows of the console's table about agencies."""

from idp.admin.permissions import Permission
from idp.web.admin.agencies import agencies
from idp.web.admin.agencies import forms as agency_forms
from idp.web.admin.agencies.pages import AgencyChange
from idp.web.admin.visit import ConsoleRoute
from idp.web.http.route import GET, POST

_READ, _CHANGE = Permission.AGENCIES_READ, Permission.AGENCIES_CHANGE


def _form(change: AgencyChange) -> tuple[ConsoleRoute, ...]:
    """Return the rows of a form that changes one agency."""
    path = f"{agencies.PATH}/{change}/{{name}}"
    return (
        ConsoleRoute(path, agency_forms.form_of(change), _CHANGE, methods=GET, returns=f"admin-agency-{change}"),
        ConsoleRoute(path, agency_forms.act_of(change), _CHANGE, methods=POST),
    )


AGENCY_ROUTES: tuple[ConsoleRoute, ...] = (
    ConsoleRoute(agencies.PATH, agencies.list_page, _READ, methods=GET, menu="agencies", returns="admin-agencies"),
    ConsoleRoute(agencies.NEW_PATH, agency_forms.new_page, _CHANGE, methods=GET, returns="admin-agency-new"),
    ConsoleRoute(agencies.NEW_PATH, agency_forms.found, _CHANGE, methods=POST),
    ConsoleRoute(f"{agencies.PATH}/{{name}}", agencies.show_page, _READ, methods=GET, returns="admin-agency"),
    *_form("rename"),
    *_form("move"),
    *_form("merge"),
    *_form("split"),
    *_form("close"),
)
