"""Limits: between a floor and a ceiling, whatever somebody writes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.document import Document
from idp.settings.errors import InvalidSettingError
from idp.settings.limits import BOUNDS, STANDARD_LIMITS, Limit, StandardLimits, read_limits
from idp.settings.live import LiveSettings

JUNK = st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=5), st.lists(st.integers(), max_size=2))


def problems_of(document: Document) -> set[tuple[str, str]]:
    with pytest.raises(InvalidSettingError) as refused:
        read_limits(document)
    return {(one.field, one.rule) for one in refused.value.problems}


def test_what_stands_by_default_is_within_its_own_bounds() -> None:
    read = read_limits(STANDARD_LIMITS)
    assert read == {limit: StandardLimits().limit(limit) for limit in Limit}
    assert set(BOUNDS) == set(Limit)
    for limit, bound in BOUNDS.items():
        assert 0 < bound.floor <= read[limit] <= bound.ceiling


@pytest.mark.parametrize("limit", Limit)
def test_nobody_switches_a_protection_off_nor_shuts_everybody_out(limit: Limit) -> None:
    bound = BOUNDS[limit]
    for number, rule in ((bound.floor - 1, "floor"), (0, "floor"), (-1, "floor"), (bound.ceiling + 1, "ceiling")):
        assert problems_of({**STANDARD_LIMITS, limit: number}) == {(limit, rule)}
    for number in (bound.floor, bound.ceiling):
        assert read_limits({**STANDARD_LIMITS, limit: number})[limit] == number


def test_the_reason_is_told_with_the_rule() -> None:
    with pytest.raises(InvalidSettingError) as refused:
        read_limits({**STANDARD_LIMITS, Limit.PHONE_CODES: 11})
    (problem,) = refused.value.problems
    assert "SMS pumping" in problem.reason
    assert problem.remedy == "write at most 10"


def test_a_limit_of_a_newer_release_is_not_in_older_documents_and_an_unknown_one_is_refused() -> None:
    assert read_limits({}) == read_limits(STANDARD_LIMITS)
    assert problems_of({**STANDARD_LIMITS, "everything": 1}) == {("everything", "unknown")}


@given(st.dictionaries(st.sampled_from(tuple(Limit)), st.one_of(st.integers(), JUNK)))
def test_whatever_is_written_every_limit_that_stands_is_within_its_bounds(found: dict[str, object]) -> None:
    live = LiveSettings()
    live.limits.follow(found)
    for limit, bound in BOUNDS.items():
        assert bound.floor <= live.limit(limit) <= bound.ceiling


@given(st.dictionaries(st.sampled_from(tuple(Limit)), JUNK, min_size=1))
def test_what_is_no_whole_number_is_told_by_its_field(found: dict[str, object]) -> None:
    assert problems_of(found) == {(limit, "type") for limit in found}
