"""Times under which a token could fail to verify are refused."""

from datetime import timedelta

import pytest

from keys.policy import RotationPolicy


def test_overlap_is_the_longest_token_life_and_its_margin() -> None:
    assert RotationPolicy().overlap == timedelta(hours=25)


def test_default_lead_is_twice_the_cache_time() -> None:
    policy = RotationPolicy()
    assert policy.publish_lead == 2 * policy.jwks_max_age


def test_lead_shorter_than_the_cache_time_is_refused() -> None:
    with pytest.raises(ValueError, match="publish_lead"):
        RotationPolicy(publish_lead=timedelta(minutes=4))


def test_overlap_of_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        RotationPolicy(longest_token_life=timedelta(0), overlap_margin=timedelta(0))
