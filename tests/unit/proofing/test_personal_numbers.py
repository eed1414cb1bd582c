"""Personal numbers: what is read from the digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.proofing.values.errors import InvalidPersonalNumberError, PersonalNumberProblem
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.sexes import Sex


@pytest.mark.parametrize("text", ["001899000001", " 001 899 000 001 ", "001899\u00a0000001"])
def test_twelve_digits_are_read_whatever_the_spaces(text: str) -> None:
    assert PersonalNumber.parse(text).digits == "001899000001"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", PersonalNumberProblem.LENGTH),
        ("00189900000", PersonalNumberProblem.LENGTH),
        ("0018990000011", PersonalNumberProblem.LENGTH),
        ("000000036", PersonalNumberProblem.OLDER_CARD),
        ("００１８９９００００01", PersonalNumberProblem.OTHER_DIGITS),
        ("٠٠١٨٩٩٠٠٠٠٠١", PersonalNumberProblem.OTHER_DIGITS),
        ("00189900000l", PersonalNumberProblem.NOT_DIGITS),
        ("001-899-000001", PersonalNumberProblem.NOT_DIGITS),
        ("001899000001;", PersonalNumberProblem.NOT_DIGITS),
    ],
)
def test_2_6_anything_else_is_refused_with_its_hint(text: str, problem: PersonalNumberProblem) -> None:
    with pytest.raises(InvalidPersonalNumberError) as refused:
        PersonalNumber.parse(text)
    assert refused.value.problem is problem


@pytest.mark.parametrize("digits", ["００１８９９００００01", "00189900000", "001899000001\n"])
def test_no_other_way_makes_a_wrong_number(digits: str) -> None:
    with pytest.raises(InvalidPersonalNumberError):
        PersonalNumber(digits)


@given(st.text(alphabet="0123456789", min_size=12, max_size=12))
def test_2_3_any_twelve_digits_are_taken_and_described(digits: str) -> None:
    number = PersonalNumber.parse(digits)
    assert 1900 <= number.birth_year <= 2399
    assert number.sex in {Sex.MALE, Sex.FEMALE}


@pytest.mark.parametrize(
    ("century", "year", "sex"),
    [
        ("0", 1987, Sex.MALE),
        ("1", 1987, Sex.FEMALE),
        ("2", 2087, Sex.MALE),
        ("3", 2087, Sex.FEMALE),
        ("4", 2187, Sex.MALE),
        ("5", 2187, Sex.FEMALE),
        ("6", 2287, Sex.MALE),
        ("7", 2287, Sex.FEMALE),
        ("8", 2387, Sex.MALE),
        ("9", 2387, Sex.FEMALE),
    ],
)
def test_2_1_the_fourth_digit_is_century_and_sex(century: str, year: int, sex: Sex) -> None:
    number = PersonalNumber(f"099{century}87000001")
    assert (number.birth_year, number.sex) == (year, sex)


def test_the_digits_show_in_neither_repr_nor_str() -> None:
    number = PersonalNumber("001899000001")
    assert "001899000001" not in f"{number!r} {number}"


def test_an_error_does_not_repeat_what_was_typed() -> None:
    with pytest.raises(InvalidPersonalNumberError) as refused:
        PersonalNumber.parse("00189900000")
    assert "00189900000" not in str(refused.value)
