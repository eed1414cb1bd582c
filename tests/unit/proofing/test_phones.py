"""Phone numbers: all ways of writing one number, and what is not a Vietnamese mobile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.proofing.values.errors import InvalidPhoneError, PhoneProblem
from idp.proofing.values.phones import PhoneNumber


@pytest.mark.parametrize(
    "text",
    [
        "0912345678",
        "+84912345678",
        "0084912345678",
        "84912345678",
        "091 234 5678",
        "091.234.5678",
        "091-234-5678",
        "+84 (0) 912 345 678",
        " 0912\u00a0345\u00a0678 ",
    ],
)
def test_5_1_every_way_of_writing_is_the_same_number(text: str) -> None:
    assert PhoneNumber.parse_mobile(text).e164 == "+84912345678"


@pytest.mark.parametrize("prefix", ["03", "05", "07", "08", "09"])
def test_5_1_every_mobile_prefix_is_taken(prefix: str) -> None:
    assert PhoneNumber.parse_mobile(f"{prefix}12345678").e164 == f"+84{prefix[1]}12345678"


def test_5_1_a_local_number_that_begins_like_the_country_code_is_not_cut() -> None:
    assert PhoneNumber.parse_mobile("0843456789").e164 == "+84843456789"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", PhoneProblem.FORM),
        ("+", PhoneProblem.FORM),
        ("091234567", PhoneProblem.FORM),
        ("09123456789", PhoneProblem.FORM),
        ("0612345678", PhoneProblem.FORM),
        ("912345678", PhoneProblem.FORM),
        ("０９１２３４５６７８", PhoneProblem.OTHER_DIGITS),
        ("0912abc678", PhoneProblem.NOT_DIGITS),
        ("0912345678;ext=1", PhoneProblem.NOT_DIGITS),
        ("++84912345678", PhoneProblem.NOT_DIGITS),
        ("02438251234", PhoneProblem.LANDLINE),
        ("+84 24 3825 1234", PhoneProblem.LANDLINE),
        ("+14155552671", PhoneProblem.ABROAD),
        ("0049 30 123456", PhoneProblem.ABROAD),
    ],
)
def test_5_1_anything_else_is_refused_with_its_reason(text: str, problem: PhoneProblem) -> None:
    with pytest.raises(InvalidPhoneError) as refused:
        PhoneNumber.parse_mobile(text)
    assert refused.value.problem is problem


@pytest.mark.parametrize(
    ("text", "new_prefix"),
    [
        ("01612345678", "03"),
        ("01632345678", "033"),
        ("+84 169 234 5678", "039"),
        ("01202345678", "070"),
        ("01232345678", "083"),
        ("01292345678", "082"),
        ("01862345678", "056"),
        ("01992345678", "059"),
        ("01942345678", "059"),
        ("01112345678", ""),
    ],
)
def test_5_1_an_old_eleven_digit_number_is_told_its_new_prefix(text: str, new_prefix: str) -> None:
    with pytest.raises(InvalidPhoneError) as refused:
        PhoneNumber.parse_mobile(text)
    assert (refused.value.problem, refused.value.new_prefix) == (PhoneProblem.OLD_ELEVEN_DIGITS, new_prefix)


@given(st.text(max_size=25))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        number = PhoneNumber.parse_mobile(text)
    except InvalidPhoneError:
        return
    assert PhoneNumber.parse_mobile(number.e164) == number


def test_a_page_shows_only_the_beginning_and_the_end() -> None:
    assert PhoneNumber("+84912345678").masked() == "09•• ••• 678"


def test_the_number_shows_in_neither_repr_nor_error() -> None:
    assert "912345678" not in repr(PhoneNumber("+84912345678"))
    with pytest.raises(InvalidPhoneError) as refused:
        PhoneNumber.parse_mobile("091234567")
    assert "091234567" not in str(refused.value)
