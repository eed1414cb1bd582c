"""The officer's pages of an assisted recovery: what the card says, and the reference that is handed over."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from idp.proofing.model import Verdict
from idp.proofing.values.personal_numbers import masked_number
from idp.recovery.assisted import OFFICER_WINDOW, Seat
from idp.recovery.drafts import RecoveryDraft
from idp.recovery.service import RecoveryRefusal
from idp.recovery.started import MustWait, OtherIsOpen
from idp.registration.declared_identity import DeclaredProblems
from idp.web.account.shell import Frame
from idp.web.http.local_time import local_time
from idp.web.http.requests import origin_of
from idp.web.http.texts import Message
from idp.web.officers.assist_desk import ABOUT, CODE, IDENTITY, START, AssistDesk, address
from idp.web.officers.assist_pages import AssistDonePage, AssistIdentityPage
from idp.web.recovery.identity import NOTHING_TYPED, errors_of, read_identity, refusal_of
from idp.web.recovery.pages import DeclaredField

_OTHER_OPEN = Message("assist_other_open")
_TOO_MANY = Message("too_many_recoveries", {"retry_after": OFFICER_WINDOW})


class AssistIdentityHandlers:
    def __init__(self, at_desk: AssistDesk) -> None:
        self._at_desk = at_desk

    async def show(self, request: Request) -> Response:
        frame, name, draft = await self._at_desk.at(request)
        if not draft.phone_confirmed:
            return self._at_desk.go(CODE, name)
        return self._identity_page(request, frame, name, draft, NOTHING_TYPED)

    async def submit(self, request: Request) -> Response:
        """What the card says; the register is asked on the officer's behalf."""
        form, browser = await self._at_desk.context.accept_form(request, ABOUT)
        frame, name, draft = await self._at_desk.at(request)
        if not draft.phone_confirmed:
            return self._at_desk.go(CODE, name)
        typed, declared = read_identity(form, self._at_desk.web.clock.now().date())
        if isinstance(declared, DeclaredProblems):
            return self._identity_page(request, frame, name, draft, typed, errors_of(declared), status=422)
        seat = Seat.in_browser(frame.view, browser)
        begun = await self._at_desk.recovery.prove(name, draft, declared, seat, origin_of(request))
        match begun:
            case Verdict():
                refusal, status = refusal_of(request, begun)
                return self._identity_page(request, frame, name, draft, typed, refusal=refusal, status=status)
            case MustWait():
                return self._done_page(request, frame, begun)
            case RecoveryRefusal():
                return self._at_desk.start_page(request, frame, error=_TOO_MANY, status=429)
            case OtherIsOpen():
                return self._at_desk.start_page(request, frame, error=_OTHER_OPEN, status=409)
            case _:
                return self._at_desk.context.see_other(f"{START}?expired=1")

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
            action=address(IDENTITY, name),
            hidden=self._at_desk.shell.hidden(frame, ABOUT),
            shell=frame.shell,
            masked_number=masked_number(draft.number),
            full_name=typed["full_name"],
            birth_day=typed["birth_day"],
            birth_month=typed["birth_month"],
            birth_year=typed["birth_year"],
            errors=errors or {},
            refusal=refusal,
        )
        return self._at_desk.shell.respond(request, page, frame, status)

    def _done_page(self, request: Request, frame: Frame, begun: MustWait) -> Response:
        page = AssistDonePage(
            other_language_url=frame.other_language_url,
            shell=frame.shell,
            reference=begun.reference,
            ready_at=local_time(begun.ready_at, frame.locale),
            at_once=begun.ready_at <= self._at_desk.web.clock.now(),
            second_officer=begun.second_officer,
        )
        return self._at_desk.shell.respond(request, page, frame)
