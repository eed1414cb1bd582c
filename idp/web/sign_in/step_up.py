"""The step-up page: one more factor inside a session, for a client that needs a higher level."""

from starlette.requests import Request
from starlette.responses import Response

from idp.factors.answers import Refused, Shown
from idp.factors.drafts import FactorChallenge
from idp.metrics.model import Place
from idp.oauth.authorize import Asking
from idp.protocol.authorize.interaction import Step, wanted_level
from idp.sessions.model import SessionView
from idp.sign_in.interactions import Interaction
from idp.web.factors.factor_step import Asked, FactorStep
from idp.web.http.errors import WebError
from idp.web.http.leaving import LeaveEarly
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of
from idp.web.sign_in.dependencies import SignInDependencies
from idp.web.sign_in.flow import PAGES, Flow, Visit
from idp.web.sign_in.paths import STEP_UP
from records.structs import replace


class StepUpHandlers:
    def __init__(self, dependencies: SignInDependencies, context: PageContext, flow: Flow) -> None:
        self._step_up = dependencies.step_up
        self._context = context
        self._flow = flow
        self._metrics = dependencies.web.metrics
        self._page = FactorStep(dependencies.checks, context)

    async def show(self, request: Request) -> Response:
        """Ask for the factor that is missing."""
        visit = await self._flow.visit(request)
        found = await self._asked(request, visit)
        return await self._page.show(request, found, self._browser(request))

    async def submit(self, request: Request) -> Response:
        visit = await self._flow.visit(request)
        form, browser = await self._context.accept_form(request, visit.about)
        if form.get("action") == "cancel":
            return await self._flow.refuse(request, visit, Place.STEP_UP)
        found = await self._asked(request, visit)
        return await self._page.submit(request, found, form, browser)

    async def _asked(self, request: Request, visit: Visit) -> Asked:
        """Return what the page asks for, or lead to what the request needs instead."""
        asking = await self._flow.asking(request, visit)
        view = asking.session
        if asking.ask.step is not Step.STEP_UP or view is None:
            raise LeaveEarly(self._context.see_other(visit.address(PAGES[asking.ask.step])))
        visit, challenge = await self._challenge(request, visit, asking, view)
        asked = asking.ask.request

        async def finish(shown: Shown) -> Response | Refused:
            return await self._finish(request, visit, challenge, shown, view)

        return Asked(
            challenge=challenge,
            purpose="step_up",
            address=visit.address(STEP_UP),
            about=visit.about,
            finish=finish,
            client_name=asked.client.name(self._context.locale(request, asked.ui_locales)),
            ui_locales=asked.ui_locales,
            targets=self._flow.targets(asked),
            on_refusal=lambda why: self._metrics.failed(self._flow.client(visit), Place.STEP_UP, why),
        )

    async def _challenge(
        self, request: Request, visit: Visit, asking: Asking, view: SessionView
    ) -> tuple[Visit, FactorChallenge]:
        """Return the draft that this visit began, or begin one: another session's is worth nothing here."""
        browser, interaction = self._browser(request), _of(visit)
        wanted = wanted_level(asking.ask.request)
        found = await self._step_up.load(interaction.code_draft or "", view, browser, wanted)
        if found is not None:
            return visit, found
        begun = await self._step_up.start(view, browser, wanted)
        visit = await self._flow.remember(visit, replace(interaction, code_draft=begun.name), browser)
        return visit, begun

    async def _finish(
        self, request: Request, visit: Visit, challenge: FactorChallenge, shown: Shown, view: SessionView
    ) -> Response | Refused:
        cookie = await self._step_up.finish(challenge, shown, view, origin_of(request))
        if isinstance(cookie, Refused):
            return cookie
        response = await self._flow.go_on(request, visit, cookie.reveal(), Place.STEP_UP)
        self._context.cookies.set_session(response, cookie.reveal())
        return response

    def _browser(self, request: Request) -> str:
        browser = self._context.cookies.browser(request)
        if browser is None:
            raise WebError(400, "request_expired", "no browser mark")
        return browser


def _of(visit: Visit) -> Interaction:
    if visit.interaction is None:
        raise WebError(400, "request_expired", "a step-up belongs to a client's request")
    return visit.interaction
