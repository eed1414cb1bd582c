""" "This was not me": the page that takes a notice's code from anybody, signed in or not."""

from starlette.requests import Request
from starlette.responses import Response

from idp.delegation.organisations.claim_contacts import ClaimObjections
from idp.recovery.not_me import NotMe
from idp.sign_in.throttling import NETWORK_WINDOW
from idp.web.http.requests import origin_of, query_form
from idp.web.http.texts import Message
from idp.web.recovery.dependencies import RecoveryDependencies
from idp.web.recovery.pages import ClaimEndedPage, NotMeDonePage, NotMePage
from idp.web.recovery.paths import NOT_ME, NOT_ME_DONE
from idp.web.recovery.recovery_steps import START, RecoverySteps
from idp.web.sign_in.paths import SIGN_IN

_FORM = "not-me"
_WRONG = Message("alarm_code_wrong")
_TOO_MANY = Message("too_many_tries", {"retry_after": NETWORK_WINDOW})


class NotMeHandlers:
    def __init__(self, dependencies: RecoveryDependencies, steps: RecoverySteps) -> None:
        self._not_me: NotMe = dependencies.not_me
        self._objections: ClaimObjections = dependencies.objections
        self._steps = steps.context

    async def show(self, request: Request) -> Response:
        return self._page(request)

    async def submit(self, request: Request) -> Response:
        form, _ = await self._steps.accept_form(request, _FORM)
        code, origin = form.get("alarm_code") or "", origin_of(request)
        if await self._not_me.too_many(origin):
            return self._page(request, code, _TOO_MANY, 429)
        if await self._not_me.report(code, origin):
            return self._steps.see_other(NOT_ME_DONE)
        # The code of an organisation's registered contact, which locks nobody's account.
        if await self._objections.by_code(code, origin):
            return self._steps.see_other(f"{NOT_ME_DONE}?claim=1")
        return self._page(request, code, _WRONG, 422)

    async def done(self, request: Request) -> Response:
        locale = self._steps.locale(request)
        other = self._steps.other_language_url(request, locale)
        if query_form(request).get("claim") is not None:
            return self._steps.respond(request, ClaimEndedPage(other_language_url=other, sign_in_url=SIGN_IN), locale)
        return self._steps.respond(request, NotMeDonePage(other_language_url=other, recover_url=START), locale)

    def _page(self, request: Request, code: str = "", error: Message | None = None, status: int = 200) -> Response:
        locale = self._steps.locale(request)
        browser, new = self._steps.cookies.ensure_browser(request)
        page = NotMePage(
            other_language_url=self._steps.other_language_url(request, locale),
            action=NOT_ME,
            hidden=self._steps.hidden(browser, _FORM),
            not_me_code=code[:64],
            error=error,
            sign_in_url=SIGN_IN,
        )
        response = self._steps.respond(request, page, locale, status)
        if new:
            self._steps.cookies.set_browser(response, browser)
        return response
