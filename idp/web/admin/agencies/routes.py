"""The rows of the console's table about agencies."""

from idp.admin.permissions import Permission
from idp.web.admin.agencies import agencies
from idp.web.admin.agencies import forms as agency_forms
from idp.web.admin.agencies.pages import AgencyChange
from idp.web.admin.visit import ConsoleRoute

_GET, _POST = ("GET",), ("POST",)
_READ, _CHANGE = Permission.AGENCIES_READ, Permission.AGENCIES_CHANGE


def _form(change: AgencyChange) -> tuple[ConsoleRoute, ...]:
    """Return the rows of a form that changes one agency."""
    path = f"{agencies.PATH}/{change}/{{name}}"
    return (
        ConsoleRoute(path, agency_forms.form_of(change), _GET, _CHANGE),
        ConsoleRoute(path, agency_forms.act_of(change), _POST, _CHANGE),
    )


AGENCY_ROUTES: tuple[ConsoleRoute, ...] = (
    ConsoleRoute(agencies.PATH, agencies.list_page, _GET, _READ, part="agencies"),
    ConsoleRoute(agencies.NEW_PATH, agency_forms.new_page, _GET, _CHANGE),
    ConsoleRoute(agencies.NEW_PATH, agency_forms.found, _POST, _CHANGE),
    ConsoleRoute(f"{agencies.PATH}/{{name}}", agencies.show_page, _GET, _READ),
    *_form("rename"),
    *_form("move"),
    *_form("merge"),
    *_form("split"),
    *_form("close"),
)
