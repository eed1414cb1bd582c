"""The officer's pages of an assisted recovery: number and phone, and the code that was sent there."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from idp.factors.one_time_codes.service import CODE_LIFE, CodeVerdict
from idp.proofing.values.errors import DeclaredValueError
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.phones import PhoneNumber
from idp.recovery.assisted import Seat
from idp.recovery.drafts import RecoveryDraft
from idp.recovery.service import RecoveryRefusal
from idp.sign_in.throttling import PHONE_WINDOW
from idp.web.account.shell import Frame
from idp.web.http.declared_messages import message_of
from idp.web.http.requests import origin_of, query_form
from idp.web.http.texts import Message
from idp.web.officers.assist_desk import ABOUT, CODE, IDENTITY, START, AssistDesk, address
from idp.web.officers.assist_pages import AssistCodePage

_TOO_MANY = Message("too_many_recoveries", {"retry_after": PHONE_WINDOW})
_OVER = Message("assist_over")
_CODES: Mapping[CodeVerdict, Message] = {
    CodeVerdict.WRONG: Message("code_wrong"),
    CodeVerdict.EXPIRED: Message("code_expired"),
    CodeVerdict.TRIES_USED: Message("code_tries_used"),
}


class AssistRecoveryHandlers:
    def __init__(self, at_desk: AssistDesk) -> None:
        self._at_desk = at_desk

    async def show(self, request: Request) -> Response:
        frame = await self._at_desk.officer(request)
        error = _OVER if query_form(request).get("expired") is not None else None
        return self._at_desk.start_page(request, frame, error=error)

    async def submit(self, request: Request) -> Response:
        """Whose account, and the phone that the person shows."""
        form, browser = await self._at_desk.context.accept_form(request, ABOUT)
        frame = await self._at_desk.officer(request)
        typed = {"number": (form.get("number") or "")[:64], "phone": (form.get("phone") or "")[:40]}
        number, phone, errors = _read_start(typed)
        if number is None or phone is None:
            return self._at_desk.start_page(request, frame, typed, errors, status=422)
        begun = await self._at_desk.recovery.begin(Seat.in_browser(frame.view, browser), number, phone, frame.locale)
        if isinstance(begun, RecoveryRefusal):
            return self._at_desk.start_page(request, frame, typed, error=_TOO_MANY, status=429)
        return self._at_desk.go(CODE, begun)

    async def show_code(self, request: Request) -> Response:
        frame, name, draft = await self._at_desk.at(request)
        return self._code_page(request, frame, name, draft)

    async def submit_code(self, request: Request) -> Response:
        form, browser = await self._at_desk.context.accept_form(request, ABOUT)
        frame, name, draft = await self._at_desk.at(request)
        seat = Seat.in_browser(frame.view, browser)
        match form.get("action"):
            case "back":
                return self._at_desk.context.see_other(START)
            case "resend":
                sent = await self._at_desk.recovery.resend(name, draft, seat, frame.locale)
                error = None if sent else Message("code_sends_used", {"retry_after": CODE_LIFE})
                return self._code_page(request, frame, name, draft, error, resent=sent)
        entered = form.get("code") or ""
        verdict = await self._at_desk.recovery.confirm(name, draft, entered, seat, origin_of(request))
        if verdict is not CodeVerdict.RIGHT:
            return self._code_page(request, frame, name, draft, _CODES[verdict], status=401)
        return self._at_desk.go(IDENTITY, name)

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
            action=address(CODE, name),
            hidden=self._at_desk.shell.hidden(frame, ABOUT),
            shell=frame.shell,
            masked_phone=PhoneNumber(draft.phone).masked(),
            valid_for=CODE_LIFE,
            resent=resent,
            error=error,
        )
        return self._at_desk.shell.respond(request, page, frame, status)


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
