"""The page for a kind of account that a portal does not accept: an officer at a citizens' portal, or a citizen."""

from starlette.requests import Request
from starlette.responses import Response

from idp.account.model import AccountKind
from idp.metrics.model import Place
from idp.oauth.authorize import Asking
from idp.protocol.authorize.interaction import Step
from idp.sessions.model import SessionView
from idp.web.account.person import person_of
from idp.web.http.errors import WebError
from idp.web.http.leaving import LeaveEarly
from idp.web.http.page_context import PageContext
from idp.web.sign_in.dependencies import SignInDependencies
from idp.web.sign_in.flow import PAGES, Flow, Visit
from idp.web.sign_in.pages import AccountKindPage, RefusedKind
from idp.web.sign_in.paths import ACCOUNT_KIND, SIGN_IN


class AccountKindHandlers:
    def __init__(self, dependencies: SignInDependencies, context: PageContext, flow: Flow) -> None:
        self._web = dependencies.web
        self._context = context
        self._flow = flow

    async def show(self, request: Request) -> Response:
        visit = await self._flow.visit(request)
        found = await self._asked(request, visit)
        return self._page(request, visit, *found)

    async def submit(self, request: Request) -> Response:
        """Sign in as somebody else, or go back to the portal with `access_denied`."""
        visit = await self._flow.visit(request)
        form, _ = await self._context.accept_form(request, visit.about)
        await self._asked(request, visit)
        if form.get("action") == "other":
            self._flow.passed(visit, Place.ACCOUNT_KIND)
            self._flow.entered(visit, Place.SIGN_IN)
            return self._context.see_other(f"{visit.address(SIGN_IN)}&other=1")
        return await self._flow.refuse(request, visit, Place.ACCOUNT_KIND)

    async def _asked(self, request: Request, visit: Visit) -> tuple[Asking, SessionView]:
        asking = await self._flow.asking(request, visit)
        if asking.ask.step is not Step.ACCOUNT_KIND or asking.session is None:
            raise LeaveEarly(self._context.see_other(visit.address(PAGES[asking.ask.step])))
        return asking, asking.session

    def _page(self, request: Request, visit: Visit, asking: Asking, view: SessionView) -> Response:
        asked, browser = asking.ask.request, self._context.cookies.browser(request)
        if browser is None:
            raise WebError(400, "request_expired", "no browser mark")
        locale = self._context.locale(request, asked.ui_locales)
        page = AccountKindPage(
            other_language_url=self._context.other_language_url(request, locale),
            action=visit.address(ACCOUNT_KIND),
            hidden=self._context.hidden(browser, visit.about),
            display_name=str(person_of(view, self._web).get("name", "")),
            client_name=asked.client.name(locale),
            kind=_why(asking, view),
        )
        return self._context.respond(request, page, locale, targets=self._flow.targets(asked))


def _why(asking: Asking, view: SessionView) -> RefusedKind:
    """Return what decides the words: an officer whose kind the client takes is of another agency."""
    client = asking.ask.request.client
    if client.stage == "sandbox":
        return "sandbox"
    return "agency" if view.account.kind.value in client.takes_accounts and _officer(view) else view.account.kind


def _officer(view: SessionView) -> bool:
    return view.account.kind is AccountKind.OFFICER
