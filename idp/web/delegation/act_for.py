"""The page on which a person says for whom they act: in the middle of a client's request, or whenever they like."""

from collections.abc import Iterable

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from clients.model import ClientId
from idp.delegation.model import ActingView, Power
from idp.delegation.principals import principal_of
from idp.kernel.ids import MandateId
from idp.kernel.locales import Locale
from idp.metrics.model import Place
from idp.protocol.authorize.checked_request import AuthorizationRequest
from idp.protocol.authorize.interaction import Step
from idp.protocol.extensions.acting_choice import must_act
from idp.sessions.model import SessionView
from idp.web.account.person import person_of
from idp.web.delegation.acting_names import mandate_end
from idp.web.delegation.acting_pages import ActForChoice, ActForPage
from idp.web.delegation.dependencies import ActForDependencies
from idp.web.delegation.paths import ACT_FOR
from idp.web.http.errors import WebError
from idp.web.http.leaving import LeaveEarly
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of
from idp.web.http.texts import Message
from idp.web.sign_in.flow import PAGES, Flow, Visit
from idp.web.sign_in.paths import SIGN_IN

_GONE = Message("mandate_gone")
_MANDATE = "mandate:"


class _Asked(Struct, frozen=True):
    """Whose session it is, and the request that the choice is for; without one, any mandate will do."""

    view: SessionView
    request: AuthorizationRequest | None


class ActForHandlers:
    def __init__(self, dependencies: ActForDependencies, context: PageContext, flow: Flow) -> None:
        self._dependencies = dependencies
        self._web = dependencies.web
        self._context = context
        self._flow = flow

    async def show(self, request: Request) -> Response:
        visit = await self._flow.visit(request)
        found = await self._asked(request, visit)
        return await self._page(request, visit, found)

    async def submit(self, request: Request) -> Response:
        """Only a pressed button is a choice; a link can never make one."""
        visit = await self._flow.visit(request)
        form, _ = await self._context.accept_form(request, visit.about)
        found = await self._asked(request, visit)
        pressed = form.get("action") or ""
        if pressed != "self" and not pressed.startswith(_MANDATE):
            return await self._flow.refuse(request, visit, Place.CHOOSE)
        mandate_id = MandateId(pressed.removeprefix(_MANDATE)) if pressed != "self" else None
        if not await self._dependencies.acting.choose(found.view, mandate_id, origin_of(request)):
            return await self._page(request, visit, found, _GONE, 409)
        return await self._flow.go_on(request, visit, self._context.cookies.session(request), Place.CHOOSE)

    async def _asked(self, request: Request, visit: Visit) -> _Asked:
        if visit.interaction is None:
            return await self._own_visit(request)
        asking = await self._flow.asking(request, visit)
        if asking.ask.step is not Step.CHOOSE or asking.session is None:
            raise LeaveEarly(self._context.see_other(visit.address(PAGES[asking.ask.step])))
        return _Asked(asking.session, asking.ask.request)

    async def _own_visit(self, request: Request) -> _Asked:
        cookie, now = self._context.cookies.session(request), self._web.clock.now()
        view = (
            await self._web.sessions.live(self._web.cookie_hash.digest(cookie), ClientId(""), now) if cookie else None
        )
        if view is None:
            raise LeaveEarly(self._context.see_other(SIGN_IN))
        return _Asked(view, None)

    async def _page(
        self, request: Request, visit: Visit, asked: _Asked, error: Message | None = None, status: int = 200
    ) -> Response:
        view, wanted, browser = asked.view, asked.request, self._context.cookies.browser(request)
        if browser is None:
            raise WebError(400, "request_expired", "no browser mark")
        locale = self._context.locale(request, wanted.ui_locales if wanted else view.account.locale)
        held = await self._dependencies.acting.of(view)
        fitting = [one for one in held if wanted is None or self._dependencies.authorize.fits(wanted, one)]
        page = ActForPage(
            other_language_url=self._context.other_language_url(request, locale),
            action=visit.address(ACT_FOR),
            hidden=self._context.hidden(browser, visit.about),
            client_name=wanted.client.name(locale) if wanted else None,
            display_name=str(person_of(view, self._web).get("name", "")),
            self_allowed=wanted is None or not must_act(wanted),
            self_current=view.acting is None and view.session.acting_chosen_at is not None,
            choices=self._choices(fitting, view, locale),
            others=self._choices((one for one in held if one not in fitting), view, locale),
            needed_powers=_needed(wanted),
            error=error,
        )
        return self._context.respond(request, page, locale, status, targets=self._flow.targets(wanted))

    def _choices(self, held: Iterable[ActingView], view: SessionView, locale: Locale) -> tuple[ActForChoice, ...]:
        return tuple(self._choice(number, one, view, locale) for number, one in enumerate(held, 1))

    def _choice(self, number: int, mandate: ActingView, view: SessionView, locale: Locale) -> ActForChoice:
        principal = principal_of(self._web.sealer, mandate)
        return ActForChoice(
            number=number,
            value=f"{_MANDATE}{mandate.mandate_id}",
            name=principal.name,
            code=principal.code,
            kind=mandate.kind,
            powers=tuple(power for power in Power if power in mandate.powers),
            ends_at=mandate_end(mandate.ends_at, locale),
            current=view.acting is not None and view.acting.mandate_id == mandate.mandate_id,
        )


def _needed(wanted: AuthorizationRequest | None) -> tuple[Power, ...]:
    """Return the powers of which the request needs one."""
    if wanted is None:
        return ()
    if wanted.acting_power is not None:
        return (wanted.acting_power,)
    return tuple(Power(name) for name in wanted.client.acting_powers)
