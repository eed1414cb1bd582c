"""Signing in with a passkey alone."""

from starlette.requests import Request
from starlette.responses import Response

from clients.model import ClientId
from idp.factors.passkey.service import PasskeyRefusal
from idp.metrics.model import Place
from idp.sessions.model import SessionView
from idp.sign_in.password import SignInContext
from idp.web.factors.passkey_pages import REFUSALS, PasskeyPart, PasskeyRefusedPage
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of
from idp.web.sign_in.dependencies import SignInDependencies
from idp.web.sign_in.flow import Flow, Visit
from idp.web.sign_in.paths import SIGN_IN

PATH = "/sign-in/passkey"


def passkey_part(dependencies: SignInDependencies, visit: Visit, browser: str) -> PasskeyPart:
    """Return what the sign-in page shows to ask for a passkey, whoever's it is."""
    return PasskeyPart(action=visit.address(PATH), prompt=dependencies.passkeys.offer(browser), autofill=True)


class PasskeySignInHandlers:
    def __init__(self, dependencies: SignInDependencies, context: PageContext, flow: Flow) -> None:
        self._dependencies = dependencies
        self._web = dependencies.web
        self._context = context
        self._flow = flow

    async def show(self, request: Request) -> Response:
        """Lead back to the sign-in page: this address shows only what a form sent."""
        visit = await self._flow.visit(request)
        return self._context.see_other(visit.address(SIGN_IN))

    async def submit(self, request: Request) -> Response:
        """The answer of the browser's authenticator in `credential`, to the challenge in `challenge`."""
        visit = await self._flow.visit(request)
        form, browser = await self._context.accept_form(request, visit.about)
        before = await self._session(request)
        shared = form.get("shared_computer") is not None or (before is not None and before.session.shared_computer)
        context = SignInContext(before, browser, self._context.cookies.devices(request), origin_of(request), shared)
        name, answer = form.get("challenge") or "", form.get("credential") or ""
        signed_in = await self._dependencies.passkey_sign_in.attempt(name, answer, context)
        if isinstance(signed_in, PasskeyRefusal):
            self._web.metrics.failed(self._flow.client(visit), Place.SIGN_IN, signed_in)
            return self._refused(request, visit, signed_in)
        cookie = signed_in.cookie.reveal()
        response = await self._flow.go_on(request, visit, cookie, Place.SIGN_IN)
        self._context.cookies.set_session(response, cookie)
        if signed_in.device_secret is not None:
            self._context.cookies.add_device(request, response, signed_in.device_secret)
        return response

    def _refused(self, request: Request, visit: Visit, refusal: PasskeyRefusal) -> Response:
        locale = self._context.locale(request, visit.form.get("ui_locales"))
        page = PasskeyRefusedPage(
            other_language_url=self._context.other_language_url(request, locale),
            error=REFUSALS[refusal],
            sign_in_url=visit.address(SIGN_IN),
        )
        return self._context.respond(request, page, locale, 401)

    async def _session(self, request: Request) -> SessionView | None:
        cookie = self._context.cookies.session(request)
        if cookie is None:
            return None
        return await self._web.sessions.live(self._web.cookie_hash.digest(cookie), ClientId(""), self._web.clock.now())
