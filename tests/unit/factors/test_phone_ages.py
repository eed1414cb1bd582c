"""How long a phone counts: a year from its last code, and never less than thirty days after its person was asked."""

from datetime import UTC, datetime, timedelta

import pytest

from idp.factors.contacts.phone_ages import PhoneAge, due_before

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("confirmed", "asked", "left"),
    [
        pytest.param(0, None, 365, id="just confirmed"),
        pytest.param(340, None, 30, id="due, and not asked for"),
        pytest.param(4_000, None, 30, id="of before the upgrade"),
        pytest.param(340, 5, 25, id="asked in time"),
        pytest.param(365, 30, 0, id="the year and the month are over"),
        pytest.param(365, 29, 1, id="the year is over, the month is not"),
        pytest.param(364, 200, 1, id="asked long ago, the year is not over"),
        pytest.param(4_000, 29, 1, id="asked late"),
    ],
)
def test_a_phone_counts_for_a_year_and_a_month_after_the_question(confirmed: int, asked: int | None, left: int) -> None:
    age = PhoneAge(NOW - confirmed * DAY, None if asked is None else NOW - asked * DAY)
    assert age.counts_until(NOW) - NOW == left * DAY
    assert age.stale_at(NOW) is (left == 0)


def test_the_question_comes_a_month_ahead() -> None:
    assert PhoneAge(due_before(NOW)).confirmed_at == NOW - 335 * DAY
