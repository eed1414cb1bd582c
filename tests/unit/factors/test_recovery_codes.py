"""Recovery codes: how they are made and how they are read."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.factors.recovery_codes.codes import ALPHABET, LETTERS, SET_SIZE, canonical, new_codes


def test_sp_800_63b_4_2_1_1_a_code_has_64_bits() -> None:
    assert LETTERS * math.log2(len(ALPHABET)) >= 64


def test_a_set_has_ten_different_codes_in_readable_groups() -> None:
    codes = new_codes()
    assert len(set(codes)) == SET_SIZE == 10
    assert {tuple(map(len, code.split("-"))) for code in codes} == {(4, 4, 5)}


def test_no_letter_looks_like_another() -> None:
    assert set(ALPHABET).isdisjoint("ILO01")
    assert len(set(ALPHABET)) == len(ALPHABET)


def test_two_sets_have_nothing_in_common() -> None:
    assert set(new_codes()).isdisjoint(new_codes())


@pytest.mark.parametrize("typed", ["ABCD-EFGH-JKMNP", "abcd efgh jkmnp", " ABCDEFGHJKMNP ", "abcd–efgh–jkmnp"])
def test_dashes_spaces_and_case_do_not_matter(typed: str) -> None:
    assert canonical(typed) == "ABCDEFGHJKMNP"


def test_a_longer_text_is_no_code() -> None:
    assert canonical("ABCD-EFGH-JKMNP-Q") != canonical("ABCD-EFGH-JKMNP")


@given(st.text(max_size=200))
def test_any_text_becomes_at_most_one_letter_more_than_a_code(typed: str) -> None:
    read = canonical(typed)
    assert len(read) <= LETTERS + 1
    assert set(read) <= set(ALPHABET)
