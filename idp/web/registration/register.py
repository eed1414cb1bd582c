"""The pages of registration: who you are, the phone's code, the password, and an end that is the same for everybody."""

from collections.abc import Mapping
from typing import get_args
from urllib.parse import urlencode

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from idp.factors.one_time_codes.service import CODE_LIFE, CodeVerdict
from idp.factors.password.policy import MIN_LENGTH
from idp.kernel.secrets import SealBrokenError, Sealer
from idp.proofing.values.personal_numbers import masked_number
from idp.proofing.values.phones import PhoneNumber
from idp.protocol.forms import Form
from idp.registration.declared_identity import DeclaredForm, DeclaredProblems, read_declared
from idp.registration.service import Registration, RegistrationRefusal
from idp.sign_in.drafts import DraftStore
from idp.sign_in.throttling import NETWORK_WINDOW
from idp.web.factors.code_messages import MESSAGES, SENDS_USED
from idp.web.factors.password_messages import password_message
from idp.web.http.declared_messages import message_of
from idp.web.http.errors import WebError
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of, query_form
from idp.web.http.texts import Message
from idp.web.registration.dependencies import RegistrationDependencies
from idp.web.registration.pages import IdentityField, RegisterIdentityPage, RegisterPasswordPage, RegisterResultPage
from idp.web.registration.paths import REGISTER, REGISTER_CODE, REGISTER_PASSWORD, REGISTER_RESULT
from idp.web.sign_in.flow import Flow, Visit
from idp.web.sign_in.pages import CodePage
from idp.web.sign_in.paths import SIGN_IN

_FIELDS = ("number", "full_name", "birth_day", "birth_month", "birth_year", "phone")
_TOO_MANY = Message("too_many_registrations", {"retry_after": NETWORK_WINDOW})


class _Step(Struct, frozen=True):
    """A registration in the middle: its draft, the browser, and the client's request it began from."""

    name: str
    draft: Registration
    browser: str
    form: Form


class RegisterHandlers:
    def __init__(self, dependencies: RegistrationDependencies, context: PageContext, flow: Flow) -> None:
        self._dependencies = dependencies
        self._web = dependencies.web
        self._context = context
        self._flow = flow

    async def show_identity(self, request: Request) -> Response:
        return self._identity_page(request, await self._flow.visit(request), dict.fromkeys(_FIELDS, ""), {})

    async def submit_identity(self, request: Request) -> Response:
        visit = await self._flow.visit(request)
        form, browser = await self._context.accept_form(request, f"register:{visit.name}")
        if form.get("action") == "cancel":
            return self._context.see_other(visit.address(SIGN_IN))
        typed = {name: form.data.get(name, "") for name in _FIELDS}
        declared = read_declared(DeclaredForm(**typed), self._web.clock.now().date())
        if isinstance(declared, DeclaredProblems):
            errors: dict[IdentityField, Message] = {}
            for name in get_args(IdentityField):
                if name in declared.errors:
                    errors[name] = message_of(declared.errors[name])
            return self._identity_page(request, visit, typed, errors, 422)
        claimed, phone = declared
        locale, back = self._context.locale(request), visit.address(SIGN_IN)
        name = await self._dependencies.registrations.begin(claimed, phone, back, browser, locale, origin_of(request))
        if isinstance(name, RegistrationRefusal):
            return self._identity_page(request, visit, typed, {"phone": _TOO_MANY}, 429)
        return self._context.see_other(_address(REGISTER_CODE, name))

    async def show_code(self, request: Request) -> Response:
        name, draft, browser = await self._draft(request)
        return self._code_page(request, name, draft, browser)

    async def submit_code(self, request: Request) -> Response:
        step = await self._accepted(request)
        action = step.form.get("action")
        if action == "cancel":
            return await self._cancel(step)
        if action == "resend":
            locale = self._context.locale(request)
            sent = await self._dependencies.registrations.resend_code(step.name, step.draft, step.browser, locale)
            error = None if sent else SENDS_USED
            return self._code_page(request, step.name, step.draft, step.browser, error=error, resent=sent)
        entered = step.form.get("code") or ""
        verdict = await self._dependencies.registrations.confirm_phone(step.name, step.draft, entered, step.browser)
        if verdict is CodeVerdict.RIGHT:
            return self._context.see_other(_address(REGISTER_PASSWORD, step.name))
        return self._code_page(request, step.name, step.draft, step.browser, error=MESSAGES[verdict], status=401)

    async def show_password(self, request: Request) -> Response:
        name, draft, browser = await self._draft(request)
        if not draft.phone_confirmed:
            return self._context.see_other(_address(REGISTER_CODE, name))
        return self._password_page(request, name, draft, browser)

    async def submit_password(self, request: Request) -> Response:
        step = await self._accepted(request)
        if step.form.get("action") == "cancel":
            return await self._cancel(step)
        if not step.draft.phone_confirmed:
            return self._context.see_other(_address(REGISTER_CODE, step.name))
        password = step.form.data.get("password", "")
        problem = await self._dependencies.registrations.judge_password(step.draft, password)
        if problem is not None:
            error = password_message(problem, MIN_LENGTH)
            return self._password_page(request, step.name, step.draft, step.browser, error, 422)
        locale = self._context.locale(request)
        await self._dependencies.registrations.finish(step.name, step.draft, password, locale, origin_of(request))
        # Post, redirect, get: reloading the page asks nobody anything again.
        sealed = _seal_result(self._web.sealer, step)
        return self._context.see_other(f"{REGISTER_RESULT}?{urlencode({'r': sealed})}")

    async def show_result(self, request: Request) -> Response:
        back = _open_result(self._web.sealer, query_form(request).get("r") or "")
        locale = self._context.locale(request)
        page = RegisterResultPage(
            other_language_url=self._context.other_language_url(request, locale),
            sign_in_url=back,
            correct_url=back.replace(SIGN_IN, REGISTER, 1),
        )
        return self._context.respond(request, page, locale)

    async def _draft(self, request: Request) -> tuple[str, Registration, str]:
        name, browser = query_form(request).get("r") or "", self._context.cookies.browser(request)
        draft = await self._drafts.load(name, browser) if browser else None
        if draft is None or browser is None:
            raise WebError(400, "request_expired", "the registration is gone")
        return name, draft, browser

    async def _accepted(self, request: Request) -> _Step:
        name, draft, _ = await self._draft(request)
        form, browser = await self._context.accept_form(request, f"registration:{name}")
        return _Step(name, draft, browser, form)

    async def _cancel(self, step: _Step) -> Response:
        await self._drafts.drop(step.name)
        return self._context.see_other(step.draft.interaction)

    @property
    def _drafts(self) -> DraftStore[Registration]:
        return self._dependencies.registrations.drafts

    def _identity_page(
        self,
        request: Request,
        visit: Visit,
        typed: Mapping[str, str],
        errors: Mapping[IdentityField, Message],
        status: int = 200,
    ) -> Response:
        locale = self._context.locale(request)
        browser, new = self._context.cookies.ensure_browser(request)
        page = RegisterIdentityPage(
            other_language_url=self._context.other_language_url(request, locale),
            action=visit.address(REGISTER),
            hidden=self._context.hidden(browser, f"register:{visit.name}"),
            number=typed["number"],
            full_name=typed["full_name"],
            birth_day=typed["birth_day"],
            birth_month=typed["birth_month"],
            birth_year=typed["birth_year"],
            phone=typed["phone"],
            errors=errors,
            sign_in_url=visit.address(SIGN_IN),
        )
        response = self._context.respond(request, page, locale, status)
        if new:
            self._context.cookies.set_browser(response, browser)
        return response

    def _code_page(
        self,
        request: Request,
        name: str,
        draft: Registration,
        browser: str,
        *,
        error: Message | None = None,
        resent: bool = False,
        status: int = 200,
    ) -> Response:
        locale = self._context.locale(request)
        page = CodePage(
            other_language_url=self._context.other_language_url(request, locale),
            action=_address(REGISTER_CODE, name),
            hidden=self._context.hidden(browser, f"registration:{name}"),
            purpose="registration",
            client_name=None,
            masked_phone=PhoneNumber(draft.phone).masked(),
            valid_for=CODE_LIFE,
            resent=resent,
            error=error,
        )
        return self._context.respond(request, page, locale, status)

    def _password_page(
        self,
        request: Request,
        name: str,
        draft: Registration,
        browser: str,
        error: Message | None = None,
        status: int = 200,
    ) -> Response:
        locale = self._context.locale(request)
        page = RegisterPasswordPage(
            other_language_url=self._context.other_language_url(request, locale),
            action=_address(REGISTER_PASSWORD, name),
            hidden=self._context.hidden(browser, f"registration:{name}"),
            masked_number=masked_number(draft.number),
            minimum_length=MIN_LENGTH,
            error=error,
        )
        return self._context.respond(request, page, locale, status)


def _address(path: str, name: str) -> str:
    return f"{path}?{urlencode({'r': name})}"


_RESULT_PLACE = "registration-result"


def _seal_result(sealer: Sealer, step: _Step) -> str:
    """Return where the page leads back to, which nobody else may choose."""
    return sealer.shown().seal(step.draft.interaction.encode(), _RESULT_PLACE).hex()


def _open_result(sealer: Sealer, sealed: str) -> str:
    try:
        return sealer.shown().open(bytes.fromhex(sealed), _RESULT_PLACE).decode()
    except (SealBrokenError, ValueError) as error:
        raise WebError(400, "invalid_request", "no result in the address") from error
