"""The citizen's pages on the counter's screen: their password, then their second factor. They sign in nowhere."""

from starlette.requests import Request
from starlette.responses import Response

from idp.factors.answers import Refused, Shown
from idp.factors.drafts import AuthenticationMethod, FactorChallenge
from idp.officers.counter_drafts import CounterRefusal, from_screen
from idp.proofing.values.personal_numbers import masked_number
from idp.sign_in.password import SecondStepNeeded, SignInContext, SignInRefusal
from idp.sign_in.throttling import NETWORK_WINDOW
from idp.web.account.released_claims import released_claims
from idp.web.factors.factor_step import Asked, FactorStep
from idp.web.http.leaving import LeaveEarly
from idp.web.http.requests import origin_of, query_form
from idp.web.http.texts import Message
from idp.web.officers.counter_desk import CITIZEN, FACTOR, START, CounterDesk, WithCitizen
from idp.web.officers.counter_pages import CounterCitizenPage
from records.structs import replace

_BUSY = Message("too_many_tries", {"retry_after": NETWORK_WINDOW})


class CounterScreenHandlers:
    def __init__(self, desk: CounterDesk) -> None:
        self._desk = desk
        self._officers = desk.dependencies
        self._page = FactorStep(self._officers.screen_steps.checks, desk.context)

    async def show(self, request: Request) -> Response:
        citizen = await self._desk.with_citizen(request)
        return self._password_page(request, citizen)

    async def submit(self, request: Request) -> Response:
        """The citizen's password."""
        citizen = await self._desk.with_citizen(request)
        form, browser = await self._desk.context.accept_form(request, citizen.at.about)
        if form.get("action") == "back":
            return self._desk.context.see_other(citizen.at.address(START))
        # The computer is the counter's: nothing that it knows of anybody helps, and nothing is kept on it.
        context = SignInContext(None, browser, (), origin_of(request), shared_computer=True)
        password = form.data.get("password", "")
        result = await self._officers.screen_sign_in.attempt(citizen.draft.number, password, context)
        if isinstance(result, SecondStepNeeded):
            await self._officers.counter.pass_password(citizen.name, citizen.draft, result.draft, browser)
            return self._desk.context.see_other(citizen.address(FACTOR, s=result.draft))
        if result is SignInRefusal.NETWORK_BUSY:
            return self._password_page(request, citizen, _BUSY, 429)
        return self._password_page(request, citizen, Message("counter_wrong_password"), 401)

    async def show_factor(self, request: Request) -> Response:
        asked, citizen = await self._asked(request)
        return await self._page.show(request, asked, citizen.at.browser)

    async def submit_factor(self, request: Request) -> Response:
        """The citizen's second factor."""
        asked, citizen = await self._asked(request)
        form, browser = await self._desk.context.accept_form(request, citizen.at.about)
        if form.get("action") == "cancel":
            return self._desk.context.see_other(citizen.at.address(START))
        return await self._page.submit(request, asked, form, browser)

    async def _asked(self, request: Request) -> tuple[Asked, WithCitizen]:
        citizen = await self._desk.with_citizen(request)
        at, name = citizen.at, query_form(request).get("s") or ""
        # A password that was typed for one request completes no other.
        known = name if name == citizen.draft.second_step else ""
        challenge = await self._officers.screen_steps.load(known, at.browser)
        if challenge is None or challenge.draft.account_id != citizen.draft.account_id:
            raise LeaveEarly(self._desk.context.see_other(citizen.address(CITIZEN)))
        # Their other devices are asked on a page of its own, which says what for.
        here = replace(challenge, ways=tuple(way for way in challenge.ways if way is not AuthenticationMethod.APPROVAL))

        async def finish(shown: Shown) -> Response | Refused:
            return await self._finish(request, citizen, here, shown)

        asked = Asked(
            challenge=here,
            purpose="counter",
            address=citizen.address(FACTOR, s=name),
            about=at.about,
            finish=finish,
            client_name=at.asked.client.name(self._desk.context.locale(request, at.asked.ui_locales)),
            ui_locales=at.asked.ui_locales,
            targets=self._desk.flow.targets(at.asked),
        )
        return asked, citizen

    async def _finish(
        self, request: Request, citizen: WithCitizen, challenge: FactorChallenge, shown: Shown
    ) -> Response:
        pending = challenge.draft.sign_in
        earlier = frozenset(pending.factors) if pending else frozenset[str]()
        done = await self._desk.conclude(request, citizen, from_screen(challenge.claimant.account, earlier, shown))
        await self._officers.screen_steps.drafts.drop(challenge.name)
        return self._desk.start_again(citizen.at, done) if isinstance(done, CounterRefusal) else done

    def _password_page(
        self, request: Request, citizen: WithCitizen, error: Message | None = None, status: int = 200
    ) -> Response:
        desk, at = self._desk.context, citizen.at
        locale = desk.locale(request, at.asked.ui_locales)
        page = CounterCitizenPage(
            other_language_url=desk.other_language_url(request, locale),
            action=citizen.address(CITIZEN),
            hidden=desk.hidden(at.browser, at.about),
            officer_name=at.officer_name,
            agency=at.officer.agency,
            post=at.officer.post,
            client_name=at.asked.client.name(locale),
            masked_number=masked_number(citizen.draft.number),
            claims=released_claims(at.asked.scope),
            error=error,
        )
        return desk.respond(request, page, locale, status, targets=self._desk.flow.targets(at.asked))
