"""The limits at which sign-in metrics raise an alert: between a floor and a ceiling, so that nobody silences one."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from clients.document import Document
from idp.settings.bounds import Bound, read_bounded, standard_of


class AlertLimit(StrEnum):
    """What an hour is held against (`metrics/thresholds.py`)."""

    # Of a hundred that ended, so many are completed.
    COMPLETED_PERCENT = "completed_percent"
    ENDED_AT_LEAST = "ended_at_least"
    # The time that 95 of 100 do not exceed.
    P95_SECONDS = "p95_seconds"
    TIMED_AT_LEAST = "timed_at_least"
    # Failures of one step and cause, of those in the hour before.
    FAILURES_PERCENT = "failures_percent"
    FAILURES_AT_LEAST = "failures_at_least"


def _least(default: int, floor: int, ceiling: int) -> Bound:
    return Bound(
        default, floor, ceiling, "chance alone would raise an alert", "an outage at a small portal would raise none"
    )


_FAILING = ("an ordinary busy hour would raise an alert", "an outage would raise none")
BOUNDS: Mapping[AlertLimit, Bound] = MappingProxyType(
    {
        AlertLimit.COMPLETED_PERCENT: Bound(
            70, 40, 95, "most people could give up and nobody would look", "people who change their mind raise an alert"
        ),
        AlertLimit.ENDED_AT_LEAST: _least(50, 20, 200),
        AlertLimit.P95_SECONDS: Bound(
            180, 30, 600, "whoever waits for a code would raise an alert", "people give up before an alert is raised"
        ),
        AlertLimit.TIMED_AT_LEAST: _least(50, 20, 200),
        AlertLimit.FAILURES_PERCENT: Bound(300, 150, 1000, *_FAILING),
        AlertLimit.FAILURES_AT_LEAST: _least(30, 10, 200),
    }
)
AlertLimits = Mapping[AlertLimit, int]
STANDARD_ALERT_LIMITS: Document = standard_of(BOUNDS)


def read_alert_limits(document: Document) -> AlertLimits:
    """Return the limits of a document. Raises `InvalidSettingError` with every problem."""
    return read_bounded(document, BOUNDS)
