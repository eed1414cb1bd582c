"""The officer's pages of an assisted filing: the citizen's number, and waiting for the citizen's own device."""

from starlette.requests import Request
from starlette.responses import Response

from idp.factors.approval_model import AskedAtCounter
from idp.metrics.model import Place
from idp.officers.counter_drafts import CounterRefusal, PhoneAnswer
from idp.proofing.values.errors import DeclaredValueError
from idp.proofing.values.personal_numbers import PersonalNumber, masked_number
from idp.sign_in.throttling import NETWORK_WINDOW
from idp.web.http.declared_messages import message_of
from idp.web.http.requests import origin_of, query_form
from idp.web.http.texts import Message
from idp.web.officers.counter_desk import CITIZEN, PHONE, START, AtCounter, CounterDesk, WithCitizen
from idp.web.officers.counter_pages import CounterPage, CounterPhonePage

_REFUSALS = {
    CounterRefusal.TOO_MANY: Message("counter_too_many", {"retry_after": NETWORK_WINDOW}),
    CounterRefusal.LEVEL: Message("counter_level"),
    CounterRefusal.OVER: Message("counter_over"),
}
_HEARD = {
    PhoneAnswer.REFUSED: Message("counter_refused"),
    PhoneAnswer.EXPIRED: Message("counter_expired"),
}
# Without script the waiting page asks again by itself; slow enough for a screen reader to tell the number.
_ASK_AGAIN = "5"


class CounterHandlers:
    def __init__(self, desk: CounterDesk) -> None:
        self._desk = desk
        self._counter = desk.dependencies.counter
        self._phone = desk.dependencies.counter_phone

    async def show(self, request: Request) -> Response:
        at = await self._desk.at(request)
        why = query_form(request).get("why")
        error = next((text for refusal, text in _REFUSALS.items() if refusal.value == why), None)
        return self._page(request, at, error=error)

    async def submit(self, request: Request) -> Response:
        """The citizen's number, and how they will confirm."""
        at = await self._desk.at(request)
        form, browser = await self._desk.context.accept_form(request, at.about)
        if form.get("action") == "cancel":
            return await self._desk.flow.refuse(request, at.visit, Place.COUNTER)
        typed = form.get("number") or ""
        try:
            number = PersonalNumber.parse(typed[:64])
        except DeclaredValueError as error:
            return self._page(request, at, typed[:64], number_error=message_of(error), status=422)
        name = await self._counter.begin(at.view, at.asked, number, browser)
        if isinstance(name, CounterRefusal):
            return self._page(request, at, typed[:64], error=_REFUSALS[name], status=429)
        path = PHONE if form.get("action") == "phone" else CITIZEN
        return self._desk.context.see_other(at.address(path, c=name))

    async def show_phone(self, request: Request) -> Response:
        """Ask the citizen's devices once, then look for the answer."""
        citizen = await self._desk.with_citizen(request)
        if not citizen.draft.approval_id:
            return await self._ask(request, citizen)
        return await self._heard(request, citizen)

    async def submit_phone(self, request: Request) -> Response:
        """Look, ask again, or another way."""
        citizen = await self._desk.with_citizen(request)
        form, _ = await self._desk.context.accept_form(request, citizen.at.about)
        match form.get("action"):
            case "again":
                return await self._ask(request, citizen)
            case "back":
                return self._desk.context.see_other(citizen.at.address(START))
            case _:
                return await self._heard(request, citizen)

    async def _ask(self, request: Request, citizen: WithCitizen) -> Response:
        at = citizen.at
        asked_by = AskedAtCounter(
            at.officer_name, at.officer.agency, at.officer.post, at.asked.client.client_id, at.asked.scope
        )
        await self._phone.ask(citizen.name, citizen.draft, asked_by, at.browser, origin_of(request))
        return self._desk.context.see_other(citizen.address(PHONE))

    async def _heard(self, request: Request, citizen: WithCitizen) -> Response:
        heard = await self._phone.heard(citizen.draft, origin_of(request))
        if isinstance(heard, PhoneAnswer):
            return self._phone_page(request, citizen, heard)
        done = await self._desk.conclude(request, citizen, heard)
        return self._desk.start_again(citizen.at, done) if isinstance(done, CounterRefusal) else done

    def _page(
        self,
        request: Request,
        at: AtCounter,
        number: str = "",
        *,
        number_error: Message | None = None,
        error: Message | None = None,
        status: int = 200,
    ) -> Response:
        desk = self._desk.context
        locale = desk.locale(request, at.asked.ui_locales)
        page = CounterPage(
            other_language_url=desk.other_language_url(request, locale),
            action=at.address(START),
            hidden=desk.hidden(at.browser, at.about),
            officer_name=at.officer_name,
            agency=at.officer.agency,
            client_name=at.asked.client.name(locale),
            number=number,
            expired=query_form(request).get("expired") is not None,
            number_error=number_error,
            error=error,
        )
        return desk.respond(request, page, locale, status, targets=self._desk.flow.targets(at.asked))

    def _phone_page(self, request: Request, citizen: WithCitizen, heard: PhoneAnswer) -> Response:
        desk, at, draft = self._desk.context, citizen.at, citizen.draft
        locale = desk.locale(request, at.asked.ui_locales)
        waiting = heard is PhoneAnswer.WAITING and draft.asked_until is not None
        left = draft.asked_until - self._phone.clock.now() if draft.asked_until else None
        page = CounterPhonePage(
            other_language_url=desk.other_language_url(request, locale),
            action=citizen.address(PHONE),
            hidden=desk.hidden(at.browser, at.about),
            client_name=at.asked.client.name(locale),
            masked_number=masked_number(draft.number),
            match_number=draft.match_number if waiting else None,
            valid_for=left or NETWORK_WINDOW,
            error=_HEARD.get(heard),
        )
        response = desk.respond(request, page, locale, targets=self._desk.flow.targets(at.asked))
        if waiting:
            response.headers["Refresh"] = _ASK_AGAIN
        return response
