"""When somebody should look: limits as data, judged by a pure function."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from idp.metrics.model import Cause, Place
from idp.metrics.summary import Summary


class AlertKind(StrEnum):
    """What is not as it should be."""

    FEW_COMPLETED = "few_completed"
    SLOW = "slow"
    MORE_FAILURES = "more_failures"
    MANY_MESSAGES = "many_messages"


class Thresholds(Struct, frozen=True, kw_only=True):
    """The limits. Below so many ended starts, timed sign-ins or failures nothing is said: chance alone would do it."""

    completion_rate: float = 0.7
    ended_at_least: int = 50
    p95: timedelta = timedelta(minutes=3)
    timed_at_least: int = 50
    # Failures of one step and cause, against the hour before.
    failures_times: float = 3.0
    failures_at_least: int = 30
    # Of a hundred text messages that the service may send in an hour. The ceiling itself is a national setting.
    messages_percent: int = 80


class Alert(Struct, frozen=True):
    """One limit that was passed: the number found and the limit, in the measure's own unit."""

    kind: AlertKind
    found: float
    limit: float
    step: Place = Place.NONE
    cause: Cause = Cause.NONE


DEFAULT = Thresholds()


def alerts(hour: Summary, before: Summary, limits: Thresholds = DEFAULT) -> tuple[Alert, ...]:
    """Return what is wrong with an hour, held against the hour before it."""
    found: list[Alert] = []
    rate = hour.completion_rate
    if rate is not None and hour.ended >= limits.ended_at_least and rate < limits.completion_rate:
        found.append(Alert(AlertKind.FEW_COMPLETED, rate, limits.completion_rate))
    timed = sum(amount for slot, amount in hour.times.items() if slot)
    p95 = hour.p95
    if p95 is not None and timed >= limits.timed_at_least and p95.over >= limits.p95:
        found.append(Alert(AlertKind.SLOW, p95.over.total_seconds(), limits.p95.total_seconds()))
    if hour.messages_percent >= limits.messages_percent:
        found.append(Alert(AlertKind.MANY_MESSAGES, hour.messages_percent, limits.messages_percent))
    return (*found, *_more_failures(hour.failures, before.failures, limits))


def _more_failures(
    now: Mapping[tuple[Place, Cause], int], before: Mapping[tuple[Place, Cause], int], limits: Thresholds
) -> list[Alert]:
    found = []
    for (step, cause), amount in sorted(now.items()):
        limit = limits.failures_times * before.get((step, cause), 0)
        if amount >= limits.failures_at_least and amount > limit:
            found.append(Alert(AlertKind.MORE_FAILURES, amount, max(limit, limits.failures_at_least), step, cause))
    return found
