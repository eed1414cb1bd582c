"""The pages of a person without any factor: the new phone, its code, the reference to come back with."""

from starlette.requests import Request
from starlette.responses import Response

from idp.account.notices.message_ceilings import Asker
from idp.factors.one_time_codes.service import CodeVerdict
from idp.proofing.values.errors import DeclaredValueError
from idp.proofing.values.phones import PhoneNumber
from idp.recovery.drafts import RecoveryDraft
from idp.web.factors.code_messages import MESSAGES
from idp.web.http.declared_messages import message_of
from idp.web.http.local_time import local_time
from idp.web.http.requests import origin_of
from idp.web.http.texts import Message
from idp.web.recovery.dependencies import RecoveryDependencies
from idp.web.recovery.pages import RecoverPhonePage, RecoverWaitingPage
from idp.web.recovery.recovery_steps import (
    FIRST_SHOWN,
    IDENTITY,
    PHONE,
    PHONE_CODE,
    WAY,
    At,
    CodeForm,
    CodeState,
    RecoverySteps,
    address,
    sent_again,
)
from idp.web.sign_in.paths import SIGN_IN


class RecoverWaitingHandlers:
    def __init__(self, dependencies: RecoveryDependencies, steps: RecoverySteps) -> None:
        self._dependencies = dependencies
        self._steps = steps

    async def show_phone(self, request: Request) -> Response:
        at = await self._steps.at(request, self._dependencies.drafts)
        return self._phone_page(request, at)

    async def submit_phone(self, request: Request) -> Response:
        at, form = await self._steps.form_at(request, self._dependencies.drafts)
        if form.get("action") == "back":
            return self._steps.go(WAY, at.name)
        typed = form.get("phone") or ""
        try:
            phone = PhoneNumber.parse_mobile(typed[:40])
        except DeclaredValueError as error:
            return self._phone_page(request, at, typed, message_of(error), 422)
        locale = self._steps.context.locale(request)
        asker = Asker.unrecognised(origin_of(request))
        await self._dependencies.phones.ask(at.name, at.draft, phone, at.browser, locale, asker)
        return self._steps.go(PHONE_CODE, at.name)

    async def show_code(self, request: Request) -> Response:
        at = await self._steps.at(request, self._dependencies.drafts)
        return self._code_page(request, at)

    async def submit_code(self, request: Request) -> Response:
        at, form = await self._steps.form_at(request, self._dependencies.drafts)
        match form.get("action"):
            case "back":
                return self._steps.go(PHONE, at.name)
            case "resend":
                locale = self._steps.context.locale(request)
                sent = await self._dependencies.phones.resend(at.name, at.draft, at.browser, locale)
                return self._code_page(request, at, sent_again(sent))
        entered, origin = form.get("code") or "", origin_of(request)
        verdict = await self._dependencies.phones.confirm(at.name, at.draft, entered, at.browser, origin)
        if verdict is not CodeVerdict.RIGHT:
            return self._code_page(request, at, CodeState(MESSAGES[verdict], 401))
        return self._steps.go(IDENTITY, at.name)

    async def show_waiting(self, request: Request) -> Response:
        """Show the wait, to this browser only and for a short while."""
        at = await self._steps.at(request, self._dependencies.slips)
        locale = self._steps.context.locale(request)
        page = RecoverWaitingPage(
            other_language_url=self._steps.context.other_language_url(request, locale),
            reference=at.draft.reference,
            ready_at=local_time(at.draft.ready_at, locale),
            sign_in_url=SIGN_IN,
        )
        return self._steps.respond(request, page, locale)

    def _phone_page(
        self,
        request: Request,
        at: At[RecoveryDraft],
        phone: str = "",
        error: Message | None = None,
        status: int = 200,
    ) -> Response:
        locale = self._steps.context.locale(request)
        page = RecoverPhonePage(
            other_language_url=self._steps.context.other_language_url(request, locale),
            action=address(PHONE, at.name),
            hidden=self._steps.hidden(at),
            phone=phone,
            error=error,
            wait=self._dependencies.policy.waiting_time(reached=at.draft.reached),
        )
        return self._steps.respond(request, page, locale, status)

    def _code_page(self, request: Request, at: At[RecoveryDraft], state: CodeState = FIRST_SHOWN) -> Response:
        if not at.draft.phone:
            return self._steps.go(PHONE, at.name)
        return self._steps.code_page(
            request, at, CodeForm(PHONE_CODE, "new_phone", PhoneNumber(at.draft.phone).masked()), state
        )
