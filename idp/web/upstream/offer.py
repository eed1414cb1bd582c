"""Which upstream providers a sign-in page offers, and in which order."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct, field
from starlette.requests import Request

from idp.kernel.clock import Clock
from idp.kernel.locales import Locale
from idp.outbound.health import ServiceState
from idp.upstream.errors import Why
from idp.upstream.service import Federation
from idp.web.http.page_context import PageContext
from idp.web.http.requests import query_form
from idp.web.sign_in.flow import Visit
from idp.web.upstream.pages import UpstreamChoice, UpstreamPart

START_PATH = "/sign-in/upstream"
# Everybody looks at this page: one look at the services' health serves them all for a moment.
_REMEMBERED = timedelta(seconds=2)
_AWAY = frozenset({ServiceState.OPEN, ServiceState.HALF_OPEN})


class UpstreamOffer(Struct):
    """Knows the providers of this process and whether they answer."""

    federation: Federation
    clock: Clock
    context: PageContext
    _looked_at: datetime | None = None
    _working: Mapping[str, bool] = field(default_factory=dict)

    async def part(self, request: Request, visit: Visit, browser: str, locale: Locale) -> UpstreamPart | None:
        """Return the part of the sign-in page; None where no provider is offered.

        The one used last in this browser comes first. That is all that is remembered, and it names nobody.
        """
        services = self.federation.offered
        if not services:
            return None
        working, last = await self._look(), self.context.cookies.upstream(request)
        choices = [
            UpstreamChoice(
                id=service.provider.id,
                name=service.provider.name[locale],
                used_last=service.provider.id == last,
                working=working.get(service.provider.id, True),
            )
            for service in services
        ]
        choices.sort(key=lambda choice: not choice.used_last)
        return UpstreamPart(
            action=visit.address(START_PATH),
            hidden=self.context.hidden(browser, visit.about),
            choices=tuple(choices),
            first=choices[0].used_last and choices[0].working,
            why=_why(request),
        )

    def targets(self) -> tuple[str, ...]:
        """Return where the button may lead: the providers' own origins."""
        return tuple(origin for service in self.federation.services.values() for origin in service.provider.origins)

    async def _look(self) -> Mapping[str, bool]:
        now = self.clock.now()
        if self._looked_at is None or not timedelta(0) <= now - self._looked_at < _REMEMBERED:
            self._looked_at = now
            services = self.federation.services
            self._working = {name: (await service.health()).state not in _AWAY for name, service in services.items()}
        return self._working


def _why(request: Request) -> Why | None:
    word = query_form(request).get("upstream") or ""
    return Why(word) if word in set(Why) else None
