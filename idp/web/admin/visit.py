"""One administrator on one page of the console."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from re import fullmatch

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from clients.errors import Problem
from idp.admin.actor import Actor
from idp.admin.errors import InvalidInputError
from idp.admin.permissions import Permission, allows, allows_somewhere
from idp.audit.model import EventName
from idp.kernel.locales import Locale
from idp.officers.roles import RoleGrant
from idp.protocol.forms import Form
from idp.sessions.model import SessionView
from idp.web.admin.dependencies import AdminDependencies
from idp.web.admin.shell_page import AdminShell
from idp.web.http.page import Page
from idp.web.http.page_context import PageContext
from idp.web.http.requests import query_form
from idp.web.http.route import OFFICERS, RouteFacts, Visitors

_INVALID = 422
# Fields of every form: its protection, and the button that was pressed.
_OURS = frozenset({"form", "shown_in", "action"})
# One matter for all forms of the console: they all belong to the administrator of this browser's session.
ABOUT = "console"
# Ids of rows, of clients, codes of agencies. What is none of them names nothing, and no store is asked for it.
_ID = r"[A-Za-z0-9._-]{1,128}"


class Visit(Struct, frozen=True):
    """What a page's handler is given: it was let in, holds the route's permission somewhere, and sent this form."""

    request: Request
    dependencies: AdminDependencies
    context: PageContext
    view: SessionView
    actor: Actor
    now: datetime
    # The path of the route, as the table has it.
    route_path: str
    locale: Locale
    shell: AdminShell
    browser: str
    new_browser: bool
    # Empty for GET; of a POST its protection is checked already.
    form: Form

    @property
    def name(self) -> str:
        """Return the object that the address names: its last segment, where the route ends in `{name}`."""
        named = str(self.request.scope.get("path_params", {}).get("name", ""))
        return named if fullmatch(_ID, named) else ""

    @property
    def after(self) -> str:
        """Return the id that a page of a list follows; "" for the first, and for what is no id of ours."""
        typed = self.query.get("after") or ""
        return typed if fullmatch(_ID, typed) else ""

    @property
    def query(self) -> Form:
        """Return the query."""
        return query_form(self.request)

    @property
    def path(self) -> str:
        """Return the address of this page, where its form is sent to."""
        return str(self.request.scope["path"])

    @property
    def other_language_url(self) -> str:
        """Return this page's address in the other language."""
        return self.context.other_language_url(self.request, self.locale)

    def fields(self, *allowed: str) -> Mapping[str, str]:
        """Return the form's fields, "" for one that is missing. Raises `InvalidInputError` for any other field."""
        unknown = sorted(self.form.data.keys() - {*allowed, *_OURS})
        if unknown:
            reason = "the form has no such field"
            raise InvalidInputError(
                [Problem(name[:100], "unknown_field", reason, "send the form as it is") for name in unknown]
            )
        return {name: self.form.get(name) or "" for name in allowed}

    def note_refusal(self, reason: str) -> None:
        """Record a refusal."""
        details = {"page": self.route_path, "method": self.request.method}
        if fullmatch(r"[A-Za-z0-9._-]{1,128}", self.name):
            details["object"] = self.name
        self.dependencies.web.ledger.enqueue(
            self.actor.event(EventName.ADMIN_REFUSED, self.now, reason=reason, details=details)
        )

    def hidden(self, about: str = ABOUT) -> tuple[tuple[str, str], ...]:
        """Return the hidden fields of this page's forms."""
        return self.context.hidden_in(self.view.session.id, self.browser, about)

    def respond(self, page: Page, status: int = 200, *, asks_itself: bool = False) -> Response:
        """Return a page; the script of one that `asks_itself` may ask us again.

        One that tells what is wrong with a form (422) is a refusal, and is recorded.
        """
        if status == _INVALID:
            self.note_refusal(InvalidInputError.code)
        connect = "'self'" if asks_itself else ""
        response = self.context.respond(self.request, page, self.locale, status, connect=connect)
        if self.new_browser:
            self.context.cookies.set_browser(response, self.browser)
        return response

    def see_other(self, path: str) -> Response:
        """Lead to another page of ours."""
        return self.context.see_other(path)


class ConsoleRoute(RouteFacts, frozen=True):
    """One row of the console's table.

    `permission` is what it takes, over anything at all, to see the page or send its form (None: any role); the use case
    asks again, for the object. What is `national` takes it over the whole country. `menu` is one of
    `idp.web.admin.shell_page.AdminPart`. A path that ends in `{name}` is an object's.
    """

    serve: Callable[[Visit], Awaitable[Response]]
    permission: Permission | None
    national: bool = False

    @property
    def visitors(self) -> Visitors:
        """Return whose session the console asks for; roles are the officers'."""
        return OFFICERS

    def open_to(self, grants: Sequence[RoleGrant]) -> bool:
        """Say whether grants that stand bring what it takes."""
        if self.permission is None:
            return True
        return allows(grants, self.permission, ()) if self.national else allows_somewhere(grants, self.permission)
