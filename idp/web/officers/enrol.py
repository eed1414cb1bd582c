"""Setting an officer's account up: name and printed code, password, then an app or a passkey."""

from urllib.parse import urlencode

import segno
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from clients.model import ClientId
from idp.factors.password.policy import POLICY
from idp.factors.totp.codes import enrolment_address, in_groups
from idp.kernel.secrets import Secret
from idp.officers.enrolment import EnrolmentDraft, EnrolRefusal
from idp.sessions.model import SessionView
from idp.sign_in.throttling import NETWORK_WINDOW
from idp.web.factors.password_messages import password_message
from idp.web.http.page import Page
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of, query_form
from idp.web.http.texts import Message
from idp.web.officers.dependencies import OfficerDependencies
from idp.web.officers.pages import EnrolDonePage, EnrolFactorPage, EnrolPasswordPage, EnrolStartPage
from idp.web.officers.paths import ENROL
from idp.web.sign_in.paths import SIGN_IN

START, PASSWORD, FACTOR, DONE = (f"{ENROL}{step}" for step in ("", "/password", "/factor", "/done"))
_START_FORM = "officer-enrolment"
_REFUSALS = {
    EnrolRefusal.WRONG: Message("enrolment_wrong"),
    EnrolRefusal.TOO_MANY: Message("too_many_enrolments", {"retry_after": NETWORK_WINDOW}),
    EnrolRefusal.TOTP_WRONG: Message("totp_wrong"),
    EnrolRefusal.PASSKEY: Message("passkey_not_added"),
}
_MINIMUM = POLICY.with_second_factor
# What the app shows above the code.
_ISSUER = "DVCQG"


class EnrolHandlers:
    """GET and POST /officers/enrol and its steps."""

    def __init__(self, dependencies: OfficerDependencies, context: PageContext) -> None:
        self._web = dependencies.web
        self._enrolment = dependencies.enrolment
        self._context = context

    async def show_start(self, request: Request) -> Response:
        return self._start_page(request)

    async def submit_start(self, request: Request) -> Response:
        form, browser = await self._context.accept_form(request, _START_FORM)
        typed, code = form.get("sign_in_name") or "", form.get("enrolment_code") or ""
        locale = self._context.locale(request)
        begun = await self._enrolment.begin(typed, code, browser, locale, origin_of(request))
        if isinstance(begun, EnrolRefusal):
            status = 429 if begun is EnrolRefusal.TOO_MANY else 401
            return self._start_page(request, typed[:64], _REFUSALS[begun], status)
        return self._go(PASSWORD, begun)

    async def show_password(self, request: Request) -> Response:
        name, draft, browser = await self._at(request)
        return self._password_page(request, name, draft, browser) if draft else self._start_again()

    async def submit_password(self, request: Request) -> Response:
        name, draft, browser = await self._at(request)
        if draft is None:
            return self._start_again()
        form, _ = await self._context.accept_form(request, _about(name))
        problem = await self._enrolment.choose_password(name, draft, form.data.get("password", ""), browser)
        if problem is not None:
            return self._password_page(request, name, draft, browser, password_message(problem, _MINIMUM), 422)
        return self._go(FACTOR, name)

    async def show_factor(self, request: Request) -> Response:
        name, draft, browser = await self._at(request)
        if draft is None:
            return self._start_again()
        if not draft.password_hash:
            return self._go(PASSWORD, name)
        return await self._factor_page(request, name, draft, browser)

    async def submit_factor(self, request: Request) -> Response:
        """A code of the app, or a new passkey."""
        name, draft, browser = await self._at(request)
        if draft is None:
            return self._start_again()
        form, _ = await self._context.accept_form(request, _about(name))
        if not draft.password_hash:
            return self._go(PASSWORD, name)
        origin, answer, citizen = origin_of(request), form.get("credential") or "", await self._citizen(request)
        if form.get("action") == "passkey":
            challenge = form.get("challenge") or ""
            refusal = await self._enrolment.with_passkey(name, draft, challenge, answer, browser, origin, citizen)
        else:
            refusal = await self._enrolment.with_app(name, draft, form.get("code") or "", origin, citizen)
        if refusal is EnrolRefusal.WRONG:
            return self._start_again()
        if refusal is not None:
            return await self._factor_page(request, name, draft, browser, _REFUSALS[refusal], 401)
        return self._context.see_other(DONE)

    async def show_done(self, request: Request) -> Response:
        locale = self._context.locale(request)
        page = EnrolDonePage(
            other_language_url=self._context.other_language_url(request, locale), sign_in_url=f"{SIGN_IN}?officer=1"
        )
        return self._context.respond(request, page, locale)

    async def _at(self, request: Request) -> tuple[str, EnrolmentDraft | None, str]:
        name, browser = query_form(request).get("e") or "", self._context.cookies.browser(request) or ""
        return name, await self._enrolment.drafts.load(name, browser), browser

    async def _citizen(self, request: Request) -> SessionView | None:
        """Return the session that the browser has beside the enrolment."""
        cookie = self._context.cookies.session(request)
        if cookie is None:
            return None
        return await self._web.sessions.live(self._web.cookie_hash.digest(cookie), ClientId(""), self._web.clock.now())

    def _go(self, path: str, name: str) -> Response:
        return self._context.see_other(_address(path, name))

    def _start_again(self) -> Response:
        return self._context.see_other(f"{START}?expired=1")

    def _start_page(
        self, request: Request, typed: str = "", error: Message | None = None, status: int = 200
    ) -> Response:
        locale = self._context.locale(request)
        browser, new = self._context.cookies.ensure_browser(request)
        page = EnrolStartPage(
            other_language_url=self._context.other_language_url(request, locale),
            action=START,
            hidden=self._context.hidden(browser, _START_FORM),
            sign_in_name=typed,
            error=error,
            expired=query_form(request).get("expired") is not None,
        )
        response = self._context.respond(request, page, locale, status)
        if new:
            self._context.cookies.set_browser(response, browser)
        return response

    def _password_page(
        self,
        request: Request,
        name: str,
        draft: EnrolmentDraft,
        browser: str,
        error: Message | None = None,
        status: int = 200,
    ) -> Response:
        locale = self._context.locale(request)
        page: Page = EnrolPasswordPage(
            other_language_url=self._context.other_language_url(request, locale),
            action=_address(PASSWORD, name),
            hidden=self._context.hidden(browser, _about(name)),
            sign_in_name=draft.name,
            minimum=_MINIMUM,
            error=error,
        )
        return self._context.respond(request, page, locale, status)

    async def _factor_page(
        self,
        request: Request,
        name: str,
        draft: EnrolmentDraft,
        browser: str,
        error: Message | None = None,
        status: int = 200,
    ) -> Response:
        locale, secret = self._context.locale(request), Secret(draft.totp_secret)
        page = EnrolFactorPage(
            other_language_url=self._context.other_language_url(request, locale),
            action=_address(FACTOR, name),
            hidden=self._context.hidden(browser, _about(name)),
            sign_in_name=draft.name,
            qr=_qr(secret, draft.name),
            secret=in_groups(secret),
            prompt=self._enrolment.prompt(draft, browser),
            own_number=await self._enrolment.people.masked(await self._citizen(request), self._web.clock.now()),
            error=error,
        )
        return self._context.respond(request, page, locale, status)


def _qr(secret: Secret, name: str) -> Markup:
    drawing = segno.make(enrolment_address(secret, name, _ISSUER), error="m", micro=False)
    svg: str = drawing.svg_inline(scale=5, border=4, omitsize=True, light="#fff", svgclass="qr", lineclass=None)
    return Markup(svg)  # noqa: S704 - drawn by us, from bits


def _about(name: str) -> str:
    return f"officer-enrolment:{name}"


def _address(path: str, name: str) -> str:
    return f"{path}?{urlencode({'e': name})}"
