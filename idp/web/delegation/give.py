"""Giving somebody the right to act for oneself or for one's organisation."""

from collections.abc import Mapping
from datetime import date, timedelta

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from clients.local_days import day_of
from idp.delegation.mandates.offers import Giving, OfferRefusal
from idp.delegation.mandates.policy import LONGEST_MANDATE
from idp.delegation.model import Power, PrincipalKind
from idp.kernel.ids import MandateId
from idp.proofing.values.errors import DeclaredValueError
from idp.proofing.values.names import check_declared_name
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.protocol.forms import Form
from idp.web.account.shell import ABOUT, AccountShell, Frame
from idp.web.delegation.dependencies import DelegationDependencies
from idp.web.delegation.mandates import PATH as LIST_PATH
from idp.web.delegation.pages import GivePage, Source
from idp.web.http.declared_messages import message_of
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of
from idp.web.http.texts import Message

PATH = "/account/mandates/give"
_LONGEST_TYPED = 320
_USUAL = timedelta(days=90)
# Which entry each refusal is about.
_REFUSALS: Mapping[OfferRefusal, tuple[str, Message]] = {
    OfferRefusal.NOT_PROVED: ("under", Message("give_not_proved")),
    OfferRefusal.TOO_OFTEN: ("number", Message("give_too_often")),
    OfferRefusal.ONESELF: ("number", Message("give_oneself")),
    OfferRefusal.NO_POWER: ("power-view", Message("give_no_power")),
    OfferRefusal.EXCEEDS: ("power-view", Message("give_exceeds")),
    OfferRefusal.TOO_LONG: ("until", Message("give_too_long")),
    OfferRefusal.TOO_EARLY: ("until", Message("give_too_early")),
    OfferRefusal.GONE: ("under", Message("mandate_gone")),
}


class _Typed(Struct, frozen=True):
    """The entries as they came."""

    under: str
    number: str
    name: str
    powers: frozenset[Power]
    until: str


class GiveHandlers:
    def __init__(self, dependencies: DelegationDependencies, context: PageContext) -> None:
        self._mandates = dependencies.mandates
        self._clock = dependencies.web.clock
        self._context = context
        self._shell = AccountShell(dependencies.web, context)

    async def show(self, request: Request) -> Response:
        frame = await self._shell.strong_visit(request, "mandates", "give")
        typed = _Typed("", "", "", frozenset({Power.VIEW, Power.FILE}), (self._today() + _USUAL).isoformat())
        return await self._respond(request, frame, typed, ())

    async def submit(self, request: Request) -> Response:
        form, _ = await self._context.accept_form(request, ABOUT)
        frame = await self._shell.strong_visit(request, "mandates", "give")
        typed = _typed(form)
        giving = _read(typed)
        if not isinstance(giving, Giving):
            return await self._respond(request, frame, typed, giving)
        offered = await self._mandates.offer(frame.view, giving, origin_of(request))
        if isinstance(offered, OfferRefusal):
            return await self._respond(request, frame, typed, (_REFUSALS[offered],))
        return self._context.see_other(f"{LIST_PATH}?done=offered")

    async def _respond(
        self, request: Request, frame: Frame, typed: _Typed, errors: tuple[tuple[str, Message], ...]
    ) -> Response:
        today = self._today()
        page = GivePage(
            other_language_url=frame.other_language_url,
            action=PATH,
            hidden=self._shell.hidden(frame),
            shell=frame.shell,
            sources=await self._sources(frame, typed.under),
            number=typed.number,
            name=typed.name,
            powers=typed.powers,
            until=typed.until,
            first_day=today.isoformat(),
            last_day=(today + LONGEST_MANDATE - timedelta(days=1)).isoformat(),
            errors=errors,
        )
        return self._shell.respond(request, page, frame, 422 if errors else 200)

    async def _sources(self, frame: Frame, chosen: str) -> tuple[Source, ...]:
        """Return oneself and what may be passed on; the organisations first, as that is what most come for."""
        now, found = self._clock.now(), (await self._mandates.of(frame.view)).held
        passed_on = [
            Source(
                value=one.mandate.id,
                name=one.principal_name,
                kind=one.mandate.kind,
                chosen=one.mandate.id == chosen,
            )
            for one in found
            if one.mandate.stands(now)
            and Power.DELEGATE in one.mandate.powers
            and one.mandate.principal_kind is PrincipalKind.ORGANISATION
        ]
        own = Source(value="", name=frame.shell.display_name, kind=None, chosen=not chosen)
        return (*passed_on, own)

    def _today(self) -> date:
        return day_of(self._clock.now())


def _typed(form: Form) -> _Typed:
    texts = {name: (form.get(name) or "")[:_LONGEST_TYPED] for name in ("under", "number", "name", "until")}
    powers = frozenset(power for power in Power if form.get(f"power-{power}") == "yes")
    return _Typed(texts["under"], texts["number"], texts["name"], powers, texts["until"])


def _read(typed: _Typed) -> Giving | tuple[tuple[str, Message], ...]:
    """Return what is to be given, or all that is wrong with the entries."""
    errors: list[tuple[str, Message]] = []
    number, name, until = None, "", None
    try:
        number = PersonalNumber.parse(typed.number)
    except DeclaredValueError as error:
        errors.append(("number", message_of(error)))
    try:
        name = check_declared_name(typed.name)
    except DeclaredValueError as error:
        errors.append(("name", message_of(error)))
    try:
        until = date.fromisoformat(typed.until)
    except ValueError:
        errors.append(("until", Message("give_until")))
    if number is None or until is None or errors:
        return tuple(errors)
    # Days that a calendar cannot count on from are no days that anybody means.
    if not date(2000, 1, 1) <= until <= date(2999, 12, 31):
        return (("until", Message("give_until")),)
    return Giving(MandateId(typed.under) if typed.under else None, number, name, typed.powers, until)
