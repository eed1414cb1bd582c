"""Limits of alerts: changed between a floor and a ceiling, and no alert is ever switched off."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.document import Document
from idp.settings.alert_limits import BOUNDS, STANDARD_ALERT_LIMITS, AlertLimit, read_alert_limits
from idp.settings.errors import InvalidSettingError
from idp.settings.live import LiveSettings

JUNK = st.sampled_from((None, True, 0.7, float("nan"), "70", [70], {"least": 1}))


def problems_of(document: Document) -> set[tuple[str, str]]:
    with pytest.raises(InvalidSettingError) as refused:
        read_alert_limits(document)
    return {(one.field, one.rule) for one in refused.value.problems}


def test_what_stands_by_default_is_within_its_own_bounds() -> None:
    read = read_alert_limits(STANDARD_ALERT_LIMITS)
    assert set(read) == set(BOUNDS) == set(AlertLimit)
    for limit, bound in BOUNDS.items():
        assert 0 < bound.floor <= read[limit] == bound.default <= bound.ceiling


@pytest.mark.parametrize("limit", AlertLimit)
def test_nobody_switches_an_alert_off_nor_makes_it_noise(limit: AlertLimit) -> None:
    bound = BOUNDS[limit]
    for number, rule in ((bound.floor - 1, "floor"), (0, "floor"), (-1, "floor"), (bound.ceiling + 1, "ceiling")):
        assert problems_of({**STANDARD_ALERT_LIMITS, limit: number}) == {(limit, rule)}
    for number in (bound.floor, bound.ceiling):
        assert read_alert_limits({**STANDARD_ALERT_LIMITS, limit: number})[limit] == number


def test_a_share_is_a_whole_number_of_hundredths() -> None:
    assert problems_of({**STANDARD_ALERT_LIMITS, "completed_percent": 0.7}) == {("completed_percent", "type")}


def test_a_limit_of_a_newer_release_is_not_in_older_documents_and_an_unknown_one_is_refused() -> None:
    assert read_alert_limits({}) == read_alert_limits(STANDARD_ALERT_LIMITS)
    assert problems_of({**STANDARD_ALERT_LIMITS, "alerts": "off"}) == {("alerts", "unknown")}


@given(st.dictionaries(st.sampled_from(tuple(AlertLimit)), st.one_of(st.integers(), JUNK)))
def test_whatever_is_written_every_limit_that_stands_is_within_its_bounds(found: dict[str, object]) -> None:
    live = LiveSettings()
    live.alert_limits.follow(found)
    for limit, bound in BOUNDS.items():
        assert bound.floor <= live.alert_limits.value[limit] <= bound.ceiling
