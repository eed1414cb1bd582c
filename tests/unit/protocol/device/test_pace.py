"""How fast a device may ask, and what asking sooner costs it."""

from datetime import timedelta

from idp.protocol.device.pace import Pace, asked_again
from idp.protocol.policy import ProtocolPolicy
from tests.support.builders.protocol import NOW

POLICY = ProtocolPolicy()
SECOND = timedelta(seconds=1)


def test_the_first_poll_is_never_too_soon() -> None:
    assert asked_again(None, NOW, POLICY) == (Pace(NOW, 5 * SECOND), False)


def test_rfc8628_3_5_a_poll_within_the_interval_slows_all_that_follow_by_five_seconds() -> None:
    pace, too_soon = asked_again(Pace(NOW, 5 * SECOND), NOW + 2 * SECOND, POLICY)
    assert (pace, too_soon) == (Pace(NOW + 2 * SECOND, 10 * SECOND), True)
    assert asked_again(pace, NOW + 7 * SECOND, POLICY) == (Pace(NOW + 7 * SECOND, 15 * SECOND), True)
    assert asked_again(pace, NOW + 12 * SECOND, POLICY) == (Pace(NOW + 12 * SECOND, 10 * SECOND), False)


def test_rfc8628_3_5_who_waits_the_interval_is_never_slowed_nor_by_a_second_of_the_network() -> None:
    for waited in (4 * SECOND, 5 * SECOND, 60 * SECOND):
        assert asked_again(Pace(NOW, 5 * SECOND), NOW + waited, POLICY) == (Pace(NOW + waited, 5 * SECOND), False)
    just_before = NOW + 4 * SECOND - timedelta(microseconds=1)
    assert asked_again(Pace(NOW, 5 * SECOND), just_before, POLICY)[1]
