"""GET /quality, /quality/hours and /quality/days: how signing in goes, in numbers that are of nobody."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from clients.model import ClientId
from idp.admin.metrics.days import DaySpan
from idp.admin.metrics.service import LONGEST, LONGEST_BY_HOUR, Span
from idp.admin.permissions import Permission
from idp.metrics.summary import Summary
from idp.metrics.times import Between
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.admin_api.operation import Call, Nothing, Operation, Reply, operation
from idp.web.admin_api.paging import Cursor, Limit, cursor_of, position_of
from idp.web.admin_api.problems import Code

Instant = Annotated[datetime, msgspec.Meta(tz=True, description="Its hour counts; without it, the last day.")]


class QualityQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of which hours, and which page of clients."""

    since: Instant | None = None
    until: Instant | None = None
    limit: Limit = 50
    after: Cursor = ""


class HoursQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of which hours, and of which client; without one, of all of one's own together."""

    since: Instant | None = None
    until: Instant | None = None
    client_id: Annotated[ClientId, msgspec.Meta(max_length=200)] = ClientId("")


class DaysQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of which days in Vietnam, and of which client; without one, of all of one's own together."""

    first: Annotated[date | None, msgspec.Meta(description="Without it, thirty days.")] = None
    last: Annotated[date | None, msgspec.Meta(description="Without it, the last that is over for three hours.")] = None
    client_id: Annotated[ClientId, msgspec.Meta(max_length=200)] = ClientId("")


class Seconds(msgspec.Struct, frozen=True):
    """Between which seconds a time lies; `upto` is null where there is no bound."""

    over: float
    upto: float | None


class StepFailures(msgspec.Struct, frozen=True):
    """How often something did not do at a step, for a cause."""

    step: str
    cause: str
    count: int


class SignInStep(msgspec.Struct, frozen=True):
    """Of hours in which nothing is open: how many came to a step, did it, said no or came back undone, and left."""

    step: str
    came: int
    passed: int
    failed: int
    left: int
    tries: int


class Numbers(msgspec.Struct, frozen=True):
    """Starts are completions, refusals, abandoned and open ones; `silent` codes needed nobody.

    `ratings` are answers from 1 to 5 and `satisfaction` their mean: at a client, of days with at least ten answers.
    """

    starts: int
    completions: int
    refusals: int
    abandoned: int
    open: int
    silent: int
    completion_rate: float | None
    seconds_p50: Seconds | None
    seconds_p95: Seconds | None
    methods: dict[str, int]
    reached: dict[str, int]
    steps: list[SignInStep]
    failures: list[StepFailures]
    refused_for: dict[str, int]
    help: dict[str, int]
    ratings: dict[str, int]
    satisfaction: float | None


class ClientNumbers(msgspec.Struct, frozen=True):
    """The numbers of one client."""

    client_id: ClientId
    client_name: str
    service_class: str
    numbers: Numbers


class QualityPage(msgspec.Struct, frozen=True):
    """A page of clients in the order of their ids; `next` is the cursor to the following one, null at the end."""

    since: datetime
    until: datetime
    items: list[ClientNumbers]
    next: str | None


class HourNumbers(msgspec.Struct, frozen=True):
    """The numbers of the hour that begins at `at`."""

    at: datetime
    numbers: Numbers


class QualityHours(msgspec.Struct, frozen=True):
    """Every hour of a span, also those without numbers."""

    items: list[HourNumbers]


class DayNumbers(msgspec.Struct, frozen=True):
    """The numbers of a day in Vietnam, of which every end is known."""

    day: date
    numbers: Numbers


class QualityDays(msgspec.Struct, frozen=True):
    """Every day of a span, also those without numbers."""

    items: list[DayNumbers]


async def list_quality(parts: AdminApiDependencies, call: Call[QualityQuery, Nothing]) -> Reply:
    """Return a page of clients with their numbers."""
    query, limit = call.query, call.query.limit
    span, position = Span.of(query.since, query.until, call.now, LONGEST), position_of(query.after)
    after = ClientId(position[0]) if position else ClientId("")
    found = await parts.metrics.by_client(call.actor, span, after, limit + 1, call.now)
    items = [
        ClientNumbers(one.client.client_id, one.client.name("vi"), one.client.service_class, numbers_of(one.summary))
        for one in found[:limit]
    ]
    following = cursor_of(items[-1].client_id) if len(found) > limit else None
    return Reply(QualityPage(span.first, span.until, items, following))


async def list_quality_hours(parts: AdminApiDependencies, call: Call[HoursQuery, Nothing]) -> Reply:
    """Return the hours of a span."""
    span = Span.of(call.query.since, call.query.until, call.now, LONGEST_BY_HOUR)
    hours = await parts.metrics.by_hour(call.actor, span, call.query.client_id, call.now)
    return Reply(QualityHours([HourNumbers(hour.at, numbers_of(hour.summary)) for hour in hours]))


async def list_quality_days(parts: AdminApiDependencies, call: Call[DaysQuery, Nothing]) -> Reply:
    """Return the days of a span."""
    span = DaySpan.of(call.query.first, call.query.last, call.now)
    days = await parts.metrics.by_day(call.actor, span, call.query.client_id, call.now)
    return Reply(QualityDays([DayNumbers(one.day, numbers_of(one.summary)) for one in days]))


def numbers_of(summary: Summary) -> Numbers:
    """Return a summary as programs read it."""
    return Numbers(
        starts=summary.starts,
        completions=summary.completions,
        refusals=summary.refusals,
        abandoned=summary.abandoned,
        open=summary.open_now,
        silent=summary.silent,
        completion_rate=summary.completion_rate,
        seconds_p50=_seconds(summary.p50),
        seconds_p95=_seconds(summary.p95),
        methods={str(method): amount for method, amount in summary.methods.items()},
        reached={str(step): amount for step, amount in summary.reached.items()},
        steps=[
            SignInStep(step, one.came, one.passed, one.failed, one.left, one.tries)
            for step, one in summary.steps.items()
        ],
        failures=[StepFailures(step, cause, amount) for (step, cause), amount in sorted(summary.failures.items())],
        refused_for={str(cause): amount for cause, amount in summary.refused_for.items()},
        help={str(step): amount for step, amount in summary.helped.items()},
        ratings={str(score): amount for score, amount in sorted(summary.ratings.items())},
        satisfaction=summary.satisfaction,
    )


def _seconds(between: Between | None) -> Seconds | None:
    if between is None:
        return None
    return Seconds(between.over.total_seconds(), between.upto.total_seconds() if between.upto else None)


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "GET",
        "/quality",
        "list_quality",
        list_quality,
        summary="How signing in goes at the clients of one's own agencies.",
        permission=Permission.METRICS_READ,
        scope="admin:read",
        query=QualityQuery,
        body=Nothing,
        answer=QualityPage,
        codes=(Code.INVALID_INPUT,),
    ),
    operation(
        "GET",
        "/quality/hours",
        "list_quality_hours",
        list_quality_hours,
        summary="How signing in goes hour by hour, at one client or at all of one's own together.",
        permission=Permission.METRICS_READ,
        scope="admin:read",
        query=HoursQuery,
        body=Nothing,
        answer=QualityHours,
        codes=(Code.INVALID_INPUT, Code.NOT_FOUND),
    ),
    operation(
        "GET",
        "/quality/days",
        "list_quality_days",
        list_quality_days,
        summary="How signing in went day by day, at one client or at all of one's own together.",
        permission=Permission.METRICS_READ,
        scope="admin:read",
        query=DaysQuery,
        body=Nothing,
        answer=QualityDays,
        codes=(Code.INVALID_INPUT, Code.NOT_FOUND),
    ),
)
