"""The language of one's account: of its messages, and of its pages on every browser."""

from starlette.requests import Request
from starlette.responses import Response

from idp.kernel.locales import LOCALES
from idp.web.account.dependencies import AccountDependencies
from idp.web.account.pages import LanguagePage
from idp.web.account.shell import AccountShell
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of, query_form

PATH = "/account/language"


class LanguageHandlers:
    def __init__(self, dependencies: AccountDependencies, context: PageContext) -> None:
        self._own = dependencies.web.account
        self._context = context
        self._shell = AccountShell(dependencies.web, context)

    async def show(self, request: Request) -> Response:
        frame = await self._shell.visit(request, "language")
        page = LanguagePage(
            other_language_url=frame.other_language_url,
            action=PATH,
            hidden=self._shell.hidden(frame),
            shell=frame.shell,
            chosen=frame.view.account.locale,
            saved=query_form(request).get("done") == "saved",
        )
        return self._shell.respond(request, page, frame)

    async def submit(self, request: Request) -> Response:
        view, action = await self._shell.form(request)
        for locale in LOCALES:
            if action == locale:
                await self._own.choose_language(view, locale, origin_of(request))
                response = self._context.see_other(f"{PATH}?done=saved")
                self._context.cookies.set_language(response, locale)
                return response
        return self._context.see_other(PATH)
