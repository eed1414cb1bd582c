"""Which passwords are accepted, and the reason given for each that is not (SP 800-63B-4 3.1.1.2)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.factors.password.commonly_used import WORDS
from idp.factors.password.model import PasswordContext, PasswordProblem
from idp.factors.password.policy import (
    MAX_LENGTH,
    MIN_LENGTH,
    POLICY,
    check_password,
    is_short,
    normal_form,
)

NOBODY = PasswordContext()
PERSONAL = ("001899000001", "Nguyễn Thị Hoà", "+84912345678", "1990-02-03")
SOMEBODY = PasswordContext(PERSONAL)
TWO_STEPS = PasswordContext(PERSONAL, two_steps=True)
# Fifteen letters without a word in them.
STRONG = "xkvwzqjrmhtbfgp"


@pytest.mark.parametrize(
    "password",
    [
        STRONG,
        "demo-Password-1",
        "con mèo trèo cây cau",
        "xK3!vv9#qLp2&zz",
        "ngày mai trời lại mưa rào",
        "😀😁😂🤣😃😄😅😆😉😊😋😎😍😘🥰",
        "a!#%&/()=?^|{}<>",
    ],
)
def test_a_long_password_of_any_letters_is_accepted(password: str) -> None:
    assert check_password(password, SOMEBODY) is None


def test_63b_fifteen_characters_are_enough_and_fourteen_are_not() -> None:
    assert check_password(STRONG, NOBODY) is None
    assert check_password(STRONG[:-1], NOBODY) is PasswordProblem.TOO_SHORT


def test_63b_eight_characters_are_enough_beside_a_second_factor_and_seven_are_not() -> None:
    assert check_password(STRONG[:8], TWO_STEPS) is None
    assert check_password(STRONG[:7], TWO_STEPS) is PasswordProblem.TOO_SHORT


def test_63b_what_may_not_stand_alone_is_called_short() -> None:
    assert (is_short(STRONG), is_short(STRONG[:-1])) == (False, True)


@pytest.mark.parametrize("password", ["", "a", "mật khẩu ngắn"])
def test_a_short_password_is_told_so(password: str) -> None:
    assert check_password(password, NOBODY) is PasswordProblem.TOO_SHORT


def test_63b_length_is_counted_in_code_points_after_nfc() -> None:
    fourteen = "ệ" + STRONG[:13]
    decomposed = unicodedata.normalize("NFD", fourteen)
    assert len(decomposed) == 16
    assert check_password(decomposed, NOBODY) is PasswordProblem.TOO_SHORT
    assert check_password(unicodedata.normalize("NFD", "ệ" + STRONG[:14]), NOBODY) is None


def test_a_code_point_outside_the_basic_plane_counts_as_one() -> None:
    assert check_password("😀" + STRONG[:13], NOBODY) is PasswordProblem.TOO_SHORT
    assert check_password("😀" + STRONG[:14], NOBODY) is None


def test_the_longest_accepted_password_has_256_code_points() -> None:
    longest = (STRONG + "0!") * 15 + "y"
    assert len(longest) == MAX_LENGTH
    assert check_password(longest + "z", NOBODY) is PasswordProblem.TOO_LONG
    assert normal_form(longest) == longest


def test_63b_at_least_64_characters_are_permitted() -> None:
    assert check_password("".join(chr(0x4E00 + 37 * n) for n in range(64)), NOBODY) is None


def test_a_long_password_that_was_written_apart_is_still_accepted() -> None:
    written_apart = unicodedata.normalize("NFD", "ệ" * MAX_LENGTH)
    assert len(written_apart) == 3 * MAX_LENGTH
    assert normal_form(written_apart) == "ệ" * MAX_LENGTH


@pytest.mark.parametrize("size", [MAX_LENGTH + 1, 1_000_000])
def test_ds_5_a_password_beyond_the_cap_has_no_normal_form(size: int) -> None:
    assert normal_form("x" * size) is None
    assert check_password("x" * size, NOBODY) is PasswordProblem.TOO_LONG


def test_marks_without_number_are_refused_before_they_are_sorted() -> None:
    assert normal_form("a" + "\u0323\u0302" * 100_000) is None


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("correct horse battery staple", PasswordProblem.COMMON),
        ("Mật khẩu của tôi 2024", PasswordProblem.COMMON),
        ("mat-khau-cua-toi", PasswordProblem.COMMON),
        ("P@ssword1234567", PasswordProblem.COMMON),
        ("iloveyouvietnam!", PasswordProblem.COMMON),
        ("dichvucongquocgia2026", PasswordProblem.COMMON),
        ("123456789012345", PasswordProblem.COMMON),
        ("qwertyuiopasdfgh", PasswordProblem.COMMON),
        ("1qaz2wsx3edc4rfv", PasswordProblem.COMMON),
        ("987654321098765", PasswordProblem.SEQUENCE),
        ("passwordpassword", PasswordProblem.REPETITION),
        ("PassWord PassWord", PasswordProblem.REPETITION),
        ("MATKHAUMOI.MATKHAUMOI", PasswordProblem.REPETITION),
        ("anhyeuem anhyeuem anhyeuem", PasswordProblem.REPETITION),
        ("aaaaaaaaaaaaaaaaaaaaa", PasswordProblem.REPETITION),
        ("abcabcabcabcabcabc", PasswordProblem.REPETITION),
        ("123412341234123", PasswordProblem.REPETITION),
        ("               ", PasswordProblem.REPETITION),
        ("!!!!!!!!!!!!!!!!!!", PasswordProblem.REPETITION),
    ],
)
def test_63b_blocklist_a_common_password_and_what_derives_from_it_is_refused(
    password: str, problem: PasswordProblem
) -> None:
    assert check_password(password, NOBODY) is problem


@pytest.mark.parametrize("password", ["17/05/1990", "2024-12-31"])
def test_beside_a_second_factor_a_date_is_still_no_password(password: str) -> None:
    assert check_password(password, PasswordContext(two_steps=True)) is PasswordProblem.DATE


@pytest.mark.parametrize(
    "password",
    [
        "001899000001001899000001",
        "001899000001 001899000001!",
        "001899000001abc",
        "Nguyễn Thị Hoà 1990",
        "nguyenthihoa912345678",
        "hoà 0912345678 hoà",
        "+84912345678-hoa",
        "84912345678Nguyen",
        "HOA-NGUYEN-0912345678",
        "0912345678 ... xkv",
    ],
)
def test_63b_blocklist_what_a_stranger_knows_of_the_person_is_refused(password: str) -> None:
    assert check_password(password, SOMEBODY) is PasswordProblem.PERSONAL


def test_a_common_word_inside_a_long_password_does_no_harm() -> None:
    assert check_password("password " + STRONG, NOBODY) is None


def test_a_name_inside_a_long_password_does_no_harm() -> None:
    assert check_password("Hoà " + STRONG, SOMEBODY) is None


def test_what_follows_the_part_that_is_estimated_is_no_worse_for_it() -> None:
    assert check_password(STRONG * 6, NOBODY) is None
    assert check_password(f"{STRONG} {'password' * 20}", NOBODY) is None


def test_a_context_never_makes_a_refused_password_accepted() -> None:
    assert check_password("passwordpassword", SOMEBODY) is PasswordProblem.REPETITION


def test_a_context_does_not_print_what_it_holds() -> None:
    assert "001899000001" not in repr(SOMEBODY)


@given(st.text(), st.lists(st.text(max_size=30), max_size=4))
def test_any_text_gets_an_answer_and_a_short_one_is_never_accepted(password: str, personal: list[str]) -> None:
    problem = check_password(password, PasswordContext(tuple(personal)))
    assert problem is not None or MIN_LENGTH <= len(unicodedata.normalize("NFC", password)) <= MAX_LENGTH


@given(st.sampled_from(WORDS), st.integers(2, 14), st.sampled_from(["", " ", "-", "."]))
def test_a_word_of_ours_repeated_is_never_accepted(word: str, times: int, between: str) -> None:
    repeated = between.join([word.upper()] * times)[:250]
    assert check_password(repeated, PasswordContext(two_steps=True)) is not None


def test_the_numbers_are_those_of_nist() -> None:
    assert (POLICY.alone, POLICY.with_second_factor, POLICY.longest) == (15, 8, 256)
    assert (POLICY.minimum(two_steps=False), POLICY.minimum(two_steps=True)) == (15, 8)
