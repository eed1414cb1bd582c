"""Who may see a page of the account, and when it asks for a factor first."""

from urllib.parse import urlencode

from starlette.requests import Request

from clients.model import ClientId
from idp.sessions.model import SessionView
from idp.sessions.policy import kept
from idp.sign_in.recent import is_recent_and_strong
from idp.web.account.paths import HOME
from idp.web.account.person import head_shared_pages
from idp.web.factors.paths import CONFIRM
from idp.web.http.dependencies import WebDependencies
from idp.web.http.errors import WebError
from idp.web.http.leaving import LeaveEarly
from idp.web.http.page_context import PageContext
from idp.web.http.places import query_of
from idp.web.sign_in.paths import SIGN_IN


class AccountGuard:
    """Lets the person of a live session in."""

    def __init__(self, web: WebDependencies, context: PageContext) -> None:
        self._web = web
        self._context = context

    async def visitor(self, request: Request, place: tuple[str, str] | None = None) -> SessionView:
        """Return the session of the visitor, or lead to the sign-in page, and from there to a place if one is named."""
        cookie, now = self._context.cookies.session(request), self._web.clock.now()
        view = None
        if cookie is not None:
            view = await self._web.sessions.live(self._web.cookie_hash.digest(cookie), ClientId(""), now)
        if view is None:
            back = f"?{urlencode(query_of(*place))}" if place else ""
            raise LeaveEarly(self._context.see_other(f"{SIGN_IN}{back}"))
        self._context.enter_session(request, view.session.id)
        route = self._context.routes.of(str(request.scope["path"]))
        if route is None or view.account.kind not in route.visitors:
            raise LeaveEarly(self._context.see_other(HOME))
        if view.session.shared_computer and not route.shared_computer:
            raise WebError(403, "not_on_shared_computer")
        self._web.ledger.enqueue(*kept(view.session, now))
        head_shared_pages(request, view, self._web)
        return view

    async def strong_visitor(self, request: Request, place: str) -> SessionView:
        """Return the session of a visitor who has shown two factors a short while ago, or lead to showing them.

        `place` is the word that leads the person back (`idp.web.http.places`).
        """
        view = await self.visitor(request)
        if not is_recent_and_strong(view, self._web.clock.now()):
            raise LeaveEarly(self._context.see_other(f"{CONFIRM}?{urlencode({'to': place})}"))
        return view
