"""The first pages of recovery: whose account, what can still be shown, the code."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from idp.factors.one_time_codes.service import CODE_LIFE, CodeVerdict
from idp.metrics.model import Place
from idp.proofing.values.errors import DeclaredValueError
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.recovery.drafts import RecoveryDraft
from idp.recovery.policy import Evidence
from idp.recovery.service import RecoveryRefusal
from idp.sign_in.throttling import NETWORK_WINDOW, PHONE_WINDOW
from idp.web.factors.code_messages import MESSAGES
from idp.web.http.declared_messages import message_of
from idp.web.http.requests import origin_of, query_form
from idp.web.http.texts import Message
from idp.web.recovery.dependencies import RecoveryDependencies
from idp.web.recovery.pages import AskedCode, RecoverMethodPage, RecoverStartPage
from idp.web.recovery.recovery_steps import (
    CODE,
    FIRST_SHOWN,
    IDENTITY,
    PHONE,
    RETURN,
    START,
    WAY,
    At,
    CodeForm,
    CodeState,
    RecoverySteps,
    address,
    sent_again,
)
from idp.web.sign_in.asking_portal import asking_portal
from idp.web.sign_in.paths import SIGN_IN

_TOO_MANY = Message("too_many_recoveries", {"retry_after": NETWORK_WINDOW})
_TOO_MANY_CODES = Message("too_many_recoveries", {"retry_after": PHONE_WINDOW})
# Offered to everybody alike: which of them an account has is nobody's to learn (EN-1).
_WAYS = (Evidence.SMS, Evidence.TOTP, Evidence.RECOVERY_CODE, Evidence.EMAIL)
_ASKED: Mapping[Evidence, AskedCode] = {
    Evidence.SMS: "sms",
    Evidence.TOTP: "totp",
    Evidence.RECOVERY_CODE: "recovery_code",
    Evidence.EMAIL: "email",
}
_START_FORM = "recovery"


class RecoverHandlers:
    def __init__(self, dependencies: RecoveryDependencies, steps: RecoverySteps) -> None:
        self._dependencies = dependencies
        self._metrics = dependencies.web.metrics
        self._registry = dependencies.web.registry
        self._steps = steps

    async def show_start(self, request: Request) -> Response:
        return self._start_page(request)

    async def submit_start(self, request: Request) -> Response:
        form, browser = await self._steps.context.accept_form(request, _START_FORM)
        identifier = form.get("identifier") or ""
        try:
            number = PersonalNumber.parse(identifier[:64])
        except DeclaredValueError as error:
            return self._start_page(request, identifier, message_of(error), 422)
        name = await self._dependencies.recoveries.begin(
            number, browser, origin_of(request), self._steps.context.cookies.devices(request)
        )
        if isinstance(name, RecoveryRefusal):
            return self._start_page(request, identifier, _TOO_MANY, 429)
        portal = asking_portal(request, self._registry, self._steps.context.cookies)
        self._metrics.helped(portal, Place.RECOVERY)
        return self._steps.go(WAY, name)

    async def show_method(self, request: Request) -> Response:
        at = await self._steps.at(request, self._dependencies.drafts)
        return self._method_page(request, at)

    async def submit_method(self, request: Request) -> Response:
        at, form = await self._steps.form_at(request, self._dependencies.drafts)
        action = form.get("action") or ""
        if action not in _WAYS:
            return self._steps.go(PHONE if action == "lost" else WAY, at.name)
        locale = self._steps.context.locale(request)
        refused = await self._dependencies.recoveries.ask(
            at.name, at.draft, Evidence(action), at.browser, locale, origin_of(request)
        )
        if refused is not None:
            return self._method_page(request, at, _TOO_MANY_CODES, 429)
        return self._steps.go(CODE, at.name)

    async def show_code(self, request: Request) -> Response:
        at = await self._steps.at(request, self._dependencies.drafts)
        return self._code_page(request, at)

    async def submit_code(self, request: Request) -> Response:
        at, form = await self._steps.form_at(request, self._dependencies.drafts)
        match form.get("action"):
            case "back":
                return self._steps.go(WAY, at.name)
            case "resend":
                locale = self._steps.context.locale(request)
                sent = await self._dependencies.recoveries.resend(
                    at.name, at.draft, at.browser, locale, origin_of(request)
                )
                return self._code_page(request, at, sent_again(sent))
        entered, origin = form.get("code") or "", origin_of(request)
        judged = await self._dependencies.recoveries.check(at.name, at.draft, entered, at.browser, origin)
        if isinstance(judged, CodeVerdict):
            return self._code_page(request, at, CodeState(_refusal(at.draft, judged), 401))
        return self._steps.go(IDENTITY if await self._dependencies.recoveries.is_enough(judged) else WAY, at.name)

    def _start_page(
        self, request: Request, identifier: str = "", error: Message | None = None, status: int = 200
    ) -> Response:
        steps = self._steps.context
        locale = steps.locale(request)
        browser, new = steps.cookies.ensure_browser(request)
        page = RecoverStartPage(
            other_language_url=steps.other_language_url(request, locale),
            action=START,
            hidden=steps.hidden(browser, _START_FORM),
            identifier=identifier,
            error=error,
            expired=query_form(request).get("expired") is not None,
            return_url=RETURN,
            sign_in_url=SIGN_IN,
        )
        response = steps.respond(request, page, locale, status)
        if new:
            steps.cookies.set_browser(response, browser)
        return response

    def _method_page(
        self, request: Request, at: At[RecoveryDraft], error: Message | None = None, status: int = 200
    ) -> Response:
        locale = self._steps.context.locale(request)
        page = RecoverMethodPage(
            other_language_url=self._steps.context.other_language_url(request, locale),
            action=address(WAY, at.name),
            hidden=self._steps.hidden(at),
            ways=tuple(way for way in _WAYS if way not in _tried(at.draft)),
            shown=at.draft.shown,
            stale_phone=at.draft.stale_phone,
            error=error,
        )
        return self._steps.respond(request, page, locale, status)

    def _code_page(self, request: Request, at: At[RecoveryDraft], state: CodeState = FIRST_SHOWN) -> Response:
        asked = _ASKED.get(at.draft.asked) if at.draft.asked else None
        if asked is None:
            return self._steps.go(WAY, at.name)
        life = at.draft.code.life if at.draft.code else CODE_LIFE
        return self._steps.code_page(request, at, CodeForm(CODE, asked, valid_for=life), state)


def _refusal(draft: RecoveryDraft, verdict: CodeVerdict) -> Message:
    """Return what to say: an app or a list has no newest message to look at."""
    if draft.code is not None:
        return MESSAGES[verdict]
    return _TOO_MANY if verdict is CodeVerdict.TRIES_USED else Message("recovery_code_not_right")


def _tried(draft: RecoveryDraft) -> tuple[Evidence, ...]:
    return (*draft.shown, Evidence.SMS) if draft.stale_phone else draft.shown
