"""Confirming it is still you, before something changes that protects the account (ASVS 7.5.1)."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from idp.factors.answers import Refused, Shown
from idp.factors.drafts import AuthenticationMethod, FactorChallenge
from idp.sessions.model import SessionView
from idp.sign_in.levels import PASSWORD
from idp.sign_in.password import SecondStepNeeded, SignedIn, SignInContext, SignInRefusal
from idp.sign_in.recent import still_to_show
from idp.sign_in.throttling import NETWORK_WINDOW
from idp.web.account.guard import AccountGuard
from idp.web.account.person import person_of
from idp.web.factors.dependencies import FactorDependencies
from idp.web.factors.factor_step import SECOND_STEP_PATH, Asked, FactorStep
from idp.web.factors.pages import ConfirmPage
from idp.web.factors.paths import CONFIRM
from idp.web.http.page_context import PageContext
from idp.web.http.places import HOME, query_of
from idp.web.http.requests import origin_of, query_form
from idp.web.http.texts import Message
from records.structs import replace

_ABOUT = "confirm"
_REFUSALS = {
    SignInRefusal.WRONG: Message("wrong_password"),
    SignInRefusal.NETWORK_BUSY: Message("too_many_tries", {"retry_after": NETWORK_WINDOW}),
    SignInRefusal.POST_NOT_HELD: Message("post_not_held"),
}


class ConfirmHandlers:
    def __init__(self, dependencies: FactorDependencies, context: PageContext) -> None:
        self._dependencies = dependencies
        self._web = dependencies.web
        self._context = context
        self._places = context.routes.places
        self._guard = AccountGuard(dependencies.web, context)
        self._step_up = dependencies.step_up
        self._page = FactorStep(dependencies.checks, context)

    async def show(self, request: Request) -> Response:
        """Ask for what is still to show, or lead back if nothing is."""
        view = await self._guard.visitor(request)
        browser, new = self._context.cookies.ensure_browser(request)
        response = await self._answer(request, view, browser)
        if new:
            self._context.cookies.set_browser(response, browser)
        return response

    async def submit(self, request: Request) -> Response:
        form, browser = await self._context.accept_form(request, _ABOUT)
        view = await self._guard.visitor(request)
        action = form.get("action")
        if action == "cancel":
            word, _ = self._place(request)
            return self._context.see_other(self._places.address("admin" if word.startswith("admin") else HOME))
        if action == "password":
            return await self._password(request, view, form.get("password") or "", browser)
        asked = await self._asked(request, view, browser)
        return await self._page.submit(request, asked, form, browser) if asked else self._back(request)

    async def _answer(self, request: Request, view: SessionView, browser: str) -> Response:
        missing = still_to_show(view, self._web.clock.now())
        if not missing:
            return self._back(request)
        asked = await self._asked(request, view, browser)
        # A passkey confirms by itself; anything else only beside a fresh password.
        if PASSWORD in missing and not (asked and query_form(request).get("way") == AuthenticationMethod.PASSKEY.value):
            return self._password_page(request, view, browser, asked)
        if asked is None:
            return self._back(request)
        # A page opened again asks the question it asked before, instead of sending another code.
        if asked.challenge.name != _name(request):
            return self._context.see_other(asked.at(asked.challenge.ways[0]) if asked.challenge.ways else asked.address)
        return await self._page.show(request, asked, browser)

    async def _password(self, request: Request, view: SessionView, password: str, browser: str) -> Response:
        context = SignInContext(
            view, browser, self._context.cookies.devices(request), origin_of(request), view.session.shared_computer
        )
        match await self._dependencies.sign_in.confirm(view, password, context):
            case SecondStepNeeded(draft):
                query = {"s": draft, **query_of(*self._place(request))}
                return self._context.see_other(f"{SECOND_STEP_PATH}?{urlencode(query)}")
            case SignedIn() as signed_in:
                response = self._context.see_other(self._address(request))
                self._context.cookies.set_session(response, signed_in.cookie.reveal())
                if signed_in.device_secret is not None:
                    self._context.cookies.add_device(request, response, signed_in.device_secret)
                return response
            case SignInRefusal() as refusal:
                asked = await self._asked(request, view, browser)
                return self._password_page(request, view, browser, asked, _REFUSALS[refusal], 401)

    async def _asked(self, request: Request, view: SessionView, browser: str) -> Asked | None:
        """Return what the page asks for; None where the session needs nothing more."""
        missing = still_to_show(view, self._web.clock.now())
        if not missing:
            return None
        challenge = await self._challenge(request, view, browser)
        if PASSWORD in missing:
            challenge = replace(
                challenge, ways=tuple(way for way in challenge.ways if way is AuthenticationMethod.PASSKEY)
            )

        async def finish(shown: Shown) -> Response | Refused:
            return await self._finish(request, challenge, shown, view)

        return Asked(
            challenge=challenge,
            purpose="confirm",
            address=self._address(request, challenge.name),
            about=_ABOUT,
            finish=finish,
            session_id=view.session.id,
            ui_locales=view.account.locale,
        )

    async def _challenge(self, request: Request, view: SessionView, browser: str) -> FactorChallenge:
        found = await self._step_up.load(_name(request), view, browser, None)
        return found or await self._step_up.start(view, browser, None)

    async def _finish(
        self, request: Request, challenge: FactorChallenge, shown: Shown, view: SessionView
    ) -> Response | Refused:
        cookie = await self._step_up.finish(challenge, shown, view, origin_of(request))
        if isinstance(cookie, Refused):
            return cookie
        response = self._back(request)
        self._context.cookies.set_session(response, cookie.reveal())
        return response

    def _password_page(
        self,
        request: Request,
        view: SessionView,
        browser: str,
        asked: Asked | None,
        error: Message | None = None,
        status: int = 200,
    ) -> Response:
        locale = self._context.locale(request, view.account.locale)
        with_passkey = asked is not None and AuthenticationMethod.PASSKEY in asked.challenge.ways
        page = ConfirmPage(
            other_language_url=self._context.other_language_url(request, locale),
            action=self._address(request),
            hidden=self._context.hidden_in(view.session.id, browser, _ABOUT),
            display_name=str(person_of(view, self._web).get("name", "")),
            passkey_url=asked.at(AuthenticationMethod.PASSKEY) if asked and with_passkey else None,
            error=error,
        )
        return self._context.respond(request, page, locale, status)

    def _back(self, request: Request) -> Response:
        return self._context.see_other(self._places.address(*self._place(request)))

    def _place(self, request: Request) -> tuple[str, str]:
        query = query_form(request)
        return self._places.of(query.get("to"), query.get("of"))

    def _address(self, request: Request, name: str = "") -> str:
        query = {**query_of(*self._place(request)), **({"s": name} if name else {})}
        return f"{CONFIRM}?{urlencode(query)}"


def _name(request: Request) -> str:
    return query_form(request).get("s") or ""
