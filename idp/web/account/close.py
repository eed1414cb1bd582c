"""Closing the account: what ends, what is erased, what the law keeps and for how long; then it is done at once."""

from starlette.requests import Request
from starlette.responses import Response

from idp.web.account.dependencies import AccountDependencies
from idp.web.account.pages import ClosedPage, ClosePage
from idp.web.account.paths import HOME
from idp.web.account.shell import ABOUT, AccountShell
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of
from idp.web.http.texts import Message
from idp.web.recovery.paths import RECOVER
from idp.web.registration.paths import REGISTER

PATH, CLOSED = "/account/close", "/account/closed"


class CloseHandlers:
    def __init__(self, dependencies: AccountDependencies, context: PageContext) -> None:
        self._closing = dependencies.closing
        self._context = context
        self._shell = AccountShell(dependencies.web, context)

    async def show(self, request: Request) -> Response:
        return await self._page(request, None)

    async def submit(self, request: Request) -> Response:
        """Only with the box ticked, which nobody does by accident."""
        form, _ = await self._context.accept_form(request, ABOUT)
        view = await self._shell.guard.strong_visitor(request, "close")
        if form.get("action") != "close" or form.get("understood") != "yes":
            return await self._page(request, Message("close_not_understood"))
        await self._closing.close(view, origin_of(request))
        response = self._context.see_other(CLOSED)
        self._context.cookies.end_session(response)
        return response

    async def closed(self, request: Request) -> Response:
        """Nobody is signed in any more."""
        locale = self._context.locale(request)
        url = self._context.other_language_url(request, locale)
        return self._context.respond(
            request, ClosedPage(other_language_url=url, register_url=REGISTER, recover_url=RECOVER), locale
        )

    async def _page(self, request: Request, error: Message | None) -> Response:
        frame = await self._shell.strong_visit(request, "close")
        page = ClosePage(
            other_language_url=frame.other_language_url,
            action=PATH,
            hidden=self._shell.hidden(frame),
            shell=frame.shell,
            error=error,
            stay_url=HOME,
        )
        return self._shell.respond(request, page, frame, 422 if error else 200)
