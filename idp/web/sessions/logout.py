"""Logout: by a portal, by the person, and the page that says it is done."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from clients.model import Client
from idp.kernel.ids import ID_LENGTH, SessionId
from idp.oauth.logout import LogoutCase
from idp.protocol.endpoints import LOGOUT
from idp.protocol.forms import Form
from idp.sessions.model import SessionView
from idp.web.account.paths import HOME
from idp.web.account.person import head_shared_pages, person_of
from idp.web.http.page_context import PageContext
from idp.web.http.request_clients import RequestClients
from idp.web.http.requests import any_form, origin_of, query_form
from idp.web.sessions.dependencies import LogoutDependencies
from idp.web.sessions.farewell import Farewell, Leaving
from idp.web.sessions.pages import LogoutConfirmPage, SignedOutPage
from idp.web.sessions.paths import CONFIRM_LOGOUT, SIGNED_OUT


class LogoutHandlers:
    def __init__(self, dependencies: LogoutDependencies, context: PageContext, clients: RequestClients) -> None:
        self._dependencies = dependencies
        self._web = dependencies.web
        self._context = context
        self._clients = clients
        self._farewell = Farewell(dependencies.farewell, context)

    async def logout(self, request: Request) -> Response:
        """GET or POST /logout (OIDC RP-Initiated Logout 2)."""
        return await self.answer(request, await any_form(request))

    async def answer(self, request: Request, form: Form) -> Response:
        """Answer the logout request of a browser."""
        cookie = self._context.cookies.session(request)
        if request.method == "POST" and cookie is None and request.headers.get("cookie") is None:
            # A POST from another site brings no Lax cookie; as a GET it does, and the cookie decides.
            again = self._context.again_as_get(LOGOUT, form)
            if again is not None:
                return again
        case = await self._dependencies.logout.read(await self._clients.of(request), form, cookie)
        if case.session is None:
            await self._dependencies.logout.end_hinted(case.request, origin_of(request))
            return self._nobody(case)
        if case.confirm:
            return self._confirm_page(request, form, case, case.session)
        return await self._end(request, case, case.session)

    async def confirm(self, request: Request) -> Response:
        """The person said yes."""
        form, _ = await self._context.accept_form(request, "logout")
        clients, cookie = await self._clients.of(request), self._context.cookies.session(request)
        case = await self._dependencies.logout.read(clients, query_form(request), cookie)
        if case.session is None:
            return self._nobody(case)
        if form.get("action") != "logout":
            return self._context.see_other(HOME)
        return await self._end(request, case, case.session)

    async def signed_out(self, request: Request) -> Response:
        """The session is over; these portals are being told."""
        locale = self._context.locale(request)
        session_id = query_form(request).get("s")
        notified: tuple[Client, ...] = ()
        if session_id and len(session_id) == ID_LENGTH and session_id.isalnum():
            notified = await self._farewell.notified(await self._clients.of(request), SessionId(session_id))
        page = SignedOutPage(
            other_language_url=self._context.other_language_url(request, locale),
            portals=tuple(client.name(locale) for client in notified),
            rate_url=self._farewell.rate_url(query_form(request).get("r") or ""),
        )
        return self._context.respond(request, page, locale)

    async def _end(self, request: Request, case: LogoutCase, view: SessionView) -> Response:
        await self._dependencies.logout.end(view, origin_of(request))
        asked = case.request
        leaving = Leaving(view, asked.client, asked.return_to, asked.ui_locales)
        return await self._farewell.answer(request, await self._clients.of(request), leaving)

    def _nobody(self, case: LogoutCase) -> Response:
        return self._context.see_other(case.request.return_to or SIGNED_OUT)

    def _confirm_page(self, request: Request, form: Form, case: LogoutCase, view: SessionView) -> Response:
        head_shared_pages(request, view, self._web)
        locale = self._context.locale(request, case.request.ui_locales)
        browser, new = self._context.cookies.ensure_browser(request)
        client = case.request.client
        page = LogoutConfirmPage(
            other_language_url=self._context.other_language_url(request, locale),
            action=f"{CONFIRM_LOGOUT}?{urlencode(form.data)}",
            hidden=self._context.hidden(browser, "logout"),
            client_name=client.name(locale) if client else None,
            display_name=str(person_of(view, self._web).get("name", "")),
            stay_url=HOME,
        )
        targets = (case.request.return_to,) if case.request.return_to else ()
        response = self._context.respond(request, page, locale, targets=targets)
        if new:
            self._context.cookies.set_browser(response, browser)
        return response
