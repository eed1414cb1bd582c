"""The first sign-in through a provider: link it to the account one has, or open a new one."""

from collections.abc import Mapping
from urllib.parse import urlencode

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from idp.metrics.model import Place
from idp.proofing.values.errors import DeclaredValueError
from idp.proofing.values.personal_numbers import masked_number
from idp.proofing.values.phones import PhoneNumber
from idp.registration.service import RegistrationRefusal
from idp.sign_in.password import SecondStepNeeded, SignedIn, SignInContext, SignInRefusal
from idp.sign_in.throttling import NETWORK_WINDOW
from idp.upstream.arrivals import UpstreamArrival
from idp.upstream.errors import Why
from idp.web.http.declared_messages import message_of
from idp.web.http.leaving import LeaveEarly
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of, query_form
from idp.web.http.texts import Message
from idp.web.recovery.paths import RECOVER
from idp.web.registration.paths import REGISTER_CODE
from idp.web.sign_in.flow import Flow, Visit
from idp.web.sign_in.paths import SIGN_IN
from idp.web.sign_in.second_step import second_step_address
from idp.web.upstream.dependencies import UpstreamDependencies
from idp.web.upstream.pages import UpstreamFirstPage
from idp.web.upstream.sign_in import FIRST_PATH, UpstreamHandlers, sign_in_with

_LATER = {"retry_after": NETWORK_WINDOW}
_MESSAGES: Mapping[SignInRefusal, Message] = {
    SignInRefusal.WRONG: Message("wrong_password"),
    SignInRefusal.NETWORK_BUSY: Message("too_many_tries", _LATER),
}


class _First(Struct, frozen=True):
    """A first sign-in in the middle: its draft, the browser, and the visit it belongs to."""

    name: str
    arrival: UpstreamArrival
    browser: str
    visit: Visit
    # Where the form may lead in the end: the client's address.
    targets: tuple[str, ...]

    @property
    def about(self) -> str:
        return f"upstream-first:{self.name}"


class UpstreamFirstHandlers:
    def __init__(self, dependencies: UpstreamDependencies, context: PageContext, flow: Flow) -> None:
        self._dependencies = dependencies
        self._first_time = dependencies.first_time
        self._context = context
        self._flow = flow
        self._upstream = UpstreamHandlers(dependencies, context, flow)

    async def show(self, request: Request) -> Response:
        first = await self._load(request)
        return self._page(request, first)

    async def submit(self, request: Request) -> Response:
        """Link, open, or cancel."""
        first = await self._load(request)
        form, _ = await self._context.accept_form(request, first.about)
        match form.get("action"):
            case "link":
                return await self._link(request, first, form.data.get("password", ""))
            case "open":
                return await self._open(request, first, form.data.get("phone", "")[:400])
            case _:
                return self._context.see_other(first.visit.address(SIGN_IN))

    async def _load(self, request: Request) -> _First:
        visit = await self._flow.visit(request)
        name, browser = query_form(request).get("u") or "", self._context.cookies.browser(request)
        arrival = await self._first_time.load(name, browser) if browser else None
        if arrival is None or browser is None:
            raise LeaveEarly(self._context.see_other(sign_in_with(visit, Why.EXPIRED)))
        asking = await self._flow.asking(request, visit) if visit.interaction else None
        targets = self._flow.targets(asking.ask.request if asking else None)
        return _First(name, arrival, browser, visit, targets)

    async def _link(self, request: Request, first: _First, password: str) -> Response:
        before, devices = await self._upstream.session(request), self._context.cookies.devices(request)
        context = SignInContext(before, first.browser, devices, origin_of(request))
        outcome = await self._first_time.link(first.name, first.arrival, password, context)
        match outcome:
            case SignInRefusal():
                status = 429 if outcome is SignInRefusal.NETWORK_BUSY else 401
                return self._page(request, first, error=_MESSAGES[outcome], status=status)
            case SecondStepNeeded():
                self._flow.entered(first.visit, Place.SECOND_STEP)
                return self._context.see_other(second_step_address(first.visit, outcome.draft))
            case SignedIn():
                provider = "" if first.arrival.shared_computer else first.arrival.provider
                return await self._upstream.welcome(request, first.visit, outcome, provider)

    async def _open(self, request: Request, first: _First, typed: str) -> Response:
        try:
            phone = PhoneNumber.parse_mobile(typed)
        except DeclaredValueError as error:
            return self._page(request, first, phone=typed, phone_error=message_of(error), status=422)
        locale, back = self._context.locale(request), first.visit.address(SIGN_IN)
        begun = await self._first_time.open(
            first.name, first.arrival, phone, back, first.browser, locale, origin_of(request)
        )
        if begun is None:
            return self._page(request, first)
        if isinstance(begun, RegistrationRefusal):
            too_many = Message("too_many_registrations", _LATER)
            return self._page(request, first, phone=typed, phone_error=too_many, status=429)
        return self._context.see_other(f"{REGISTER_CODE}?{urlencode({'r': begun})}")

    def _page(
        self,
        request: Request,
        first: _First,
        *,
        phone: str = "",
        error: Message | None = None,
        phone_error: Message | None = None,
        status: int = 200,
    ) -> Response:
        locale, identity = self._context.locale(request), first.arrival.identity
        provider = self._dependencies.federation.provider(first.arrival.provider)
        address = first.visit.address(FIRST_PATH)
        page = UpstreamFirstPage(
            other_language_url=self._context.other_language_url(request, locale),
            action=f"{address}{'&' if '?' in address else '?'}{urlencode({'u': first.name})}",
            hidden=self._context.hidden(first.browser, first.about),
            provider_name=provider.name[locale] if provider else "",
            display_name=identity.name if identity else "",
            masked_number=masked_number(identity.number) if identity else "",
            possible=self._first_time.possible(first.arrival),
            phone=phone,
            error=error,
            phone_error=phone_error,
            recover_url=RECOVER,
        )
        return self._context.respond(request, page, locale, status, targets=first.targets)
