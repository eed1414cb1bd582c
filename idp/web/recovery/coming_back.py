"""The pages of a person who comes back after the waiting time: the reference, the new phone's code, the password."""

from starlette.requests import Request
from starlette.responses import Response

from idp.account.rating_effects import Occasion
from idp.factors.one_time_codes.service import CodeVerdict
from idp.factors.password.policy import MIN_LENGTH
from idp.kernel.locales import Locale
from idp.proofing.values.phones import PhoneNumber
from idp.recovery.service import RecoveryRefusal
from idp.recovery.waiting import (
    NeedsSecondOfficer,
    NotReady,
    RecoveryIsOver,
    Refused,
    ReturnBegun,
    ReturnDraft,
    UnknownReference,
)
from idp.sign_in.throttling import NETWORK_WINDOW
from idp.web.factors.code_messages import MESSAGES
from idp.web.factors.password_messages import password_message
from idp.web.http.local_time import local_time
from idp.web.http.requests import origin_of
from idp.web.http.texts import Message
from idp.web.recovery.dependencies import RecoveryDependencies
from idp.web.recovery.pages import RecoverPasswordPage, RecoverReturnPage
from idp.web.recovery.recovery_steps import (
    DONE,
    FIRST_SHOWN,
    OVER,
    RETURN,
    RETURN_CODE,
    RETURN_PASSWORD,
    START,
    At,
    CodeForm,
    CodeState,
    RecoverySteps,
    address,
    sent_again,
)

_RETURN_FORM = "recovery-return"


class RecoverReturnHandlers:
    def __init__(self, dependencies: RecoveryDependencies, steps: RecoverySteps) -> None:
        self._dependencies = dependencies
        self._ratings = dependencies.ratings
        self._steps = steps

    async def show_reference(self, request: Request) -> Response:
        return self._reference_page(request)

    async def submit_reference(self, request: Request) -> Response:
        form, browser = await self._steps.context.accept_form(request, _RETURN_FORM)
        reference, locale = form.get("reference") or "", self._steps.context.locale(request)
        begun = await self._dependencies.returns.begin(reference, browser, locale, origin_of(request))
        if isinstance(begun, ReturnBegun):
            return self._steps.go(RETURN_CODE, begun.name)
        status = 429 if isinstance(begun, RecoveryRefusal) else 422
        return self._reference_page(request, reference, _message(begun, locale), status)

    async def show_code(self, request: Request) -> Response:
        at = await self._steps.at(request, self._dependencies.return_drafts)
        return self._code_page(request, at)

    async def submit_code(self, request: Request) -> Response:
        at, form = await self._steps.form_at(request, self._dependencies.return_drafts)
        match form.get("action"):
            case "back":
                return self._steps.go(RETURN)
            case "resend":
                locale = self._steps.context.locale(request)
                sent = await self._dependencies.returns.resend(at.name, at.draft, at.browser, locale)
                return self._code_page(request, at, sent_again(sent))
        entered, origin = form.get("code") or "", origin_of(request)
        verdict = await self._dependencies.returns.confirm(at.name, at.draft, entered, at.browser, origin)
        if verdict is not CodeVerdict.RIGHT:
            return self._code_page(request, at, CodeState(MESSAGES[verdict], 401))
        return self._steps.go(RETURN_PASSWORD, at.name)

    async def show_password(self, request: Request) -> Response:
        at = await self._steps.at(request, self._dependencies.return_drafts)
        return self._password_page(request, at)

    async def submit_password(self, request: Request) -> Response:
        at, form = await self._steps.form_at(request, self._dependencies.return_drafts)
        if not at.draft.confirmed:
            return self._steps.go(RETURN_CODE, at.name)
        password = form.data.get("password", "")
        problem = await self._dependencies.end.judge_password(password, (at.draft.phone,))
        if problem is not None:
            return self._password_page(request, at, password_message(problem, MIN_LENGTH), 422)
        origin = origin_of(request)
        await self._dependencies.return_drafts.spend(at.name)
        done = await self._dependencies.end.finish(at.draft.person_id, at.draft.recovery_id, password, origin)
        await self._dependencies.return_drafts.drop(at.name)
        if not done:
            return self._steps.go(OVER)
        portal = self._steps.context.cookies.portal(request)
        return self._steps.go(DONE, self._ratings.offer(Occasion.RECOVERY, "recovery", portal))

    def _reference_page(
        self, request: Request, reference: str = "", error: Message | None = None, status: int = 200
    ) -> Response:
        steps = self._steps.context
        locale = steps.locale(request)
        browser, new = steps.cookies.ensure_browser(request)
        page = RecoverReturnPage(
            other_language_url=steps.other_language_url(request, locale),
            action=RETURN,
            hidden=steps.hidden(browser, _RETURN_FORM),
            reference=reference,
            error=error,
            start_url=START,
        )
        response = steps.respond(request, page, locale, status)
        if new:
            steps.cookies.set_browser(response, browser)
        return response

    def _code_page(self, request: Request, at: At[ReturnDraft], state: CodeState = FIRST_SHOWN) -> Response:
        form = CodeForm(RETURN_CODE, "returning", PhoneNumber(at.draft.phone).masked())
        return self._steps.code_page(request, at, form, state)

    def _password_page(
        self, request: Request, at: At[ReturnDraft], error: Message | None = None, status: int = 200
    ) -> Response:
        if not at.draft.confirmed:
            return self._steps.go(RETURN_CODE, at.name)
        locale = self._steps.context.locale(request)
        page = RecoverPasswordPage(
            other_language_url=self._steps.context.other_language_url(request, locale),
            action=address(RETURN_PASSWORD, at.name),
            hidden=self._steps.hidden(at),
            minimum_length=MIN_LENGTH,
            waited=True,
            held=(),
            phone_rests_for=None,
            more_url="",
            error=error,
        )
        return self._steps.respond(request, page, locale, status)


def _message(refused: Refused, locale: Locale) -> Message:
    match refused:
        case NotReady(ready_at):
            return Message("recovery_not_ready", {"ready_at": local_time(ready_at, locale)})
        case UnknownReference():
            return Message("recovery_reference_unknown")
        case NeedsSecondOfficer():
            return Message("recovery_needs_second")
        case RecoveryIsOver():
            return Message("recovery_over")
        case _:
            return Message("too_many_recoveries", {"retry_after": NETWORK_WINDOW})
