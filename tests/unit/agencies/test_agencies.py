"""Agency codes of QĐ 20/2020 and officers' sign-in names, which no personal number can be taken for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.agencies.model import InvalidAgencyCodeError, InvalidSignInNameError, SignInName, agency_code
from idp.proofing.values.errors import InvalidPersonalNumberError
from idp.proofing.values.personal_numbers import PersonalNumber


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("H55", "H55"),
        (" h55.242 ", "H55.242"),
        ("A00", "A00"),
        ("Y99.1.AB", "Y99.1.AB"),
        ("G" + "22." + "Z" * 31, "G22." + "Z" * 31),
    ],
)
def test_a_code_is_a_letter_two_digits_and_groups(text: str, code: str) -> None:
    assert agency_code(text) == code


@pytest.mark.parametrize(
    "text",
    ["", "H5", "55H", "Z55", "H55.", "H55..1", "H55-1", "H55.Ệ", "H５５", "H55 242", "H55." + "Z" * 32],
)
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(InvalidAgencyCodeError):
        agency_code(text)


@pytest.mark.parametrize("text", ["000.00.00.H55", "000.242.H55"])
def test_the_order_of_before_2020_is_named(text: str) -> None:
    with pytest.raises(InvalidAgencyCodeError, match="before 2020"):
        agency_code(text)


def test_a_name_is_read_in_whatever_case_it_is_typed() -> None:
    made = SignInName.of("H55.242", "nvbinh")
    assert made.text == "h55.242.nvbinh"
    assert SignInName.parse(" H55.242.NVBinh ") == made


@pytest.mark.parametrize("local", ["", "n", "1binh", "n.binh", "nguyễn", "n" * 32, "n binh"])
def test_a_name_within_the_agency_is_plain(local: str) -> None:
    with pytest.raises(InvalidSignInNameError):
        SignInName.of("H55", local)


@given(st.text(max_size=40))
def test_nothing_typed_is_both_a_number_and_a_name(typed: str) -> None:
    try:
        PersonalNumber.parse(typed)
    except InvalidPersonalNumberError:
        return
    assert SignInName.parse(typed) is None


@given(
    st.from_regex(r"[A-Y][0-9]{2}(\.[A-Z0-9]{1,5}){0,2}", fullmatch=True),
    st.from_regex(r"[a-z][a-z0-9-]{1,9}", fullmatch=True),
)
def test_every_name_that_is_made_is_read_again_and_is_no_number(agency: str, local: str) -> None:
    made = SignInName.of(agency_code(agency), local)
    assert SignInName.parse(made.text) == made
    with pytest.raises(InvalidPersonalNumberError):
        PersonalNumber.parse(made.text)
