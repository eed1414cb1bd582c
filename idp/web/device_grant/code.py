"""The page where a person enters the code that a device shows (RFC 8628 3.3)."""

from starlette.requests import Request
from starlette.responses import Response

from idp.oauth.devices.entry import ACCOUNT_WINDOW, EntryRefusal
from idp.protocol.device.user_codes import LONGEST_TYPED, shown, typed_code
from idp.protocol.endpoints import DEVICE
from idp.sessions.model import SessionView
from idp.web.account.guard import AccountGuard
from idp.web.account.person import person_of
from idp.web.device_grant.dependencies import DeviceDependencies
from idp.web.device_grant.pages import DeviceCodePage
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of
from idp.web.http.texts import Message
from idp.web.sign_in.flow import Flow

ABOUT = "device"
# The words that lead back after signing in; the second brings the code along.
PLACE, CODE_PLACE = "device", "device-code"
_MESSAGES = {
    EntryRefusal.WRONG: Message("device_code_wrong"),
    EntryRefusal.TOO_MANY: Message("device_too_many", {"retry_after": ACCOUNT_WINDOW}),
}


class DeviceCodeHandlers:
    def __init__(self, dependencies: DeviceDependencies, context: PageContext, flow: Flow) -> None:
        self._dependencies = dependencies
        self._web = dependencies.web
        self._context = context
        self._flow = flow
        self._guard = AccountGuard(dependencies.web, context)

    async def show(self, request: Request) -> Response:
        """The empty form: whoever is not signed in does that first, so that tries are somebody's."""
        view = await self._guard.visitor(request, (PLACE, ""))
        return self._page(request, view, "")

    async def show_code(self, request: Request) -> Response:
        """The form with the code of `verification_uri_complete`: it is looked up when the button is pressed, not now.

        An address that somebody sends leads to nothing but this page (RFC 8628 5.4).
        """
        code = typed_code(request.path_params["name"])
        view = await self._guard.visitor(request, (CODE_PLACE, shown(code)) if code else (PLACE, ""))
        return self._page(request, view, shown(code) if code else "")

    async def submit(self, request: Request) -> Response:
        view = await self._guard.visitor(request, (PLACE, ""))
        form, _ = await self._context.accept_form(request, ABOUT)
        typed, clients = form.get("user_code") or "", self._web.registry
        entered = await self._dependencies.entry.enter(clients, view, typed, origin_of(request))
        if isinstance(entered, EntryRefusal):
            status = 429 if entered is EntryRefusal.TOO_MANY else 422
            return self._page(request, view, typed[:LONGEST_TYPED], _MESSAGES[entered], status)
        return await self._flow.begin_device(request, entered.found, view.account.id, entered.code)

    def _page(
        self, request: Request, view: SessionView, code: str, error: Message | None = None, status: int = 200
    ) -> Response:
        locale = self._context.locale(request, view.account.locale)
        browser, new = self._context.cookies.ensure_browser(request)
        page = DeviceCodePage(
            other_language_url=self._context.other_language_url(request, locale),
            action=DEVICE,
            hidden=self._context.hidden_in(view.session.id, browser, ABOUT),
            display_name=str(person_of(view, self._web).get("name", "")),
            code=code,
            error=error,
        )
        response = self._context.respond(request, page, locale, status)
        if new:
            self._context.cookies.set_browser(response, browser)
        return response
