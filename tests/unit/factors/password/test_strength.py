"""How far a password is from what guessing tries first."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idp.factors.password.commonly_used import WORDS
from idp.factors.password.strength import Weakness, squeeze, strength_of, without_personal
from tests.support.patience import patient

STRONG = "xkvwzqjrmhtbfgp"


@pytest.mark.parametrize(
    ("typed", "squeezed"),
    [
        ("Mật Khẩu", "matkhau"),
        ("Đăng-nhập", "dangnhap"),
        ("P@$$word!!", "password"),
        ("a.b,c:d/e+f g_h", "abcdefgh"),
        ("!?*#~", ""),
        ("ﬁle ①", "file1"),
    ],
)
def test_a_password_is_squeezed_to_what_guessing_sees(typed: str, squeezed: str) -> None:
    assert squeeze(typed) == squeezed


def test_every_word_of_the_list_is_written_as_it_is_looked_up() -> None:
    assert {word for word in WORDS if squeeze(word) != word} == set()
    assert len(WORDS) == len(set(WORDS)) > 150


def test_a_word_of_ours_is_guessed_in_fewer_tries_than_there_are_words() -> None:
    assert all(
        10 ** strength_of(word).guesses_log10 <= len(WORDS) + 1 for word in ("dichvucong", "matkhaumoi", "vneid")
    )


def test_a_word_of_ours_repeated_is_hardly_more_than_the_word() -> None:
    assert strength_of("maimai" * 3).guesses_log10 < strength_of("maimai").guesses_log10 + 1


@pytest.mark.parametrize(
    ("squeezed", "weakness"),
    [
        ("dichvucong", Weakness.WORDS),
        ("dragondragon", Weakness.REPETITION),
        ("9876543210", Weakness.SEQUENCE),
        ("17051990", Weakness.DATE),
        ("", Weakness.REPETITION),
    ],
)
def test_the_weakness_is_the_longest_thing_that_is_known(squeezed: str, weakness: Weakness) -> None:
    assert strength_of(squeezed).weakness is weakness


def test_letters_without_a_pattern_are_worth_all_that_they_are() -> None:
    assert strength_of(STRONG).guesses_log10 > 14


def test_nothing_needs_no_guess() -> None:
    assert strength_of("").guesses_log10 == 0


@pytest.mark.parametrize(
    ("squeezed", "left"),
    [
        ("nguyenthihoaxkv", "xkv"),
        ("0912345678xkv", "xkv"),
        ("912345678", ""),
        ("84912345678", ""),
        ("001899000001zz", "zz"),
        ("1899000001", ""),
        ("1990xkv", "xkv"),
        (STRONG, STRONG),
    ],
)
def test_what_is_known_of_the_person_is_taken_out(squeezed: str, left: str) -> None:
    personal = ("001899000001", "Nguyễn Thị Hoà", "+84912345678", "1990-05-17")
    assert without_personal(squeezed, personal) == left


def test_a_single_letter_of_a_name_says_nothing_about_a_person() -> None:
    assert without_personal("yxkvwz", ("Y",)) == "yxkvwz"


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet="aA4@1!sS5$qwerty 1990\u0323đ", min_size=50, max_size=400))
def test_ds_5_the_estimate_ends_soon_whatever_is_typed(typed: str) -> None:
    began = time.perf_counter()
    assert strength_of(squeeze(typed)).guesses_log10 >= 0
    # What would run away runs for minutes, and no machine is so busy that the rest takes this long.
    assert time.perf_counter() - began < patient(10)
