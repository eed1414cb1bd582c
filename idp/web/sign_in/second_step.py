"""The second step of a sign-in: no session before it, whatever other address is opened (MF-1)."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from clients.model import ClientId
from idp.factors.answers import Refused, Shown
from idp.factors.drafts import FactorChallenge
from idp.metrics.model import Place
from idp.sessions.model import SessionView
from idp.web.factors.factor_step import SECOND_STEP_PATH, Asked, FactorStep
from idp.web.factors.paths import CONFIRM
from idp.web.http.leaving import LeaveEarly
from idp.web.http.page_context import PageContext
from idp.web.http.places import query_of
from idp.web.http.requests import origin_of, query_form
from idp.web.sign_in.dependencies import SignInDependencies
from idp.web.sign_in.flow import Flow, Visit
from idp.web.sign_in.paths import SIGN_IN


def second_step_address(visit: Visit, name: str) -> str:
    """Return where a right password leads when a second factor is wanted."""
    address = visit.address(SECOND_STEP_PATH)
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'s': name})}"


class SecondStepHandlers:
    def __init__(self, dependencies: SignInDependencies, context: PageContext, flow: Flow) -> None:
        self._web = dependencies.web
        self._second_steps = dependencies.second_steps
        self._context = context
        self._flow = flow
        self._metrics = dependencies.web.metrics
        self._page = FactorStep(dependencies.checks, context)

    async def show(self, request: Request) -> Response:
        visit = await self._flow.visit(request)
        browser = self._context.cookies.browser(request)
        if browser is None:
            return self._begin_again(visit)
        asked = await self._asked(request, visit, browser)
        return await self._page.show(request, asked, browser)

    async def submit(self, request: Request) -> Response:
        visit = await self._flow.visit(request)
        form, browser = await self._context.accept_form(request, _about(request))
        if form.get("action") == "cancel":
            if visit.interaction is None:
                return self._begin_again(visit)
            return await self._flow.refuse(request, visit, Place.SECOND_STEP)
        asked = await self._asked(request, visit, browser)
        return await self._page.submit(request, asked, form, browser)

    def _begin_again(self, visit: Visit) -> Response:
        """Lead to the password: what was shown of it is gone, too old, or used up."""
        return self._context.see_other(visit.address(SIGN_IN))

    async def _asked(self, request: Request, visit: Visit, browser: str) -> Asked:
        """Return what the page asks for; or lead on, when another tab has finished the sign-in meanwhile."""
        name = _name(request)
        challenge = await self._second_steps.load(name, browser)
        if challenge is None:
            raise LeaveEarly(self._begin_again(visit))
        asking = await self._flow.asking(request, visit) if visit.interaction else None

        async def finish(shown: Shown) -> Response | Refused:
            return await self._finish(request, visit, challenge, shown)

        client = asking.ask.request if asking else None
        wished = client.ui_locales if client else None
        return Asked(
            challenge=challenge,
            purpose="sign_in",
            address=second_step_address(visit, name),
            about=_about(request),
            finish=finish,
            client_name=client.client.name(self._context.locale(request, wished)) if client else None,
            ui_locales=wished,
            targets=self._flow.targets(client),
            on_refusal=lambda why: self._metrics.failed(self._flow.client(visit), Place.SECOND_STEP, why),
        )

    async def _finish(
        self, request: Request, visit: Visit, challenge: FactorChallenge, shown: Shown
    ) -> Response | Refused:
        before = await self._session(request)
        devices = self._context.cookies.devices(request)
        finished = await self._second_steps.finish(challenge, shown, before, devices, origin_of(request))
        if isinstance(finished, Refused):
            return finished
        if visit.place is not None:
            response = self._context.see_other(f"{CONFIRM}?{urlencode(query_of(*visit.place))}")
        else:
            self._flow.passed(visit, Place.SECOND_STEP)
            response = await self._flow.go_on(request, visit, finished.cookie.reveal(), Place.SIGN_IN)
        self._context.cookies.set_session(response, finished.cookie.reveal())
        if finished.device_secret is not None:
            self._context.cookies.add_device(request, response, finished.device_secret)
        return response

    async def _session(self, request: Request) -> SessionView | None:
        cookie = self._context.cookies.session(request)
        if cookie is None:
            return None
        return await self._web.sessions.live(self._web.cookie_hash.digest(cookie), ClientId(""), self._web.clock.now())


def _name(request: Request) -> str:
    return query_form(request).get("s") or ""


def _about(request: Request) -> str:
    return f"second-step:{_name(request)}"
