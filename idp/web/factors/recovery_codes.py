"""The page of recovery codes: how many are left, and a fresh set shown once."""

from starlette.requests import Request
from starlette.responses import Response

from idp.web.account.shell import AccountShell, Frame
from idp.web.factors.dependencies import FactorDependencies
from idp.web.factors.pages import RecoveryCodesPage
from idp.web.http.local_time import local_time
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of, query_form

PATH = "/account/recovery-codes"
_ABOUT = "recovery-codes"


class RecoveryCodesHandlers:
    def __init__(self, dependencies: FactorDependencies, context: PageContext) -> None:
        self._dependencies = dependencies
        self._codes = dependencies.recovery_codes
        self._context = context
        self._shell = AccountShell(dependencies.web, context)

    async def show(self, request: Request) -> Response:
        frame = await self._shell.strong_visit(request, "factors", "recovery-codes")
        return await self._page(request, frame)

    async def submit(self, request: Request) -> Response:
        """Make a new set."""
        form, browser = await self._context.accept_form(request, _ABOUT)
        frame = await self._shell.strong_visit(request, "factors", "recovery-codes")
        if form.get("action") != "replace":
            return self._context.see_other(PATH)
        name = await self._codes.replace(frame.view, browser, origin_of(request))
        return self._context.see_other(f"{PATH}?set={name}" if name else PATH)

    async def _page(self, request: Request, frame: Frame) -> Response:
        account = frame.view.account
        wanted = query_form(request).get("set") or ""
        codes = await self._codes.take(wanted, frame.view, frame.browser) if wanted else ()
        enrolled = await self._dependencies.enrolled.of_account(account.person_id, account.id)
        made_at = enrolled.recovery_codes_made_at
        page = RecoveryCodesPage(
            other_language_url=frame.other_language_url,
            action=PATH,
            hidden=self._shell.hidden(frame, _ABOUT),
            shell=frame.shell,
            left=enrolled.recovery_codes,
            made=local_time(made_at, frame.locale) if made_at else "",
            codes=codes,
            gone=bool(wanted) and not codes,
        )
        return self._shell.respond(request, page, frame)
