"""Enterprise and tax codes: those that can have been issued are read, in one form; all others are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.proofing.values.enterprise_codes import CodeKind, EnterpriseCode, check_digit
from idp.proofing.values.errors import EnterpriseCodeProblem, InvalidEnterpriseCodeError

NINE = st.integers(0, 999_999_999).map(lambda number: f"{number:09}")
SUFFIXES = st.integers(1, 999).map(lambda number: f"{number:03}")


def plain_check_digit(nine: str) -> int:
    """The circular's formula, written out once more."""
    n1, n2, n3, n4, n5, n6, n7, n8, n9 = (int(digit) for digit in nine)
    return 10 - (31 * n1 + 29 * n2 + 23 * n3 + 19 * n4 + 17 * n5 + 13 * n6 + 7 * n7 + 5 * n8 + 3 * n9) % 11


def may_be_issued(nine: str) -> bool:
    return nine[:2] != "00" and nine[2:] != "0000000" and plain_check_digit(nine) != 10


ISSUED = NINE.filter(may_be_issued).map(lambda nine: f"{nine}{plain_check_digit(nine)}")


@pytest.mark.parametrize("code", ["0100047516", "1000000040"])
def test_3_2_the_vectors_of_the_circular_and_a_check_digit_of_zero_are_read(code: str) -> None:
    assert EnterpriseCode.parse(code).canonical == code


@pytest.mark.parametrize(
    "typed",
    ["0100047516001", "0100047516-001", " 0100047516 - 001 ", "010 004 7516 001", "0100047516\u2013001"],
)
def test_3_2_a_branch_is_read_with_and_without_its_hyphen_and_kept_with_it(typed: str) -> None:
    code = EnterpriseCode.parse(typed)
    assert (code.canonical, code.kind) == ("0100047516-001", CodeKind.DEPENDENT_UNIT)


def test_3_3_a_household_bears_its_owners_number() -> None:
    code = EnterpriseCode.parse("001 899 000001")
    assert code.kind is CodeKind.HOUSEHOLD


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("0000000000", EnterpriseCodeProblem.NO_REGION),
        ("0012345670", EnterpriseCodeProblem.NO_REGION),
        ("0100000007", EnterpriseCodeProblem.NO_SERIAL),
        ("1000000041", EnterpriseCodeProblem.CHECK_DIGIT),
        ("0301442370", EnterpriseCodeProblem.CHECK_DIGIT),
        ("0100047516-000", EnterpriseCodeProblem.NO_SERIAL),
        ("0100047516000", EnterpriseCodeProblem.NO_SERIAL),
        ("0301442370-001", EnterpriseCodeProblem.CHECK_DIGIT),
        ("000000000x", EnterpriseCodeProblem.FORM),
        ("0100047516-01", EnterpriseCodeProblem.FORM),
        ("0100047516--001", EnterpriseCodeProblem.FORM),
        ("01000-47516", EnterpriseCodeProblem.FORM),
        ("010004751", EnterpriseCodeProblem.FORM),
        ("", EnterpriseCodeProblem.FORM),
        ("０１００047516", EnterpriseCodeProblem.OTHER_DIGITS),
        ("٠١٠٠٠٤٧٥١٦", EnterpriseCodeProblem.OTHER_DIGITS),
        ("0100047516-٠٠١", EnterpriseCodeProblem.OTHER_DIGITS),
    ],
)
def test_3_2_anything_else_is_refused_with_its_reason(typed: str, problem: EnterpriseCodeProblem) -> None:
    with pytest.raises(InvalidEnterpriseCodeError) as refused:
        EnterpriseCode.parse(typed)
    assert refused.value.problem is problem


@pytest.mark.parametrize("canonical", ["0100047516001", "0100047516\n", " 0100047516", "０１００047516"])
def test_no_other_way_makes_a_code_that_is_not_canonical(canonical: str) -> None:
    with pytest.raises(InvalidEnterpriseCodeError):
        EnterpriseCode(canonical)


@given(ISSUED)
def test_3_2_every_code_of_the_formula_is_read(code: str) -> None:
    assert EnterpriseCode.parse(code).canonical == code


@given(ISSUED, SUFFIXES, st.sampled_from(["", "-", " - "]))
def test_3_1_the_check_digit_of_a_branch_is_that_of_its_first_ten(code: str, suffix: str, between: str) -> None:
    branch = EnterpriseCode.parse(f"{code}{between}{suffix}").canonical
    assert branch == f"{code}-{suffix}"
    assert EnterpriseCode.parse(branch).canonical == branch


@given(ISSUED, st.integers(0, 9), st.integers(0, 8))
def test_3_2_one_wrong_digit_of_the_first_nine_is_noticed(code: str, digit: int, place: int) -> None:
    """No weight is a multiple of 11, so one slip always changes S mod 11."""
    wrong = f"{code[:place]}{digit}{code[place + 1 :]}"
    if wrong == code:
        return
    with pytest.raises(InvalidEnterpriseCodeError):
        EnterpriseCode.parse(wrong)


@given(NINE.filter(lambda nine: plain_check_digit(nine) == 10), st.integers(0, 9))
def test_3_2_a_serial_whose_check_digit_would_be_ten_was_never_issued(nine: str, digit: int) -> None:
    assert check_digit(nine) is None
    with pytest.raises(InvalidEnterpriseCodeError):
        EnterpriseCode.parse(f"{nine}{digit}")


@given(st.text(max_size=20))
def test_whatever_is_typed_it_is_a_code_or_refused(text: str) -> None:
    try:
        code = EnterpriseCode.parse(text)
    except InvalidEnterpriseCodeError:
        return
    assert EnterpriseCode(code.canonical) == code


def test_codes_never_print() -> None:
    assert "001899000001" not in repr(EnterpriseCode.parse("001899000001"))
