"""The rights to act for others that one gave, holds or is offered: seen, accepted, ended, confirmed."""

from collections.abc import Sequence
from datetime import datetime
from typing import get_args
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from idp.delegation.mandates.names import NamedMandate
from idp.delegation.model import SILENCE, Power
from idp.delegation.people import sees_all
from idp.kernel.ids import MandateId
from idp.kernel.locales import Locale
from idp.sessions.model import SessionView
from idp.web.account.shell import AccountShell, Frame
from idp.web.delegation.acting_names import mandate_end
from idp.web.delegation.dependencies import DelegationDependencies
from idp.web.delegation.pages import MandateEntry, MandatesDone, MandatesPage, MandateState
from idp.web.http.local_time import local_time
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of, query_form
from records.structs import replace

PATH = "/account/mandates"
PEOPLE_PATH = "/account/mandates/people"
_DONE: dict[str, MandatesDone] = {word: word for word in get_args(MandatesDone)}


class MandatesHandlers:
    def __init__(self, dependencies: DelegationDependencies, context: PageContext) -> None:
        self._mandates = dependencies.mandates
        self._clock = dependencies.web.clock
        self._context = context
        self._shell = AccountShell(dependencies.web, context)

    async def show(self, request: Request) -> Response:
        frame = await self._shell.visit(request, "mandates")
        return self._shell.respond(request, await self._page(request, frame), frame)

    async def submit(self, request: Request) -> Response:
        """Ending needs no more than being signed in, everything else two factors."""
        view, action = await self._shell.form(request)
        verb, _, target = action.partition(":")
        if verb in {"accept", "confirm"}:
            await self._shell.guard.strong_visitor(request, "mandates")
        done = await self._do(request, view, verb, target)
        return self._context.see_other(f"{PATH}?{urlencode({'done': done})}")

    async def _do(self, request: Request, view: SessionView, verb: str, target: str) -> MandatesDone:
        origin = origin_of(request)
        match verb:
            case "accept":
                return "accepted" if await self._mandates.accept(view, MandateId(target), origin) else "gone"
            case "confirm":
                return "confirmed" if await self._mandates.confirm(view, MandateId(target), origin) else "gone"
            case "end":
                return "ended" if await self._mandates.end(view, MandateId(target), origin) else "gone"
            case _:
                return "gone"

    async def _page(self, request: Request, frame: Frame) -> MandatesPage:
        own, now, locale = await self._mandates.of(frame.view), self._clock.now(), frame.locale
        return MandatesPage(
            other_language_url=frame.other_language_url,
            action=PATH,
            hidden=self._shell.hidden(frame),
            shell=frame.shell,
            offered=entries(own.offered, now, locale),
            to_confirm=entries(own.to_confirm, now, locale),
            claimed=entries(own.claimed, now, locale),
            held=tuple(
                _with_people(one, named, now)
                for one, named in zip(entries(own.held, now, locale), own.held, strict=True)
            ),
            given=entries(own.given, now, locale),
            done=_DONE.get(query_form(request).get("done") or ""),
        )


def people_url(under: str, page: int = 1) -> str:
    """Return the address of a page of everybody who acts for the principal of a mandate; for oneself without one."""
    asked = {"under": under} if under else {}
    return f"{PEOPLE_PATH}?{urlencode({**asked, 'page': page})}"


def entries(found: Sequence[NamedMandate], now: datetime, locale: Locale) -> tuple[MandateEntry, ...]:
    """Return mandates as a page shows them; the one they were offered to stays half hidden."""
    return tuple(_entry(number, one, now, locale) for number, one in enumerate(found, 1))


def _with_people(entry: MandateEntry, named: NamedMandate, now: datetime) -> MandateEntry:
    return replace(entry, people_url=people_url(named.mandate.id)) if sees_all(named.mandate, now) else entry


def _entry(number: int, named: NamedMandate, now: datetime, locale: Locale) -> MandateEntry:
    mandate = named.mandate
    return MandateEntry(
        number=number,
        id=mandate.id,
        kind=mandate.kind,
        principal=named.principal_name,
        code=named.principal_code,
        actor=named.actor_name,
        actor_number=named.masked_actor_number,
        giver=named.giver_name,
        powers=tuple(power for power in Power if power in mandate.powers),
        state=_state(named, now),
        ends_at=mandate_end(mandate.ends_at, locale),
        ended_at=local_time(mandate.ended_at, locale) if mandate.ended_at else "",
        later=tuple(power for power in Power if power in mandate.later_powers - mandate.powers),
        later_at=local_time(mandate.later_at, locale) if mandate.later_at and mandate.ended_at is None else "",
    )


def _state(named: NamedMandate, now: datetime) -> MandateState:
    mandate = named.mandate
    if mandate.ended_at is not None or mandate.ends_at <= now:
        return "ended"
    if mandate.suspended_at is not None:
        return "rests" if mandate.suspended_why == SILENCE else "suspended"
    if mandate.lowered_from:
        return "lowered"
    return "offered" if mandate.accepted_at is None else "stands"
