"""The page of the authenticator app: set up with a QR code, confirmed by a code, taken away."""

import segno
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from idp.account.profiles import MASKED_NUMBER
from idp.factors.totp.codes import enrolment_address, in_groups
from idp.kernel.secrets import Secret
from idp.sessions.model import SessionView
from idp.web.account.person import person_of
from idp.web.account.shell import AccountShell, Frame
from idp.web.factors.dependencies import FactorDependencies
from idp.web.factors.factor_messages import message_of
from idp.web.factors.pages import TotpPage
from idp.web.factors.paths import FACTORS
from idp.web.http.local_time import local_time
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of, query_form
from idp.web.http.texts import Message

PATH = "/account/totp"
_ABOUT = "totp"
# What the app shows above the code; apps cut long names.
_ISSUER = "DVCQG"


class TotpHandlers:
    def __init__(self, dependencies: FactorDependencies, context: PageContext) -> None:
        self._dependencies = dependencies
        self._web = dependencies.web
        self._totp = dependencies.totp
        self._context = context
        self._shell = AccountShell(dependencies.web, context)

    async def show(self, request: Request) -> Response:
        frame = await self._shell.strong_visit(request, "factors", "totp")
        return await self._page(request, frame)

    async def submit(self, request: Request) -> Response:
        """Begin, confirm or remove."""
        form, browser = await self._context.accept_form(request, _ABOUT)
        frame = await self._shell.strong_visit(request, "factors", "totp")
        match form.get("action"):
            case "begin":
                return self._context.see_other(f"{PATH}?setup={await self._totp.begin(frame.view, browser)}")
            case "remove":
                return await self._remove(request, frame)
            case "confirm":
                return await self._confirm(request, frame, form.get("code") or "", browser)
            case _:
                return self._context.see_other(PATH)

    async def _remove(self, request: Request, frame: Frame) -> Response:
        if await self._totp.remove(frame.view, origin_of(request)):
            return self._context.see_other(f"{FACTORS}?done=totp_removed")
        return await self._page(request, frame, Message("last_second_factor"), 409)

    async def _confirm(self, request: Request, frame: Frame, code: str, browser: str) -> Response:
        refused = await self._totp.confirm(_setup(request), code, frame.view, browser, origin_of(request))
        if refused is None:
            return self._context.see_other(f"{FACTORS}?done=totp_added")
        return await self._page(request, frame, message_of(refused), 401)

    async def _page(self, request: Request, frame: Frame, error: Message | None = None, status: int = 200) -> Response:
        view, account, locale = frame.view, frame.view.account, frame.locale
        enrolled = (await self._dependencies.enrolled.of_account(account.person_id, account.id)).totp
        secret = None if enrolled else await self._totp.secret_of(_setup(request), view, frame.browser)
        page = TotpPage(
            other_language_url=frame.other_language_url,
            action=f"{PATH}?setup={_setup(request)}" if secret else PATH,
            hidden=self._shell.hidden(frame, _ABOUT),
            shell=frame.shell,
            since=local_time(enrolled.created_at, locale) if enrolled else "",
            last_used=local_time(enrolled.last_used_at, locale) if enrolled and enrolled.last_used_at else "",
            qr=self._qr(secret, view) if secret else None,
            secret=in_groups(secret) if secret else "",
            error=error,
        )
        return self._shell.respond(request, page, frame, status)

    def _qr(self, secret: Secret, view: SessionView) -> Markup:
        """Draw what the app scans; nothing personal is in it but the last digits of the number."""
        name = str(person_of(view, self._web).get(MASKED_NUMBER, ""))[-3:]
        drawing = segno.make(enrolment_address(secret, f"***{name}", _ISSUER), error="m", micro=False)
        svg: str = drawing.svg_inline(scale=5, border=4, omitsize=True, light="#fff", svgclass="qr", lineclass=None)
        return Markup(svg)  # noqa: S704 - drawn by us, from bits


def _setup(request: Request) -> str:
    name = query_form(request).get("setup") or ""
    return name if name.replace("-", "").replace("_", "").isalnum() and name.isascii() else ""
