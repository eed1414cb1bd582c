"""Away to an upstream provider, and back at its callback."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from clients.model import ClientId
from idp.metrics.model import Place
from idp.oauth.authorize import Asking
from idp.sessions.model import SessionView
from idp.sign_in.password import SecondStepNeeded, SignedIn, SignInContext
from idp.upstream.errors import Why
from idp.upstream.sign_in import FirstTime, UpstreamAttempt
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of, query_form
from idp.web.sign_in.flow import Flow, Visit
from idp.web.sign_in.paths import SIGN_IN
from idp.web.sign_in.second_step import second_step_address
from idp.web.sign_in.sign_in import SHARED_COMPUTER
from idp.web.upstream.dependencies import UpstreamDependencies
from idp.web.upstream.paths import OWN_LINKS

FIRST_PATH = "/sign-in/upstream/first"


class UpstreamHandlers:
    def __init__(self, dependencies: UpstreamDependencies, context: PageContext, flow: Flow) -> None:
        self._dependencies = dependencies
        self._web = dependencies.web
        self._context = context
        self._flow = flow

    async def start(self, request: Request) -> Response:
        """The button of a provider."""
        visit = await self._flow.visit(request)
        form, browser = await self._context.accept_form(request, visit.about)
        asking = await self._flow.asking(request, visit) if visit.interaction else None
        provider = form.get("action") or ""
        await self._dependencies.waiting.admit(len(visit.resume), origin_of(request).address)
        begun = await self._dependencies.sign_in.begin(
            provider,
            (visit.name, visit.resume),
            browser,
            self._context.locale(request),
            fresh=await self._fresh(request, provider, asking),
            shared_computer=form.get(SHARED_COMPUTER) is not None,
        )
        if isinstance(begun, Why):
            self._web.metrics.failed(self._flow.client(visit), Place.UPSTREAM, begun)
            return self._context.see_other(sign_in_with(visit, begun))
        self._flow.entered(visit, Place.UPSTREAM)
        return self._context.see_other(begun)

    async def callback(self, request: Request) -> Response:
        """GET /upstream/callback/{name} (OIDC Core 3.1.2.5)."""
        query, browser = query_form(request), self._context.cookies.browser(request)
        upstream, parameters = self._dependencies.sign_in, dict(query.data)
        attempt = await upstream.attempt_of(parameters, browser) if browser else None
        before = await self.session(request)
        if attempt is not None and attempt.session_id:
            return await self._linked(request, attempt, parameters, before, repeated=bool(query.repeated))
        shared = attempt is not None and attempt.shared_computer
        devices = self._context.cookies.devices(request)
        context = SignInContext(before, browser or "", devices, origin_of(request), shared)
        provider = str(request.path_params["name"])
        arrived = await upstream.arrive(provider, attempt, parameters, context, repeated=bool(query.repeated))
        visit = await self._visit(request, attempt, browser)
        if isinstance(arrived, Why):
            self._flow.turned_back(visit, Place.UPSTREAM)
        else:
            self._flow.passed(visit, Place.UPSTREAM)
        match arrived:
            case Why():
                self._web.metrics.failed(self._flow.client(visit), Place.UPSTREAM, arrived)
                return self._context.see_other(sign_in_with(visit, arrived))
            case FirstTime():
                return self._context.see_other(_with(visit.address(FIRST_PATH), u=arrived.draft))
            case SecondStepNeeded():
                self._flow.entered(visit, Place.SECOND_STEP)
                return self._context.see_other(second_step_address(visit, arrived.draft))
            case SignedIn():
                return await self.welcome(request, visit, arrived, "" if shared else provider)

    async def _linked(
        self,
        request: Request,
        attempt: UpstreamAttempt,
        parameters: Mapping[str, str],
        view: SessionView | None,
        *,
        repeated: bool,
    ) -> Response:
        """Return the way back to one's own links, where the person came from."""
        provider, origin = str(request.path_params["name"]), origin_of(request)
        done = await self._dependencies.linking.finish(provider, attempt, parameters, view, origin, repeated=repeated)
        return self._context.see_other(f"{OWN_LINKS}?{urlencode({'done': done.value})}")

    async def welcome(self, request: Request, visit: Visit, signed_in: SignedIn, provider: str) -> Response:
        """Return the way on with the new session; the browser remembers the provider, a shared one nothing."""
        response = await self._flow.go_on(request, visit, signed_in.cookie.reveal(), Place.SIGN_IN)
        self._context.cookies.set_session(response, signed_in.cookie.reveal())
        if signed_in.device_secret is not None:
            self._context.cookies.add_device(request, response, signed_in.device_secret)
        self._context.cookies.set_upstream(response, provider)
        return response

    async def session(self, request: Request) -> SessionView | None:
        """Return the browser's session until now."""
        cookie = self._context.cookies.session(request)
        if cookie is None:
            return None
        return await self._web.sessions.live(self._web.cookie_hash.digest(cookie), ClientId(""), self._web.clock.now())

    async def _fresh(self, request: Request, provider: str, asking: Asking | None) -> bool:
        if asking is None:
            return await self.session(request) is not None
        return self._dependencies.authorize.wants_fresh_upstream(provider, asking)

    async def _visit(self, request: Request, attempt: UpstreamAttempt | None, browser: str | None) -> Visit:
        """Return the visit that the person comes back to: the portal's, also if its request was gone meanwhile."""
        if attempt is None or browser is None:
            return await self._flow.visit_named(request, "", "", None)
        return await self._flow.visit_after(request, attempt.interaction, attempt.resume, browser)


def sign_in_with(visit: Visit, why: Why) -> str:
    """Return the address of the sign-in page that says why a provider's answer led to nothing."""
    return _with(visit.address(SIGN_IN), upstream=why)


def _with(address: str, **query: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"
