"""The clock: aware, in UTC, now."""

from datetime import UTC, datetime, timedelta

from idp.kernel.clock import SystemClock


def test_the_system_clock_tells_the_present_in_utc() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta(0)
