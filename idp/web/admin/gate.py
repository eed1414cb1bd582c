"""The one guard of the console: who comes in, what they may open, and how a refusal is shown."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from clients.model import ClientId
from idp.account.model import AccountKind
from idp.admin.actor import Actor
from idp.admin.errors import (
    AdminError,
    ConflictError,
    FreshFactorNeededError,
    InvalidInputError,
    NotFoundError,
    NotIndependentError,
    NotPermittedError,
    PersonUnknownError,
    RightRestsError,
    StaleVersionError,
    TooLateError,
    TooManyError,
)
from idp.admin.permissions import TABLE, Level
from idp.audit.model import EventName, RecordEvent
from idp.kernel.ids import EventId, new_id
from idp.kernel.locales import LOCALES
from idp.officers.roles import RoleGrant
from idp.protocol.forms import Form
from idp.sessions.model import SessionView
from idp.sessions.policy import kept
from idp.sign_in.levels import is_strong
from idp.sign_in.recent import is_recent_and_strong
from idp.web.account.person import head_shared_pages, person_of
from idp.web.admin.dependencies import AdminDependencies
from idp.web.admin.field_problems import problem_shown
from idp.web.admin.pages import AdminRefusal, AdminRefusedPage, NotForYouPage
from idp.web.admin.paths import HOME
from idp.web.admin.shell_page import PARTS, AdminShell, ConsoleLink
from idp.web.admin.visit import ABOUT, ConsoleRoute, Visit
from idp.web.factors.paths import CONFIRM
from idp.web.http.leaving import LeaveEarly
from idp.web.http.page_context import PageContext
from idp.web.http.places import query_of
from idp.web.http.requests import origin_of, query_form
from idp.web.http.router import Handler, Row
from idp.web.sign_in.paths import SIGN_IN

_NO_FORM = Form({}, frozenset())
_ANSWERS: Mapping[type[AdminError], tuple[int, AdminRefusal]] = {
    # Before the error that they are kinds of: the first that fits answers.
    NotIndependentError: (403, "not_independent"),
    PersonUnknownError: (403, "person_unknown"),
    RightRestsError: (403, "right_rests"),
    NotPermittedError: (403, "not_permitted"),
    NotFoundError: (404, "not_found"),
    StaleVersionError: (412, "stale_version"),
    TooLateError: (409, "too_late"),
    TooManyError: (429, "too_many"),
    ConflictError: (409, "conflict"),
    InvalidInputError: (422, "invalid_input"),
}


class Gate(Struct, frozen=True):
    """Makes handlers of the rows of the console's table."""

    dependencies: AdminDependencies
    context: PageContext
    table: Sequence[ConsoleRoute]

    def rows(self) -> list[Row]:
        """Return the console's part of the table of routes."""
        return [(route.path, self._guarded(route), route.methods) for route in self.table]

    def _guarded(self, route: ConsoleRoute) -> Handler:
        async def handle(request: Request) -> Response:
            return await self._answer(request, route)

        return handle

    async def _answer(self, request: Request, route: ConsoleRoute) -> Response:
        form = (await self.context.accept_form(request, ABOUT))[0] if request.method == "POST" else _NO_FORM
        visit = await self._visit(request, route, form)
        try:
            _demand(route, visit.actor)
            return await route.serve(visit)
        except AdminError as error:
            return self._refused(visit, route, error)

    async def _visit(self, request: Request, route: ConsoleRoute, form: Form) -> Visit:
        """Return the visit of an administrator: one read for the session, one for the roles."""
        now, cookie = self.dependencies.web.clock.now(), self.context.cookies.session(request)
        view = None
        if cookie is not None:
            view = await self.dependencies.web.sessions.live(
                self.dependencies.web.cookie_hash.digest(cookie), ClientId(""), now
            )
        if view is None:
            return_query = {"officer": "1", **self._back(request, route)}
            if (language := query_form(request).get("lang")) in LOCALES:
                return_query["lang"] = language
            raise LeaveEarly(self.context.see_other(f"{SIGN_IN}?{urlencode(return_query)}"))
        self.context.enter_session(request, view.session.id)
        self.dependencies.web.ledger.enqueue(*kept(view.session, now))
        head_shared_pages(request, view, self.dependencies.web)
        grants: Sequence[RoleGrant] = ()
        if view.account.kind is AccountKind.OFFICER and is_strong(view.session.amr):
            grants = await self.dependencies.roles.held(view.account.person_id, view.account.id, now)
        if not grants:
            raise LeaveEarly(self._not_for_you(request, route, view))
        profile = person_of(view, self.dependencies.web)
        actor = Actor(
            person_id=view.account.person_id,
            account_id=view.account.id,
            agency=str(profile.get("agency", "")),
            officer_code=str(profile.get("officer_code", "")),
            grants=tuple(grants),
            fresh=is_recent_and_strong(view, now),
            origin=origin_of(request),
            session_id=view.session.id,
        )
        browser, new = self.context.cookies.ensure_browser(request)
        return Visit(
            request=request,
            dependencies=self.dependencies,
            context=self.context,
            view=view,
            actor=actor,
            now=now,
            route_path=route.path,
            locale=self.context.locale(request, view.account.locale),
            shell=self._shell(request, actor, str(profile.get("name", ""))),
            browser=browser,
            new_browser=new,
            form=form,
        )

    def _shell(self, request: Request, actor: Actor, name: str) -> AdminShell:
        paths = {one.menu: one.path for one in self.table if one.menu and one.open_to(actor.grants)}
        shown = [(part, paths[part]) for part in PARTS if part in paths]
        path = str(request.scope["path"])
        current = max((one for _, one in shown if path == one or path.startswith(f"{one}/")), key=len, default="")
        links = tuple(ConsoleLink(part=part, path=one, current=one == current) for part, one in shown)
        return AdminShell(display_name=name, officer_code=actor.officer_code, agency=actor.agency, links=links)

    def _not_for_you(self, request: Request, route: ConsoleRoute, view: SessionView) -> Response:
        """Answer somebody who is signed in and no administrator: always the same, whatever they asked for."""
        event = RecordEvent(
            id=EventId(new_id()),
            name=EventName.CONSOLE_REFUSED,
            at=self.dependencies.web.clock.now(),
            origin=origin_of(request),
            person_id=view.account.person_id,
            session_id=view.session.id,
            reason="no_administrator",
            details={"page": route.path},
        )
        self.dependencies.web.ledger.enqueue(event)
        locale = self.context.locale(request, view.account.locale)
        page = NotForYouPage(
            other_language_url=self.context.other_language_url(request, locale),
            sign_in_url=f"{SIGN_IN}?{urlencode({'officer': '1', 'to': 'admin'})}",
        )
        return self.context.respond(request, page, locale, 403)

    def _refused(self, visit: Visit, route: ConsoleRoute, error: AdminError) -> Response:
        """Tell a refusal once, for every page, and record it."""
        if isinstance(error, FreshFactorNeededError) and visit.request.method != "POST":
            return visit.see_other(f"{CONFIRM}?{urlencode(self._back(visit.request, route))}")
        if not isinstance(error, InvalidInputError):
            visit.note_refusal(error.code)
        if isinstance(error, FreshFactorNeededError):
            return visit.see_other(f"{CONFIRM}?{urlencode(self._back(visit.request, route))}")
        status, refusal = next(
            (answer for kind, answer in _ANSWERS.items() if isinstance(error, kind)), (400, "invalid_input")
        )
        problems = error.problems if isinstance(error, InvalidInputError) else ()
        page = AdminRefusedPage(
            other_language_url=visit.other_language_url,
            shell=visit.shell,
            refusal=refusal,
            problems=tuple(problem_shown(problem) for problem in problems),
            back_url=visit.path if visit.request.method == "POST" else HOME,
            reference=str(visit.request.scope["state"].get("correlation_id", "")),
        )
        response = visit.respond(page, status)
        if isinstance(error, TooManyError):
            response.headers["Retry-After"] = str(int(error.retry_after.total_seconds()))
        return response

    def _back(self, request: Request, route: ConsoleRoute) -> dict[str, str]:
        name = str(request.scope.get("path_params", {}).get("name", ""))
        return query_of(self.context.routes.places.word(route.path), name)


def _demand(route: ConsoleRoute, actor: Actor) -> None:
    """Refuse what the actor may do nowhere, and ask for a factor before a page is filled in rather than after."""
    wanted = route.permission
    if wanted is None:
        return
    if not route.open_to(actor.grants):
        raise NotPermittedError(wanted)
    if TABLE[wanted].level is Level.FRESH and not actor.fresh:
        raise FreshFactorNeededError(wanted)
