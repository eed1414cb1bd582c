"""The old addresses that browsers come to: sign-in and sign-out; and sign-out called by a server."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from idp.protocol.endpoints import LOGOUT
from idp.protocol.forms import Form
from idp.protocol.legacy.refusals import LegacyRefusedError
from idp.protocol.legacy.requests import refuse_disclosure
from idp.web.http.page_context import PageContext
from idp.web.http.requests import any_form, origin_of, query_form
from idp.web.legacy.callers import is_framed, is_from_browser
from idp.web.legacy.dependencies import LegacyDependencies
from idp.web.legacy.pages import LegacyRefusedPage
from idp.web.legacy.paths import OLD_ENDPOINTS
from idp.web.legacy.programs import refused

# What the new face does with a request of ours, in a browser.
Continue = Callable[[Request, Form], Awaitable[Response]]


class OldBrowserHandlers:
    def __init__(
        self, dependencies: LegacyDependencies, context: PageContext, sign_in: Continue, sign_out: Continue
    ) -> None:
        self._dependencies = dependencies
        self._context = context
        self._sign_in = sign_in
        self._sign_out = sign_out

    async def authorize(self, request: Request) -> Response:
        """Begin a sign-in that an old portal asks for."""
        form = await any_form(request)
        try:
            refuse_disclosure(form, query_form(request))
            asked = self._dependencies.legacy.authorization(form, framed=is_framed(request))
        except LegacyRefusedError as error:
            return self._page(request, error)
        if request.method == "POST" and self._context.cookies.session(request) is None and not form.repeated:
            # Sent from the portal's page it brings no Lax cookie; as a GET it does.
            again = self._context.again_as_get(OLD_ENDPOINTS["authorization_endpoint"], form)
            if again is not None:
                return again
        return await self._sign_in(request, asked)

    async def logout(self, request: Request) -> Response:
        """Sign out: the browser comes with its cookie, or a portal's server calls with nothing but the ID token."""
        form = await any_form(request)
        if request.method == "POST" and not is_from_browser(request, self._context.cookies):
            return await self._from_server(request, form)
        try:
            refuse_disclosure(form, query_form(request))
            self._dependencies.legacy.leaving(form)
        except LegacyRefusedError as error:
            return self._page(request, error, sign_out_url=LOGOUT)
        return await self._sign_out(request, form)

    async def _from_server(self, request: Request, form: Form) -> Response:
        try:
            asked = await self._dependencies.legacy.end_from_server(form, origin_of(request))
        except LegacyRefusedError as error:
            return refused(error)
        # Where the portal's own server is sent, as today: it follows to its own page, or looks at the status alone.
        return self._context.see_other(asked.return_to) if asked.return_to else Response(status_code=204)

    def _page(self, request: Request, error: LegacyRefusedError, sign_out_url: str | None = None) -> Response:
        # The page's switch of language would carry the query on, and with it what must not be repeated.
        clean = Request({**request.scope, "query_string": b""})
        locale = self._context.locale(request)
        page = LegacyRefusedPage(
            other_language_url=self._context.other_language_url(clean, locale),
            code=error.code,
            reason=error.refusal.name,
            ended_on=error.ended_on,
            reference=str(request.scope.get("state", {}).get("correlation_id", "")),
            sign_out_url=sign_out_url,
        )
        return self._context.respond(clean, page, locale, 400)
