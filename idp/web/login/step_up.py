"""The page of a one-time code inside a session."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from idp.endpoints.authorize import Asking
from idp.kernel.secrets import Secret
from idp.proofing.phones import PhoneNumber
from idp.protocol.interaction_steps import Step
from idp.selfservice.interactions import Interaction
from idp.selfservice.one_time_codes import CODE_LIFE, CodeVerdict
from idp.sessions.model import SessionView
from idp.web.errors import WebError
from idp.web.login.flow import PAGES, Flow, Visit
from idp.web.page_desk import PageDesk
from idp.web.pages.sign_in import CodePage
from idp.web.parts import Parts
from idp.web.requests import origin_of
from idp.web.texts import Message

MESSAGES: dict[CodeVerdict, Message] = {
    CodeVerdict.WRONG: Message("code_wrong"),
    CodeVerdict.EXPIRED: Message("code_expired"),
    CodeVerdict.TRIES_USED: Message("code_tries_used"),
}
SENDS_USED = Message("code_sends_used", {"retry_after": CODE_LIFE})


class StepUpHandlers:
    """GET and POST /step-up."""

    def __init__(self, parts: Parts, desk: PageDesk, flow: Flow) -> None:
        """Take the use cases, the desk and the flow."""
        self._parts = parts
        self._desk = desk
        self._flow = flow

    async def show(self, request: Request) -> Response:
        """GET /step-up: send a code when none is on its way, and ask for it."""
        visit = await self._flow.visit(request)
        found = await self._asked(request, visit)
        if isinstance(found, Response):
            return found
        asking, view = found
        interaction = _of(visit)
        if interaction.code_draft is None:
            browser = self._browser(request)
            locale = self._desk.locale(request, asking.ask.request.ui_locales)
            draft = await self._parts.step_up.begin(view, browser, locale)
            visit = await self._flow.remember(visit, replace(interaction, code_draft=draft), browser)
        return self._page(request, visit, asking, view)

    async def submit(self, request: Request) -> Response:
        """POST /step-up."""
        visit = await self._flow.visit(request)
        form, browser = await self._desk.accept_form(request, visit.about)
        if form.get("action") == "cancel":
            return await self._flow.refuse(request, visit)
        found = await self._asked(request, visit)
        if isinstance(found, Response):
            return found
        asking, view = found
        draft = _of(visit).code_draft or ""
        if form.get("action") == "resend":
            locale = self._desk.locale(request, asking.ask.request.ui_locales)
            sent = await self._parts.step_up.resend(draft, browser, locale)
            return self._page(request, visit, asking, view, error=None if sent else SENDS_USED, resent=sent)
        result = await self._parts.step_up.verify(draft, form.get("code") or "", view, browser, origin_of(request))
        if isinstance(result, Secret):
            await self._flow.remember(visit, replace(_of(visit), code_draft=None), browser)
            response = await self._flow.go_on(request, visit, result.reveal())
            self._desk.cookies.set_session(response, result.reveal())
            return response
        return self._page(request, visit, asking, view, error=MESSAGES[result], status=401)

    async def _asked(self, request: Request, visit: Visit) -> tuple[Asking, SessionView] | Response:
        """Return the request that needs a step-up, or the way to what it needs instead."""
        asking = await self._flow.asking(request, visit)
        if isinstance(asking, Response):
            return asking
        if asking.ask.step is not Step.STEP_UP or asking.session is None:
            return self._desk.see_other(visit.address(PAGES[asking.ask.step]))
        return asking, asking.session

    def _browser(self, request: Request) -> str:
        browser = self._desk.cookies.browser(request)
        if browser is None:
            raise WebError(400, "request_expired", "no browser mark")
        return browser

    def _page(
        self,
        request: Request,
        visit: Visit,
        asking: Asking,
        view: SessionView,
        *,
        error: Message | None = None,
        resent: bool = False,
        status: int = 200,
    ) -> Response:
        asked = asking.ask.request
        locale = self._desk.locale(request, asked.ui_locales)
        page = CodePage(
            other_language_url=self._desk.other_language_url(request, locale),
            action=visit.address("/step-up"),
            hidden=self._desk.hidden(self._browser(request), visit.about),
            purpose="step_up",
            client_name=asked.client.name(locale),
            masked_phone=PhoneNumber(self._parts.step_up.phone_of(view) or "").masked(),
            valid_for=CODE_LIFE,
            resent=resent,
            error=error,
        )
        return self._desk.respond(request, page, locale, status, targets=self._flow.targets(asked))


def _of(visit: Visit) -> Interaction:
    if visit.interaction is None:
        raise WebError(400, "request_expired", "a step-up belongs to a client's request")
    return visit.interaction
