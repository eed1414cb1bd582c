"""What the steps of recovery share: the draft of the browser, protected forms, pages."""

from datetime import timedelta
from typing import Generic, TypeVar
from urllib.parse import urlencode

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from idp.factors.one_time_codes.service import CODE_LIFE
from idp.kernel.locales import Locale
from idp.protocol.forms import Form
from idp.sign_in.drafts import DraftStore
from idp.web.factors.code_messages import SENDS_USED
from idp.web.http.leaving import LeaveEarly
from idp.web.http.page import Page
from idp.web.http.page_context import PageContext
from idp.web.http.requests import query_form
from idp.web.http.texts import Message
from idp.web.recovery.pages import AskedCode, RecoverCodePage
from idp.web.recovery.paths import RECOVER

T = TypeVar("T")
START, WAY, CODE, PHONE, IDENTITY = (f"{RECOVER}{step}" for step in ("", "/way", "/code", "/phone", "/identity"))
PASSWORD, WAITING, DONE, OVER = (f"{RECOVER}{step}" for step in ("/password", "/waiting", "/done", "/over"))
RETURN, PHONE_CODE = f"{RECOVER}/return", f"{PHONE}/code"
RETURN_CODE, RETURN_PASSWORD = f"{RETURN}/code", f"{RETURN}/password"
_START_AGAIN = f"{START}?expired=1"


class At(Struct, Generic[T], frozen=True):
    """A browser in the middle of a recovery."""

    name: str
    draft: T
    browser: str


class CodeForm(Struct, frozen=True):
    """Which code a page asks for, where it is sent to, and how long it holds."""

    path: str
    asked: AskedCode
    masked_phone: str = ""
    valid_for: timedelta = CODE_LIFE


class CodeState(Struct, frozen=True):
    """What a page says of the code that was entered or sent again."""

    error: Message | None = None
    status: int = 200
    resent: bool = False


FIRST_SHOWN = CodeState()


def sent_again(sent: bool) -> CodeState:  # noqa: FBT001 - the answer itself
    """Return what is said after "send again": a new code, or that enough were sent."""
    return CodeState(error=None if sent else SENDS_USED, resent=sent)


class RecoverySteps:
    """Finds drafts, accepts forms, renders pages."""

    def __init__(self, context: PageContext) -> None:
        self.context = context

    async def at(self, request: Request, drafts: DraftStore[T]) -> "At[T]":
        """Return where the browser stands, or lead to the beginning: too late, done, or another browser's."""
        name, browser = query_form(request).get("r") or "", self.context.cookies.browser(request)
        draft = await drafts.load(name, browser) if browser else None
        if draft is None or browser is None:
            raise LeaveEarly(self.context.see_other(_START_AGAIN))
        return At(name, draft, browser)

    async def form_at(self, request: Request, drafts: DraftStore[T]) -> "tuple[At[T], Form]":
        """Return the recovery of a form of that page; raises `WebError` 403 for a form that is not ours."""
        at = await self.at(request, drafts)
        form, _ = await self.context.accept_form(request, about(at.name))
        return at, form

    def hidden(self, at: "At[T]") -> tuple[tuple[str, str], ...]:
        """Return the hidden fields of a page's form."""
        return self.context.hidden(at.browser, about(at.name))

    def go(self, path: str, name: str = "") -> Response:
        """Return the way to a step."""
        return self.context.see_other(address(path, name))

    def respond(self, request: Request, page: Page, locale: Locale, status: int = 200) -> Response:
        """Return a page."""
        return self.context.respond(request, page, locale, status)

    def code_page(self, request: Request, at: "At[T]", form: CodeForm, state: CodeState = FIRST_SHOWN) -> Response:
        """Return a page that asks for a code."""
        locale = self.context.locale(request)
        page = RecoverCodePage(
            other_language_url=self.context.other_language_url(request, locale),
            action=address(form.path, at.name),
            hidden=self.hidden(at),
            asked=form.asked,
            masked_phone=form.masked_phone,
            valid_for=form.valid_for,
            resent=state.resent,
            error=state.error,
        )
        return self.respond(request, page, locale, state.status)


def about(name: str) -> str:
    """Return what a form of a recovery is about: part of its protection."""
    return f"recovery:{name}"


def address(path: str, name: str) -> str:
    """Return the address of a step."""
    return f"{path}?{urlencode({'r': name})}" if name else path
