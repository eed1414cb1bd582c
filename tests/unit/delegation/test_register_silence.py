"""When a register's silence leaves whom it named less: by time since the first open question, and by questions."""

from datetime import UTC, datetime, timedelta

import pytest

from idp.delegation.check_model import DueCheck
from idp.delegation.register_silence import Fall, SilenceLimits, fall

NOW = datetime(2026, 11, 24, tzinfo=UTC)
DAY = timedelta(days=1)
LIMITS = SilenceLimits(7 * DAY, 30 * DAY)


@pytest.mark.parametrize(
    ("silent", "failures", "lowered", "rests", "falls"),
    [
        (timedelta(0), 0, False, False, None),
        (7 * DAY, 7, False, False, Fall.VIEW),
        (7 * DAY - timedelta(seconds=1), 30, False, False, None),
        # A worker that was down asked seldom: silence is what was asked and not answered.
        (40 * DAY, 3, False, False, None),
        (40 * DAY, 7, False, False, Fall.VIEW),
        (40 * DAY, 12, True, False, None),
        (30 * DAY, 19, True, False, Fall.REST),
        # Nobody rests who could not view first and was told.
        (30 * DAY, 19, False, False, Fall.VIEW),
        (60 * DAY, 60, True, True, None),
    ],
)
def test_what_a_further_question_without_an_answer_changes(
    silent: timedelta, failures: int, lowered: bool, rests: bool, falls: Fall | None
) -> None:
    due = DueCheck("p", failures, NOW - silent if failures else None, lowered=lowered, rests=rests)
    assert fall(due, LIMITS, NOW) is falls
