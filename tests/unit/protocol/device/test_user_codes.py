"""The code that a person types: what it is made of, and what is taken for it."""

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.protocol.device.user_codes import ALPHABET, LENGTH, LONGEST_TYPED, new_user_code, shown, typed_code, user_hash
from records.structs import replace
from tests.support.builders.protocol import PROVIDER


def test_rfc8628_6_1_eight_of_twenty_consonants_are_more_than_thirty_four_bits() -> None:
    assert ALPHABET == "BCDFGHJKLMNPQRSTVWXZ"
    assert log2(len(set(ALPHABET)) ** LENGTH) > 34
    codes = {new_user_code() for _ in range(500)}
    assert len(codes) == 500
    assert {len(code) for code in codes} == {LENGTH}
    # Each letter comes at each place: nothing of it is the same in all codes.
    assert all({code[place] for code in codes} == set(ALPHABET) for place in range(LENGTH))


@pytest.mark.parametrize(
    "typed", ["BCDF-GHJK", "bcdfghjk", " b c d f g h j k ", "BCDF\u2013GHJK", "Bcdf.Ghjk\n", "bcdf_ghjk"]
)
def test_rfc8628_6_1_case_and_signs_between_make_no_difference(typed: str) -> None:
    assert typed_code(typed) == "BCDFGHJK"


@pytest.mark.parametrize(
    "typed",
    ["", "BCDF-GHJ", "BCDF-GHJKL", "ACDF-GHJK", "BCDF-GHJ1", "BCDF-GHJ\u041a", "\u0660" * 8, "\uff22CDFGHJK", "B" * 41],
)
def test_what_holds_no_code_is_none_and_never_a_guess(typed: str) -> None:
    assert typed_code(typed) is None


def test_a_text_without_end_is_not_searched() -> None:
    assert typed_code("BCDFGHJK" + "-" * (LONGEST_TYPED - LENGTH)) == "BCDFGHJK"
    assert typed_code("BCDFGHJK" + "-" * LONGEST_TYPED) is None


@given(st.text())
def test_any_text_gives_a_code_of_the_alphabet_or_none(typed: str) -> None:
    code = typed_code(typed)
    assert code is None or (len(code) == LENGTH and set(code) <= set(ALPHABET))


def test_a_shown_code_is_read_again() -> None:
    code = new_user_code()
    assert shown("BCDFGHJK") == "BCDF-GHJK"
    assert typed_code(shown(code)) == code


def test_a_code_is_kept_under_the_key_and_apart_from_every_other_value() -> None:
    other = replace(PROVIDER, token_hash=replace(PROVIDER.token_hash, key=b"o" * 32))
    assert user_hash(PROVIDER, "BCDFGHJK") != user_hash(other, "BCDFGHJK")
    assert user_hash(PROVIDER, "BCDFGHJK") != PROVIDER.token_hash.digest("BCDFGHJK")
