"""When somebody should look at the numbers."""

from datetime import timedelta

import pytest

from clients.model import ClientId
from idp.metrics.counter import MetricsCounter
from idp.metrics.model import Cause, CountKey, Measure, Place
from idp.metrics.summary import Summary, summarise
from idp.metrics.thresholds import Alert, AlertKind, Thresholds, alerts
from idp.metrics.times import slot_of
from idp.worker.alerts import standing_alerts
from records.structs import replace
from tests.support.builders.protocol import NOW
from tests.support.plain.metrics import PlainMetrics
from tests.support.rigs.api import StandingClock

QUIET = summarise((), NOW)
WRONG = (Place.SIGN_IN, Cause.WRONG_CREDENTIALS)


def ended(completions: int, refusals: int) -> Summary:
    return replace(QUIET, completions=completions, refusals=refusals)


def failing(**amounts: int) -> Summary:
    return replace(QUIET, failures={WRONG: amounts.get("wrong", 0), (Place.UPSTREAM, Cause.UNREACHABLE): 1})


@pytest.mark.parametrize(
    ("hour", "kinds"),
    [
        (QUIET, []),
        (ended(70, 30), []),
        (ended(69, 31), [AlertKind.FEW_COMPLETED]),
        (ended(0, 49), []),
        (replace(QUIET, times={slot_of(timedelta(minutes=4)): 50}), [AlertKind.SLOW]),
        (replace(QUIET, messages_percent=80), [AlertKind.MANY_MESSAGES]),
        (replace(QUIET, messages_percent=79), []),
        (replace(QUIET, times={slot_of(timedelta(minutes=4)): 49}), []),
        (replace(QUIET, times={slot_of(timedelta(seconds=170)): 50}), []),
        (replace(QUIET, times={slot_of(timedelta(minutes=4)): 2, slot_of(timedelta(seconds=5)): 98}), []),
    ],
)
def test_a_limit_is_passed_or_not(hour: Summary, kinds: list[AlertKind]) -> None:
    assert [alert.kind for alert in alerts(hour, QUIET)] == kinds


@pytest.mark.parametrize(
    ("now", "before", "found"), [(29, 0, False), (30, 0, True), (90, 30, False), (91, 30, True), (500, 400, False)]
)
def test_failures_are_held_against_the_hour_before(now: int, before: int, *, found: bool) -> None:
    reported = alerts(failing(wrong=now), failing(wrong=before))
    assert bool(reported) is found
    assert all((one.step, one.cause) == WRONG for one in reported)


def test_limits_are_data() -> None:
    strict = Thresholds(completion_rate=1.0, ended_at_least=1)
    assert alerts(ended(9, 1), QUIET, strict) == (Alert(AlertKind.FEW_COMPLETED, 0.9, 1.0),)


async def test_messages_near_the_ceiling_of_the_service_are_an_alert_from_what_processes_counted() -> None:
    hour, stored = NOW.replace(minute=0, second=0, microsecond=0), PlainMetrics()
    counter = MetricsCounter(StandingClock(NOW))
    counter.at_ceiling(80)
    counter.at_ceiling(100)
    stored.stored.update(dict(counter.take()))
    assert await standing_alerts(stored, NOW) == [(hour, Alert(AlertKind.MANY_MESSAGES, 100, 80))]


async def test_the_running_hour_and_the_last_settled_one_are_looked_at() -> None:
    hour, stored = NOW.replace(minute=0, second=0, microsecond=0), PlainMetrics()
    failure = CountKey(hour, Measure.FAILURE, ClientId("portal"), step=Place.SIGN_IN, cause=Cause.WRONG_CREDENTIALS)
    stored.stored[failure] = 40
    # Nobody finished three hours ago; what began an hour ago may still be open.
    for back in (1, 3):
        stored.stored[CountKey(hour - timedelta(hours=back), Measure.START, ClientId("portal"), step=Place.SIGN_IN)] = (
            60
        )
    found = await standing_alerts(stored, NOW)
    assert [(at, alert.kind) for at, alert in found] == [
        (hour - timedelta(hours=3), AlertKind.FEW_COMPLETED),
        (hour, AlertKind.MORE_FAILURES),
    ]
    patient = Thresholds(failures_at_least=41, ended_at_least=61)
    assert await standing_alerts(stored, NOW, patient) == []
