"""Whose numbers an administrator is shown, and of which hours."""

from datetime import datetime, timedelta, timezone

import pytest

from clients.model import ClientId
from clients.registry import ClientRegistry
from idp.admin.actor import Actor
from idp.admin.errors import InvalidInputError, NotFoundError, NotPermittedError
from idp.admin.metrics.days import DaySpan
from idp.admin.metrics.service import HOUR, LONGEST, SignInMetrics, Span
from idp.metrics.model import CountKey, Measure
from idp.metrics.thresholds import Alert, AlertKind, Thresholds
from idp.metrics.times import BOUNDS
from idp.officers.roles import NATIONAL, Role
from records.structs import replace
from tests.support.builders.protocol import NOW
from tests.support.plain.metrics import PlainMetrics
from tests.unit.admin.test_client_directory import AGENCIES, Tree, actor, directory

THEN = NOW.replace(minute=0, second=0, microsecond=0)
EAST, WEST = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))
DAY = Span(THEN - timedelta(days=1), THEN)


async def metrics() -> SignInMetrics:
    """Return numbers of each client, as many starts as its place, and one that belongs to none."""
    clients = await directory()
    await clients.registry.refresh(clients.store)
    reader = PlainMetrics()
    for place, client_id in enumerate([*AGENCIES, ""], 1):
        reader.stored[CountKey(THEN - 5 * HOUR, Measure.START, ClientId(client_id))] = place
    return SignInMetrics(clients.registry, Tree(), reader)


@pytest.mark.parametrize(
    ("held", "seen", "together"),
    [
        ([(Role.NATIONAL_OPERATOR, NATIONAL)], "abcde", 21),
        ([(Role.AGENCY_ADMINISTRATOR, "H55")], "abe", 8),
        ([(Role.SUPPORT, "H29"), (Role.AUDITOR, "H55.1")], "bce", 10),
        ([(Role.AUDITOR, "H99")], "", 0),
    ],
)
async def test_an_agency_sees_the_numbers_of_its_own_clients(
    held: list[tuple[Role, str]], seen: str, together: int
) -> None:
    numbers, who = await metrics(), actor(*held)
    rows = await numbers.by_client(who, DAY, ClientId(""), 10, NOW)
    assert {row.client.client_id: row.summary.starts for row in rows} == {
        client: place for place, client in enumerate(AGENCIES, 1) if client in seen
    }
    hours = await numbers.by_hour(who, DAY, ClientId(""), NOW)
    assert sum(hour.summary.starts for hour in hours) == together
    for client_id in AGENCIES:
        if client_id in seen:
            assert sum(hour.summary.starts for hour in await numbers.by_hour(who, DAY, ClientId(client_id), NOW)) > 0
        else:
            with pytest.raises(NotFoundError):
                await numbers.by_hour(who, DAY, ClientId(client_id), NOW)


async def test_answers_are_told_of_a_portal_with_many_and_never_of_an_agencys_together() -> None:
    numbers, hers = await metrics(), actor((Role.AGENCY_ADMINISTRATOR, "H55"))
    reader = numbers.reader
    assert isinstance(reader, PlainMetrics)
    for client_id, amount in (("a", 12), ("b", 3), ("c", 40)):
        reader.stored[CountKey(THEN - 9 * HOUR, Measure.RATING, ClientId(client_id), slot=4)] = amount
    rows = await numbers.by_client(hers, DAY, ClientId(""), 10, NOW)
    assert {row.client.client_id: row.summary.answers for row in rows} == {"a": 12, "b": 0, "e": 0}

    async def together(who: Actor, client_id: ClientId) -> int:
        return sum(hour.summary.answers for hour in await numbers.by_hour(who, DAY, client_id, NOW))

    assert [await together(hers, ClientId(client_id)) for client_id in ("a", "b", "")] == [12, 0, 0]
    assert await together(actor((Role.NATIONAL_OPERATOR, NATIONAL)), ClientId("")) == 55


async def test_hours_are_held_against_the_limits_that_stand_now() -> None:
    numbers, limits = await metrics(), [Thresholds(), Thresholds(completion_rate=0.95)]
    reader = numbers.reader
    assert isinstance(reader, PlainMetrics)
    for measure, amount in ((Measure.START, 60), (Measure.COMPLETION, 54), (Measure.REFUSAL, 6)):
        reader.stored[CountKey(THEN - 3 * HOUR, measure, ClientId("a"))] = amount
    followed = replace(numbers, thresholds=lambda: limits.pop(0))
    hours = await followed.by_hour(actor((Role.AGENCY_ADMINISTRATOR, "H55")), DAY, ClientId(""), NOW)
    assert followed.standing_alerts(hours, NOW) == []
    ((hour, alert),) = followed.standing_alerts(hours, NOW)
    assert (hour.at, alert) == (THEN - 3 * HOUR, Alert(AlertKind.FEW_COMPLETED, 0.9, 0.95))


async def test_days_are_told_of_the_same_clients_as_hours_with_their_times_added_up() -> None:
    numbers, hers = await metrics(), actor((Role.AGENCY_ADMINISTRATOR, "H55"))
    reader, span = numbers.reader, DaySpan.of(None, None, NOW)
    assert isinstance(reader, PlainMetrics)
    noon = span.begins_at + 12 * HOUR
    for back, slot, amount in ((0, 3, 90), (1, 3, 5), (2, 9, 5)):
        reader.stored[CountKey(noon - back * HOUR, Measure.COMPLETION, ClientId("a"), slot=slot)] = amount
    reader.stored[CountKey(noon, Measure.COMPLETION, ClientId("c"), slot=9)] = 1000
    reader.stored[CountKey(noon, Measure.START, ClientId("a"))] = 130
    days = await numbers.by_day(hers, span, ClientId(""), NOW)
    assert [one.day for one in days] == list(span.days)
    first = days[0].summary
    assert (first.completions, first.abandoned, first.open_now) == (100, 30, 0)
    # Five of a hundred took longer: the ninety-fifth did not.
    assert first.p95 is not None
    assert first.p95.upto == BOUNDS[2]
    assert [one.summary.completions for one in days[1:]] == [0] * 29
    with pytest.raises(NotFoundError):
        await numbers.by_day(hers, span, ClientId("c"), NOW)
    with pytest.raises(NotPermittedError):
        await numbers.by_day(actor(), span, ClientId(""), NOW)


async def test_answers_of_a_month_are_told_by_the_day() -> None:
    numbers, hers = await metrics(), actor((Role.AGENCY_ADMINISTRATOR, "H55"))
    reader, span = numbers.reader, DaySpan.of(None, None, NOW)
    assert isinstance(reader, PlainMetrics)
    for place, amount in enumerate((9, 12)):
        reader.stored[CountKey(span.begins_at + place * timedelta(days=1), Measure.RATING, ClientId("a"), slot=4)] = (
            amount
        )
    of_one = await numbers.by_day(hers, span, ClientId("a"), NOW)
    assert [one.summary.answers for one in of_one][:3] == [0, 12, 0]
    assert not any(one.summary.answers for one in await numbers.by_day(hers, span, ClientId(""), NOW))
    rows = await numbers.by_client(hers, Span(span.begins_at, span.ends_at), ClientId(""), 10, NOW)
    assert {row.client.client_id: row.summary.answers for row in rows}[ClientId("a")] == 12


async def test_pages_follow_each_other() -> None:
    numbers, who = await metrics(), actor((Role.NATIONAL_OPERATOR, NATIONAL))
    first = await numbers.by_client(who, DAY, ClientId(""), 2, NOW)
    rest = await numbers.by_client(who, DAY, first[-1].client.client_id, 10, NOW)
    assert "".join(row.client.client_id for row in (*first, *rest)) == "abcde"


async def test_whoever_has_no_role_sees_nothing() -> None:
    for asked in (
        (await metrics()).by_client(actor(), DAY, ClientId(""), 10, NOW),
        (await metrics()).by_hour(actor(), DAY, ClientId(""), NOW),
    ):
        with pytest.raises(NotPermittedError):
            await asked


async def test_every_hour_of_the_span_is_shown_also_without_numbers() -> None:
    empty = SignInMetrics(ClientRegistry(), Tree(), PlainMetrics())
    hours = await empty.by_hour(actor((Role.NATIONAL_OPERATOR, NATIONAL)), DAY, ClientId(""), NOW)
    assert [hour.at for hour in hours] == [DAY.first + place * HOUR for place in range(24)]


def test_a_span_is_of_whole_hours_and_the_last_day_unless_said() -> None:
    assert Span.of(None, None, NOW, LONGEST) == Span(THEN + HOUR - timedelta(days=1), THEN + HOUR)
    first, until = THEN + timedelta(minutes=5), THEN + timedelta(minutes=70)
    assert Span.of(first, until, NOW, LONGEST) == Span(THEN, THEN + 2 * HOUR)


@pytest.mark.parametrize(
    ("first", "until"),
    [(THEN, THEN), (THEN + HOUR, THEN), (THEN - LONGEST - HOUR, THEN), (datetime.min.replace(tzinfo=NOW.tzinfo), NOW)],
)
def test_no_hours_and_too_many_are_refused(first: datetime, until: datetime) -> None:
    with pytest.raises(InvalidInputError):
        Span.of(first, until, NOW, LONGEST)


@pytest.mark.parametrize("edge", [datetime(1, 1, 1, tzinfo=EAST), datetime(9999, 12, 31, 23, 59, tzinfo=WEST)])
def test_the_ends_of_time_are_refused_and_fail_nothing(edge: datetime) -> None:
    for first, until in ((None, edge), (edge, None), (edge, edge)):
        with pytest.raises(InvalidInputError):
            Span.of(first, until, NOW, LONGEST)


def test_hours_are_those_of_utc_whatever_zone_is_asked_in() -> None:
    half = timezone(timedelta(hours=5, minutes=30))
    assert Span.of(THEN.astimezone(half), (THEN + HOUR).astimezone(half), NOW, LONGEST) == Span(THEN, THEN + HOUR)
