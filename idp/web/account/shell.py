"""What the pages of the account share: the guard's answer made into language, navigation and a protected form."""

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from idp.account.model import AccountKind
from idp.kernel.locales import Locale
from idp.sessions.model import SessionView
from idp.web.account.guard import AccountGuard
from idp.web.account.person import person_of
from idp.web.account.shell_page import PARTS, AccountPart, Shell, menu_of
from idp.web.http.dependencies import WebDependencies
from idp.web.http.page import Page
from idp.web.http.page_context import PageContext

# One matter for the forms of the whole account: they all belong to the person of this browser's session.
ABOUT = "account"


class Frame(Struct, frozen=True):
    """Everything around one page for one visitor."""

    view: SessionView
    locale: Locale
    shell: Shell
    other_language_url: str
    browser: str
    new_browser: bool


class AccountShell:
    """Lets visitors in, frames their pages, accepts their forms."""

    def __init__(self, web: WebDependencies, context: PageContext) -> None:
        self.web = web
        self.context = context
        self.guard = AccountGuard(web, context)

    async def frame(self, request: Request, view: SessionView, current: AccountPart) -> Frame:
        """Return what stands around a page of the account."""
        locale = self.context.locale(request, view.account.locale)
        standing = await self.web.account.standing(view)
        browser, new = self.context.cookies.ensure_browser(request)
        shell = Shell(
            display_name=str(person_of(view, self.web).get("name", "")),
            current=current,
            unread_notices=standing.unread_notices,
            open_approvals=standing.open_approvals,
            officer=view.account.kind is AccountKind.OFFICER,
            links=menu_of(self.context.routes.menu(PARTS, view.account.kind), current),
        )
        return Frame(view, locale, shell, self.context.other_language_url(request, locale), browser, new)

    async def visit(self, request: Request, current: AccountPart) -> Frame:
        """Return the frame for whoever is signed in, or lead to the sign-in page."""
        view = await self.guard.visitor(request)
        return await self.frame(request, view, current)

    async def strong_visit(self, request: Request, current: AccountPart, place: str = "") -> Frame:
        """Return the visit of somebody who has just shown two factors; `place`, or the part, leads back."""
        view = await self.guard.strong_visitor(request, place or current)
        return await self.frame(request, view, current)

    def hidden(self, frame: Frame, about: str = ABOUT) -> tuple[tuple[str, str], ...]:
        """Return the hidden fields of a page's form."""
        return self.context.hidden_in(frame.view.session.id, frame.browser, about)

    def respond(
        self, request: Request, page: Page, frame: Frame, status: int = 200, *, targets: tuple[str, ...] = ()
    ) -> Response:
        """Return the page, with the browser's mark if it had none."""
        response = self.context.respond(request, page, frame.locale, status, targets=targets)
        if frame.new_browser:
            self.context.cookies.set_browser(response, frame.browser)
        return response

    async def form(self, request: Request, *, strong: str | None = None) -> tuple[SessionView, str]:
        """Return the visitor and the pressed button of a form of ours, or lead to signing in or confirming first."""
        form, _ = await self.context.accept_form(request, ABOUT)
        view = await (self.guard.strong_visitor(request, strong) if strong else self.guard.visitor(request))
        return view, form.get("action") or ""
