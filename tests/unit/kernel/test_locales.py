"""The language of a page: the first wish that we speak, Vietnamese otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.kernel.locales import DEFAULT_LOCALE, LOCALES, accepted_locale, choose_locale


@pytest.mark.parametrize(
    ("commands", "chosen"),
    [
        ((), "vi"),
        ((None, ""), "vi"),
        (("en",), "en"),
        (("en-GB",), "en"),
        (("EN",), "en"),
        (("vi-VN en",), "vi"),
        (("en vi",), "en"),
        (("se fr",), "vi"),
        (("se en",), "en"),
        (("fr;q=0.9,en;q=0.8,vi;q=0.7",), "en"),
        (("se", "en"), "en"),
        (("vi", "en"), "vi"),
        (("english",), "vi"),
    ],
)
def test_oidc_core_3_1_2_1_the_first_language_that_we_speak_is_chosen(
    commands: tuple[str | None, ...], chosen: str
) -> None:
    assert choose_locale(*commands) == chosen


def test_vietnamese_comes_first() -> None:
    assert (LOCALES[0], DEFAULT_LOCALE) == ("vi", "vi")


def test_only_the_first_200_letters_of_a_wish_are_read() -> None:
    assert choose_locale("se " * 66 + "en") == "en"
    assert choose_locale("se " * 67 + "en") == "vi"


@given(st.lists(st.text(max_size=300) | st.none(), max_size=4))
def test_any_wish_gets_a_language(commands: list[str | None]) -> None:
    assert choose_locale(*commands) in LOCALES


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        (None, "vi"),
        ("", "vi"),
        ("en", "en"),
        ("en-GB,vi;q=0.5", "en"),
        ("en;q=0.1, vi;q=0.9", "vi"),
        ("en;q=0.5,vi;q=0.5", "en"),
        ("vi;q=0, en;q=0.001", "en"),
        ("en;q=0", "vi"),
        ("fr, *;q=0.1", "vi"),
        ("EN-us; Q=1.000", "en"),
        ("en;q=2", "vi"),
        ("en;q=nan", "vi"),
        (";,;q=,-", "vi"),
    ],
)
def test_rfc9110_12_5_4_the_heaviest_wish_of_ours_is_taken(header: str | None, chosen: str) -> None:
    assert accepted_locale(header) == chosen


@given(st.text(max_size=300))
def test_no_header_is_an_error_of_ours(header: str) -> None:
    assert accepted_locale(header) in LOCALES
