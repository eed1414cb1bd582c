"""Use case: administrators look at how signing in goes at the clients of their agencies."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from msgspec import Struct

from clients.errors import Problem
from clients.local_days import day_begins, day_of
from clients.model import Client, ClientId
from clients.registry import ClientRegistry
from idp.admin.actor import Actor
from idp.admin.errors import InvalidInputError, NotFoundError, NotPermittedError
from idp.admin.metrics.days import DaySpan
from idp.admin.permissions import Permission, agencies_of, allows_somewhere
from idp.agencies.ports import AgencyLineages
from idp.metrics.model import Counted, Measure
from idp.metrics.ports import MetricsReader
from idp.metrics.summary import Summary, settled_until, summarise, with_answers_of_many
from idp.metrics.thresholds import DEFAULT, Alert, Thresholds, alerts
from idp.officers.roles import NATIONAL

# One read never takes more hours than this, nor more clients than a page.
LONGEST = timedelta(days=31)
# More days are told by the day.
LONGEST_BY_HOUR = timedelta(days=3)
HOUR = timedelta(hours=1)


class Span(Struct, frozen=True):
    """Whole hours, from the first to before `until`."""

    first: datetime
    until: datetime

    @classmethod
    def of(cls, first: datetime | None, until: datetime | None, now: datetime, longest: timedelta) -> "Span":
        """Return the hours that a question means: the last day where it says nothing. Raises `InvalidInputError`."""
        if any(edge is not None and not 2000 <= edge.year < 2200 for edge in (first, until)):
            raise InvalidInputError([Problem("since", "range", "nothing was counted in that year", "name another")])
        end = _hour(until) if until else _hour(now) + HOUR
        if until and end < until:
            end += HOUR
        begin = _hour(first) if first else end - timedelta(days=1)
        if not timedelta(0) < end - begin <= longest:
            remedy = f"ask for at most {longest // HOUR} hours, the earlier one first"
            raise InvalidInputError([Problem("until", "range", "these hours are none, or too many", remedy)])
        return cls(begin, end)


class ClientMetrics(Struct, frozen=True):
    """How it goes at one client."""

    client: Client
    summary: Summary


class Hour(Struct, frozen=True):
    """How it went in one hour, at all clients that were asked for together."""

    at: datetime
    summary: Summary


class Day(Struct, frozen=True):
    """How it went on one day in Vietnam, at all clients that were asked for together."""

    day: date
    summary: Summary


class SignInMetrics(Struct, frozen=True):
    """Shows the numbers of clients as far as the actor's roles reach. No number is of a person."""

    registry: ClientRegistry
    lineages: AgencyLineages
    reader: MetricsReader
    # What the operators have set; asked each time, as it costs nothing.
    thresholds: Callable[[], Thresholds] = lambda: DEFAULT

    async def by_client(
        self, actor: Actor, span: Span, after: ClientId, limit: int, now: datetime
    ) -> list[ClientMetrics]:
        """Return up to `limit` clients whose id follows `after`, with their numbers. One read of the numbers.

        Answers to "how was it?" only of days on which at least ten answered at that client.

        Raises `NotPermittedError`.
        """
        within = await self._within(actor, now)
        clients = self.registry.after(after, limit, lambda client: within is None or client.agency in within)
        names, settled = [client.client_id for client in clients], settled_until(now)
        found = _by(await self.reader.by_client(span.first, span.until, settled, names))
        reported = {client_id: with_answers_of_many(numbers) for client_id, numbers in found.items()}
        return [ClientMetrics(client, summarise(reported.get(client.client_id, ()), settled)) for client in clients]

    async def by_hour(self, actor: Actor, span: Span, client_id: ClientId, now: datetime) -> list[Hour]:
        """Return every hour of a span: of one client, or ("") of all the actor's together. One read of the numbers.

        What belongs to no client, such as help, is the country's. Answers to "how was it?" are the country's too,
        and a client's as in `by_client`: of few clients together, those of one could be told. Raises
        `NotPermittedError`, `NotFoundError` for a client that is not theirs.
        """
        within = await self._within(actor, now)
        found = await self.reader.by_hour(span.first, span.until, self._names(within, client_id))
        hours, settled = _by_time(_reported(found, within, client_id)), settled_until(now)
        every = (span.first + place * HOUR for place in range((span.until - span.first) // HOUR))
        return [Hour(at, summarise(hours.get(at, ()), settled)) for at in every]

    async def by_day(self, actor: Actor, span: DaySpan, client_id: ClientId, now: datetime) -> list[Day]:
        """Return every day of a span, as `by_hour` does its hours. One read of the numbers."""
        within = await self._within(actor, now)
        found = await self.reader.by_day(span.begins_at, span.ends_at, self._names(within, client_id))
        days = _by_time(_reported(found, within, client_id))
        return [Day(day, summarise(days.get(day_begins(day), ()), span.ends_at)) for day in span.days]

    def standing_alerts(self, hours: Sequence[Hour], now: datetime) -> list[tuple[Hour, Alert]]:
        """Return what is wrong with the last of some hours and the last of which every end is known."""
        settled, limits = settled_until(now), self.thresholds()
        looked = [place for place, hour in enumerate(hours) if place and (hour.at < settled or place == len(hours) - 1)]
        return [
            (hours[place], alert)
            for place in looked[-2:]
            for alert in alerts(hours[place].summary, hours[place - 1].summary, limits)
        ]

    def _names(self, within: frozenset[str] | None, client_id: ClientId) -> list[ClientId] | None:
        if client_id:
            client = self.registry.get(client_id)
            if client is None or (within is not None and client.agency not in within):
                raise NotFoundError("no such client among theirs")
            return [client_id]
        if within is None:
            return None
        theirs = self.registry.every(lambda client: client.agency in within)
        return [client.client_id for client in theirs]

    async def _within(self, actor: Actor, now: datetime) -> frozenset[str] | None:
        """Return the agencies that the actor may look at; None for all."""
        if not allows_somewhere(actor.grants, Permission.METRICS_READ):
            raise NotPermittedError(Permission.METRICS_READ)
        tops = agencies_of(actor.grants, Permission.METRICS_READ)
        if NATIONAL in tops:
            return None
        return frozenset([code for top in sorted(tops) for code in await self.lineages.subtree(top, day_of(now))])


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _reported(found: Sequence[Counted], within: frozenset[str] | None, client_id: ClientId) -> Sequence[Counted]:
    """Return the numbers of a client, or of all of one's own together, without answers that could be told of one."""
    if client_id:
        return with_answers_of_many(found)
    return found if within is None else [one for one in found if one.key.measure is not Measure.RATING]


def _by_time(found: Sequence[Counted]) -> Mapping[datetime, list[Counted]]:
    groups: dict[datetime, list[Counted]] = {}
    for one in found:
        groups.setdefault(one.key.hour_at, []).append(one)
    return groups


def _by(found: Sequence[Counted]) -> Mapping[str, list[Counted]]:
    groups: dict[str, list[Counted]] = {}
    for one in found:
        groups.setdefault(one.key.client_id, []).append(one)
    return groups
