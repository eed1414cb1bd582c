"""Birth dates: the forms that are read, the precision that is kept, the comparison that never guesses."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.proofing.values.birth_dates import BirthDate, BirthDateMatch, Precision, compare_birth_dates
from idp.proofing.values.errors import BirthDateProblem, InvalidBirthDateError

days = st.dates(date(1850, 1, 1), date(2399, 12, 31))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1950", BirthDate(1950)),
        ("20000229", BirthDate(2000, 2, 29)),
        ("2000-02-29", BirthDate(2000, 2, 29)),
        (" 1990-05-17 ", BirthDate(1990, 5, 17)),
    ],
)
def test_a_day_or_a_year_is_read(text: str, expected: BirthDate) -> None:
    assert BirthDate.parse(text) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("195002", BirthDateProblem.MONTH_WITHOUT_DAY),
        ("1950-02", BirthDateProblem.MONTH_WITHOUT_DAY),
        ("19500230", BirthDateProblem.NO_SUCH_DAY),
        ("1950-13-01", BirthDateProblem.NO_SUCH_DAY),
        ("19000229", BirthDateProblem.NO_SUCH_DAY),
        ("19500000", BirthDateProblem.NO_SUCH_DAY),
        ("0190", BirthDateProblem.YEAR_OUT_OF_RANGE),
        ("2400-01-01", BirthDateProblem.YEAR_OUT_OF_RANGE),
        ("", BirthDateProblem.FORM),
        ("1950-0228", BirthDateProblem.FORM),
        ("17/05/1990", BirthDateProblem.FORM),
        ("１９５０", BirthDateProblem.FORM),
        ("1950-02-28T00:00", BirthDateProblem.FORM),
    ],
)
def test_anything_else_is_refused_with_its_reason(text: str, problem: BirthDateProblem) -> None:
    with pytest.raises(InvalidBirthDateError) as refused:
        BirthDate.parse(text)
    assert refused.value.problem is problem


@pytest.mark.parametrize(
    ("day", "month", "year", "expected"),
    [
        ("17", "5", "1990", BirthDate(1990, 5, 17)),
        ("", " ", "1950", BirthDate(1950)),
        ("01", "01", "1950", BirthDate(1950, 1, 1)),
    ],
)
def test_the_three_boxes_are_read(day: str, month: str, year: str, expected: BirthDate) -> None:
    assert BirthDate.from_fields(day=day, month=month, year=year) == expected


@pytest.mark.parametrize(
    ("day", "month", "year", "problem"),
    [
        ("", "2", "1950", BirthDateProblem.MONTH_WITHOUT_DAY),
        ("2", "", "1950", BirthDateProblem.MONTH_WITHOUT_DAY),
        ("30", "2", "1950", BirthDateProblem.NO_SUCH_DAY),
        ("1", "1", "50", BirthDateProblem.FORM),
        ("1", "1", "", BirthDateProblem.FORM),
        ("một", "1", "1950", BirthDateProblem.FORM),
        ("001", "1", "1950", BirthDateProblem.FORM),
    ],
)
def test_wrong_boxes_are_refused_with_their_reason(day: str, month: str, year: str, problem: BirthDateProblem) -> None:
    with pytest.raises(InvalidBirthDateError) as refused:
        BirthDate.from_fields(day=day, month=month, year=year)
    assert refused.value.problem is problem


@given(days)
def test_every_day_survives_writing_and_reading(day: date) -> None:
    born = BirthDate(day.year, day.month, day.day)
    assert BirthDate.parse(born.oidc_birthdate()) == BirthDate.parse(day.strftime("%Y%m%d")) == born


def test_oidc_core_5_1_a_year_only_birthdate_stays_a_year() -> None:
    born = BirthDate.parse("1950")
    assert (born.oidc_birthdate(), born.precision) == ("1950", Precision.YEAR)


def test_oidc_core_5_1_a_known_day_is_written_in_full() -> None:
    born = BirthDate.parse("19900507")
    assert (born.oidc_birthdate(), born.precision) == ("1990-05-07", Precision.DAY)


@pytest.mark.parametrize(
    ("declared", "registered", "expected"),
    [
        ("1950-02-28", "1950-02-28", BirthDateMatch.EQUAL),
        ("1950", "1950", BirthDateMatch.EQUAL),
        ("1950-02-28", "1950", BirthDateMatch.EQUAL),
        ("1950", "1950-02-28", BirthDateMatch.NEAR),
        ("1950-02-28", "1950-02-27", BirthDateMatch.DIFFERENT),
        ("1950-02-03", "1950-03-02", BirthDateMatch.DIFFERENT),
        ("1950", "1951", BirthDateMatch.DIFFERENT),
        ("1950-02-28", "1951", BirthDateMatch.DIFFERENT),
        ("1950", "1951-02-28", BirthDateMatch.DIFFERENT),
    ],
)
def test_4_4_where_one_side_has_only_the_year_years_are_compared(
    declared: str, registered: str, expected: BirthDateMatch
) -> None:
    assert compare_birth_dates(BirthDate.parse(declared), BirthDate.parse(registered)) is expected


@pytest.mark.parametrize(
    ("born", "ahead"), [("2026-10-02", True), ("2026-10-01", False), ("2026", False), ("2027", True)]
)
def test_a_birth_that_lies_ahead_is_noticed(born: str, *, ahead: bool) -> None:
    assert BirthDate.parse(born).is_after(date(2026, 10, 1)) is ahead
