"""What every route of the console answers to every role, written by hand.

It stands beside the table that the console is made from: a row without an expectation fails, and so does one whose
permission somebody widens.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from idp.officers.roles import Role
from idp.web.admin.routes import CONSOLE
from tests.security.requests.good_requests_of_administrators import AGENCY_FORMS
from tests.security.requests.hostile_requests import Fields

OPERATOR, AGENCY, DEVELOPER, AUDITOR, SUPPORT = Role
EVERYBODY, _READERS, _GIVERS = frozenset(Role), frozenset({OPERATOR, AGENCY, AUDITOR}), frozenset({OPERATOR, AGENCY})
_CLIENTS, _OPERATORS = frozenset({OPERATOR, AGENCY, DEVELOPER}), frozenset({OPERATOR})
_SETTINGS = frozenset({OPERATOR, AGENCY, AUDITOR, SUPPORT})
_PEOPLE = frozenset({OPERATOR, SUPPORT})
MINE, OTHERS = "H26", "G15"
# How a form is answered that may be sent: done, or refused for what it says.
_HEARD = frozenset({200, 303, 409, 412, 422})


@dataclass(frozen=True, slots=True)
class Cell:
    """What is expected of one route: who may, and with what form it is asked.

    `acts`: who may do what that form asks, where the use case wants more than the route.
    """

    roles: frozenset[Role]
    fresh: bool = False
    form: Fields = field(default_factory=dict)
    acts: frozenset[Role] = frozenset()
    # How it is answered to whom it is allowed, where it is a form.
    heard: frozenset[int] = _HEARD

    @property
    def allowed(self) -> frozenset[Role]:
        """The roles that are not refused."""
        return self.acts or self.roles


EXPECTED: Mapping[tuple[str, str], Cell] = {
    ("GET", "/admin"): Cell(EVERYBODY),
    ("GET", "/admin/clients"): Cell(EVERYBODY),
    ("GET", "/admin/clients/new"): Cell(_CLIENTS),
    ("POST", "/admin/clients/new"): Cell(_CLIENTS),
    ("GET", "/admin/clients/{name}"): Cell(EVERYBODY),
    ("POST", "/admin/clients/{name}"): Cell(
        EVERYBODY, form={"action": "save", "reason": "as the tests want"}, acts=_CLIENTS
    ),
    ("GET", "/admin/clients/try/{name}"): Cell(_CLIENTS),
    ("POST", "/admin/clients/try/{name}"): Cell(_CLIENTS, form={"run": ""}),
    ("GET", "/admin/clients/doctor/{name}"): Cell(EVERYBODY),
    ("POST", "/admin/clients/doctor/{name}"): Cell(_CLIENTS, form={"action": "check"}),
    ("GET", "/admin/changes"): Cell(EVERYBODY),
    ("GET", "/admin/changes/{name}"): Cell(EVERYBODY),
    ("POST", "/admin/changes/{name}"): Cell(EVERYBODY, form={"action": "review"}, acts=_GIVERS),
    ("GET", "/admin/initial-tokens"): Cell(EVERYBODY),
    ("GET", "/admin/initial-tokens/new"): Cell(_CLIENTS, fresh=True),
    ("POST", "/admin/initial-tokens/new"): Cell(_CLIENTS, fresh=True, form={"action": "issue"}),
    ("GET", "/admin/initial-tokens/{name}"): Cell(EVERYBODY),
    ("POST", "/admin/initial-tokens/{name}"): Cell(_CLIENTS, form={"action": "revoke"}),
    ("GET", "/admin/software-publishers"): Cell(EVERYBODY),
    ("POST", "/admin/software-publishers"): Cell(
        _CLIENTS, form={"action": "trust", "agency": MINE, "issuer": "https://publisher.example", "jwks": "{}"}
    ),
    ("GET", "/admin/agencies"): Cell(EVERYBODY),
    ("GET", "/admin/agencies/new"): Cell(_OPERATORS, fresh=True),
    ("POST", "/admin/agencies/new"): Cell(_OPERATORS, fresh=True),
    ("GET", "/admin/agencies/{name}"): Cell(EVERYBODY),
    **{
        (method, f"/admin/agencies/{form}/{{name}}"): Cell(_OPERATORS, fresh=True)
        for form in AGENCY_FORMS
        for method in ("GET", "POST")
    },
    ("GET", "/admin/audit"): Cell(_READERS),
    ("POST", "/admin/audit"): Cell(_READERS, form={"action": "search"}),
    ("GET", "/admin/audit/{name}"): Cell(_READERS),
    ("GET", "/admin/quality"): Cell(EVERYBODY),
    # The country's: here only the operator holds a role over all of it.
    ("GET", "/admin/keys"): Cell(_SETTINGS, acts=_OPERATORS),
    ("POST", "/admin/keys"): Cell(_OPERATORS, fresh=True, form={"action": "rotate", "minutes": "0"}),
    ("POST", "/admin/registers"): Cell(_OPERATORS, fresh=True, form={"action": "stop-population"}),
    ("POST", "/admin/upstreams"): Cell(_OPERATORS, fresh=True, form={"action": "stop-none"}, heard=frozenset({404})),
    ("GET", "/admin/registers"): Cell(_SETTINGS, acts=_OPERATORS),
    ("GET", "/admin/upstreams"): Cell(_SETTINGS, acts=_OPERATORS),
    # Of the country's support and operators: a role over an agency finds nobody.
    ("GET", "/admin/people"): Cell(_PEOPLE, fresh=True, acts=_OPERATORS),
    ("POST", "/admin/people"): Cell(_PEOPLE, fresh=True, form={"action": "find"}, acts=_OPERATORS),
    ("GET", "/admin/people/{name}"): Cell(_PEOPLE, fresh=True, acts=_OPERATORS),
    ("POST", "/admin/people/{name}"): Cell(
        _PEOPLE, fresh=True, form={"action": "unlock", "reason": "checked"}, acts=_OPERATORS
    ),
    ("GET", "/admin/settings"): Cell(_SETTINGS, acts=_OPERATORS),
    ("GET", "/admin/settings/{name}"): Cell(_SETTINGS, acts=_OPERATORS),
    ("POST", "/admin/settings/{name}"): Cell(_OPERATORS, fresh=True, form={"action": "check"}),
    ("GET", "/admin/administrators"): Cell(_READERS),
    ("GET", "/admin/administrators/new"): Cell(_GIVERS, fresh=True),
    ("POST", "/admin/administrators/new"): Cell(_GIVERS, fresh=True, form={"action": "issue"}),
    ("GET", "/admin/administrators/{name}"): Cell(_READERS),
    ("POST", "/admin/administrators/{name}"): Cell(_GIVERS, fresh=True, form={"action": "extend", "last_day": ""}),
}
CELLS = [(route, method) for route in CONSOLE for method in route.methods]
