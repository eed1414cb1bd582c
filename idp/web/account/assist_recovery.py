"""The officer's pages of an assisted recovery: number and phone, its code, what the card says, the reference."""

from collections.abc import Mapping
from datetime import date
from typing import get_args
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from idp.accounts.model import AccountKind
from idp.authentication.throttling import PHONE_WINDOW
from idp.proofing.errors import DeclaredValueError
from idp.proofing.model import Verdict
from idp.proofing.personal_numbers import PersonalNumber
from idp.proofing.phones import PhoneNumber
from idp.protocol.forms import Form
from idp.selfservice.declared_identity import DeclaredPerson, DeclaredProblems, read_person
from idp.selfservice.one_time_codes import CODE_LIFE, CodeVerdict
from idp.selfservice.profiles import masked_number
from idp.selfservice.recovery import RecoveryRefusal
from idp.selfservice.recovery_drafts import RecoveryDraft
from idp.selfservice.recovery_start import MustWait, OtherIsOpen
from idp.web.account.shell import AccountShell, Frame
from idp.web.declared_messages import message_of
from idp.web.local_time import local_time
from idp.web.page_desk import PageDesk
from idp.web.pages.assist_recovery import AssistCodePage, AssistDonePage, AssistIdentityPage, AssistStartPage
from idp.web.pages.recovery import DeclaredField
from idp.web.parts import Parts
from idp.web.requests import origin_of, query_form
from idp.web.texts import Message

START, CODE, IDENTITY = "/counter/recovery", "/counter/recovery/code", "/counter/recovery/identity"
_ABOUT = "assisted-recovery"
_FIELDS = ("full_name", "birth_day", "birth_month", "birth_year")
_TOO_MANY = Message("too_many_recoveries", {"retry_after": PHONE_WINDOW})
_OVER = Message("assist_over")
_OTHER_OPEN = Message("assist_other_open")
_CODES: Mapping[CodeVerdict, Message] = {
    CodeVerdict.WRONG: Message("code_wrong"),
    CodeVerdict.EXPIRED: Message("code_expired"),
    CodeVerdict.TRIES_USED: Message("code_tries_used"),
}
_REFUSALS: Mapping[Verdict, Message] = {
    Verdict.NEAR: Message("recovery_near"),
    Verdict.DIFFERENT: Message("recovery_different"),
    Verdict.NO_RECORD: Message("recovery_no_record"),
    Verdict.NO_ANSWER: Message("recovery_no_answer"),
    Verdict.GARBLED: Message("recovery_garbled"),
}
_AWAY = frozenset({Verdict.NO_ANSWER, Verdict.GARBLED})


class AssistRecoveryHandlers:
    """GET and POST /counter/recovery and its steps, for an officer who has just shown two factors."""

    def __init__(self, parts: Parts, desk: PageDesk) -> None:
        """Take the use cases and the desk."""
        self._parts = parts
        self._recovery = parts.officers.recovery
        self._desk = desk
        self._shell = AccountShell(parts, desk)

    async def show(self, request: Request) -> Response:
        """GET /counter/recovery."""
        frame = await self._officer(request)
        if isinstance(frame, Response):
            return frame
        error = _OVER if query_form(request).get("expired") is not None else None
        return self._start_page(request, frame, error=error)

    async def submit(self, request: Request) -> Response:
        """POST /counter/recovery: whose account, and the phone that the person shows."""
        form, browser = await self._desk.accept_form(request, _ABOUT)
        frame = await self._officer(request)
        if isinstance(frame, Response):
            return frame
        typed = {"number": (form.get("number") or "")[:64], "phone": (form.get("phone") or "")[:40]}
        number, phone, errors = _read_start(typed)
        if number is None or phone is None:
            return self._start_page(request, frame, typed, errors, status=422)
        begun = await self._recovery.begin(frame.view, number, phone, browser, frame.locale)
        if isinstance(begun, RecoveryRefusal):
            return self._start_page(request, frame, typed, error=_TOO_MANY, status=429)
        return self._go(CODE, begun)

    async def show_code(self, request: Request) -> Response:
        """GET /counter/recovery/code."""
        found = await self._at(request)
        if isinstance(found, Response):
            return found
        frame, name, draft = found
        return self._code_page(request, frame, name, draft)

    async def submit_code(self, request: Request) -> Response:
        """POST /counter/recovery/code."""
        form, browser = await self._desk.accept_form(request, _ABOUT)
        found = await self._at(request)
        if isinstance(found, Response):
            return found
        frame, name, draft = found
        match form.get("action"):
            case "back":
                return self._desk.see_other(START)
            case "resend":
                sent = await self._recovery.resend(name, draft, frame.view, browser, frame.locale)
                error = None if sent else Message("code_sends_used", {"retry_after": CODE_LIFE})
                return self._code_page(request, frame, name, draft, error, resent=sent)
        entered = form.get("code") or ""
        verdict = await self._recovery.confirm(name, draft, entered, frame.view, browser, origin_of(request))
        if verdict is not CodeVerdict.RIGHT:
            return self._code_page(request, frame, name, draft, _CODES[verdict], status=401)
        return self._go(IDENTITY, name)

    async def show_identity(self, request: Request) -> Response:
        """GET /counter/recovery/identity."""
        found = await self._at(request)
        if isinstance(found, Response):
            return found
        frame, name, draft = found
        if not draft.phone_confirmed:
            return self._go(CODE, name)
        return self._identity_page(request, frame, name, draft, dict.fromkeys(_FIELDS, ""))

    async def submit_identity(self, request: Request) -> Response:
        """POST /counter/recovery/identity: what the card says; the register is asked on the officer's behalf."""
        form, browser = await self._desk.accept_form(request, _ABOUT)
        found = await self._at(request)
        if isinstance(found, Response):
            return found
        frame, name, draft = found
        if not draft.phone_confirmed:
            return self._go(CODE, name)
        typed = {field: form.data.get(field, "") for field in _FIELDS}
        declared = _read(form, self._parts.clock.now().date())
        if isinstance(declared, DeclaredProblems):
            errors: dict[DeclaredField, Message] = {
                field: message_of(declared.errors[field])
                for field in get_args(DeclaredField)
                if field in declared.errors
            }
            return self._identity_page(request, frame, name, draft, typed, errors, status=422)
        begun = await self._recovery.prove(
            name, draft, declared.name, declared.birth_date, frame.view, browser, origin_of(request)
        )
        match begun:
            case Verdict():
                status = 503 if begun in _AWAY else 422
                return self._identity_page(request, frame, name, draft, typed, refusal=_REFUSALS[begun], status=status)
            case MustWait():
                return self._done_page(request, frame, begun)
            case OtherIsOpen():
                return self._start_page(request, frame, error=_OTHER_OPEN, status=409)
            case _:
                return self._desk.see_other(f"{START}?expired=1")

    async def _officer(self, request: Request) -> Frame | Response:
        frame = await self._shell.strong_visit(request, "assist")
        if isinstance(frame, Response) or frame.view.account.kind is AccountKind.OFFICER:
            return frame
        return self._desk.see_other("/account")

    async def _at(self, request: Request) -> tuple[Frame, str, RecoveryDraft] | Response:
        frame = await self._officer(request)
        if isinstance(frame, Response):
            return frame
        name = query_form(request).get("r") or ""
        draft = await self._recovery.load(name, frame.view, frame.browser)
        return (frame, name, draft) if draft else self._desk.see_other(f"{START}?expired=1")

    def _go(self, path: str, name: str) -> Response:
        return self._desk.see_other(_address(path, name))

    def _start_page(
        self,
        request: Request,
        frame: Frame,
        typed: Mapping[str, str] | None = None,
        errors: Mapping[str, Message] | None = None,
        *,
        error: Message | None = None,
        status: int = 200,
    ) -> Response:
        values, wrong = typed or {}, errors or {}
        page = AssistStartPage(
            other_language_url=frame.other_language_url,
            action=START,
            hidden=self._shell.hidden(frame, _ABOUT),
            shell=frame.shell,
            number=values.get("number", ""),
            phone=values.get("phone", ""),
            number_error=wrong.get("number"),
            phone_error=wrong.get("phone"),
            error=error,
        )
        return self._shell.respond(request, page, frame, status)

    def _code_page(
        self,
        request: Request,
        frame: Frame,
        name: str,
        draft: RecoveryDraft,
        error: Message | None = None,
        *,
        resent: bool = False,
        status: int = 200,
    ) -> Response:
        page = AssistCodePage(
            other_language_url=frame.other_language_url,
            action=_address(CODE, name),
            hidden=self._shell.hidden(frame, _ABOUT),
            shell=frame.shell,
            masked_phone=PhoneNumber(draft.phone).masked(),
            valid_for=CODE_LIFE,
            resent=resent,
            error=error,
        )
        return self._shell.respond(request, page, frame, status)

    def _identity_page(
        self,
        request: Request,
        frame: Frame,
        name: str,
        draft: RecoveryDraft,
        typed: Mapping[str, str],
        errors: Mapping[DeclaredField, Message] | None = None,
        *,
        refusal: Message | None = None,
        status: int = 200,
    ) -> Response:
        page = AssistIdentityPage(
            other_language_url=frame.other_language_url,
            action=_address(IDENTITY, name),
            hidden=self._shell.hidden(frame, _ABOUT),
            shell=frame.shell,
            masked_number=masked_number(draft.number),
            full_name=typed["full_name"],
            birth_day=typed["birth_day"],
            birth_month=typed["birth_month"],
            birth_year=typed["birth_year"],
            errors=errors or {},
            refusal=refusal,
        )
        return self._shell.respond(request, page, frame, status)

    def _done_page(self, request: Request, frame: Frame, begun: MustWait) -> Response:
        page = AssistDonePage(
            other_language_url=frame.other_language_url,
            shell=frame.shell,
            reference=begun.reference,
            ready_at=local_time(begun.ready_at, frame.locale),
            at_once=begun.ready_at <= self._parts.clock.now(),
        )
        return self._shell.respond(request, page, frame)


def _read_start(typed: Mapping[str, str]) -> tuple[PersonalNumber | None, PhoneNumber | None, dict[str, Message]]:
    number, phone, errors = None, None, dict[str, Message]()
    try:
        number = PersonalNumber.parse(typed["number"])
    except DeclaredValueError as error:
        errors["number"] = message_of(error)
    try:
        phone = PhoneNumber.parse_mobile(typed["phone"])
    except DeclaredValueError as error:
        errors["phone"] = message_of(error)
    return number, phone, errors


def _read(form: Form, today: date) -> DeclaredPerson | DeclaredProblems:
    typed = {name: form.data.get(name, "") for name in _FIELDS}
    return read_person(
        typed["full_name"], day=typed["birth_day"], month=typed["birth_month"], year=typed["birth_year"], today=today
    )


def _address(path: str, name: str) -> str:
    return f"{path}?{urlencode({'r': name})}"
