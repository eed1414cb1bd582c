"""The limits of alerts that operators set are those that an hour is held against."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from idp.admin.metrics.alert_thresholds import thresholds_of
from idp.metrics.model import Cause, Place
from idp.metrics.summary import summarise
from idp.metrics.thresholds import DEFAULT, AlertKind, Thresholds, alerts
from idp.metrics.times import SLOTS
from idp.settings.alert_limits import BOUNDS, STANDARD_ALERT_LIMITS, AlertLimit, read_alert_limits
from records.structs import replace
from tests.support.builders.protocol import NOW

QUIET = summarise((), NOW)
OUTAGE = replace(
    QUIET,
    refusals=200,
    times={SLOTS: 200},
    failures={(Place.SIGN_IN, Cause.SERVER_ERROR): 200},
    messages_percent=100,
)


def test_until_somebody_sets_them_the_rules_hold_the_same_limits() -> None:
    assert thresholds_of(read_alert_limits(STANDARD_ALERT_LIMITS)) == DEFAULT


def test_each_number_becomes_the_limit_of_its_name() -> None:
    limits = dict(zip(AlertLimit, (90, 21, 60, 22, 250, 23), strict=True))
    assert thresholds_of(limits) == Thresholds(
        completion_rate=0.9,
        ended_at_least=21,
        p95=timedelta(minutes=1),
        timed_at_least=22,
        failures_times=2.5,
        failures_at_least=23,
    )


@given(st.fixed_dictionaries({limit: st.integers(one.floor, one.ceiling) for limit, one in BOUNDS.items()}))
def test_whatever_is_allowed_an_outage_raises_every_alert(limits: dict[AlertLimit, int]) -> None:
    assert {one.kind for one in alerts(OUTAGE, QUIET, thresholds_of(limits))} == set(AlertKind)
