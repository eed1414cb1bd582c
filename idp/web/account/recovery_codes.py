"""The page of recovery codes: how many are left, and a fresh set shown once."""

from starlette.requests import Request
from starlette.responses import Response

from idp.sessions.model import SessionView
from idp.web.account.guard import AccountGuard
from idp.web.local_time import local_time
from idp.web.page_desk import PageDesk
from idp.web.pages.factors import RecoveryCodesPage
from idp.web.parts import Parts
from idp.web.requests import origin_of, query_form

PATH = "/account/recovery-codes"
_ABOUT = "recovery-codes"


class RecoveryCodesHandlers:
    """GET and POST /account/recovery-codes."""

    def __init__(self, parts: Parts, desk: PageDesk) -> None:
        """Take the use cases and the desk."""
        self._parts = parts
        self._codes = parts.factors.recovery_codes
        self._desk = desk
        self._guard = AccountGuard(parts, desk)

    async def show(self, request: Request) -> Response:
        """GET /account/recovery-codes."""
        view = await self._guard.strong_visitor(request, "recovery-codes")
        return view if isinstance(view, Response) else await self._page(request, view)

    async def submit(self, request: Request) -> Response:
        """POST /account/recovery-codes: make a new set."""
        form, browser = await self._desk.accept_form(request, _ABOUT)
        view = await self._guard.strong_visitor(request, "recovery-codes")
        if isinstance(view, Response):
            return view
        if form.get("action") != "replace":
            return self._desk.see_other(PATH)
        name = await self._codes.replace(view, browser, origin_of(request))
        return self._desk.see_other(f"{PATH}?set={name}" if name else PATH)

    async def _page(self, request: Request, view: SessionView) -> Response:
        account, locale = view.account, self._desk.locale(request, view.account.locale)
        browser, new = self._desk.cookies.ensure_browser(request)
        wanted = query_form(request).get("set") or ""
        codes = await self._codes.take(wanted, view, browser) if wanted else ()
        enrolled = await self._parts.factors.enrolled.of_account(account.person_id, account.id)
        made_at = enrolled.recovery_codes_made_at
        page = RecoveryCodesPage(
            other_language_url=self._desk.other_language_url(request, locale),
            action=PATH,
            hidden=self._desk.hidden(browser, _ABOUT),
            left=enrolled.recovery_codes,
            made=local_time(made_at, locale) if made_at else "",
            codes=codes,
            gone=bool(wanted) and not codes,
        )
        response = self._desk.respond(request, page, locale)
        if new:
            self._desk.cookies.set_browser(response, browser)
        return response
