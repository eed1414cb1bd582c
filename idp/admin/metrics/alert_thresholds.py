"""Turns the operators' alert limits into thresholds of the metrics; the two packages do not know each other."""

from datetime import timedelta

from idp.metrics.thresholds import Thresholds
from idp.settings.alert_limits import AlertLimit, AlertLimits


def thresholds_of(limits: AlertLimits) -> Thresholds:
    """Return what an hour is held against."""
    return Thresholds(
        completion_rate=limits[AlertLimit.COMPLETED_PERCENT] / 100,
        ended_at_least=limits[AlertLimit.ENDED_AT_LEAST],
        p95=timedelta(seconds=limits[AlertLimit.P95_SECONDS]),
        timed_at_least=limits[AlertLimit.TIMED_AT_LEAST],
        failures_times=limits[AlertLimit.FAILURES_PERCENT] / 100,
        failures_at_least=limits[AlertLimit.FAILURES_AT_LEAST],
    )
