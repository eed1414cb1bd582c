"""Identifiers: 26 letters in the order of time."""

import time
from base64 import b32hexdecode, b32hexencode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.kernel.ids import ID_LENGTH, _base32hex, first_id, made_at, new_id


def milliseconds_of(identifier: str) -> int:
    return int.from_bytes(b32hexdecode(identifier.upper() + "=" * 6)[:6], "big")


def test_an_id_has_26_lower_case_letters_and_digits() -> None:
    made = [new_id() for _ in range(100)]
    assert {len(identifier) for identifier in made} == {ID_LENGTH} == {26}
    assert set("".join(made)) <= set("0123456789abcdefghijklmnopqrstuv")


def test_ids_differ_even_within_one_millisecond() -> None:
    assert len({new_id() for _ in range(1000)}) == 1000


def test_an_id_begins_with_the_millisecond_it_was_made_in() -> None:
    before = int(time.time() * 1000)
    made = milliseconds_of(new_id())
    assert before <= made <= int(time.time() * 1000)


def test_ids_sort_as_they_were_made() -> None:
    made = [new_id() for _ in range(1000)]
    assert made == sorted(set(made))


def test_ids_keep_their_order_when_the_clock_steps_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = new_id()
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - 3600)
    assert before < new_id()


@given(st.integers(0, 2**128 - 1))
def test_rfc4648_7_the_letters_are_base32hex(number: int) -> None:
    padded = b32hexencode(number.to_bytes(16, "big")).decode("ascii").lower()
    assert _base32hex(number) + "=" * 6 == padded


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 (bounds)
def test_the_first_id_of_an_instant_says_its_millisecond_and_is_above_those_before(instant: datetime) -> None:
    made = made_at(first_id(instant))
    assert made is not None
    assert timedelta(0) <= instant - made < timedelta(milliseconds=1)
    assert first_id(instant) < first_id(instant + timedelta(milliseconds=1))


@given(st.text(max_size=30))
def test_a_text_that_is_no_id_was_made_at_no_time(text: str) -> None:
    assert made_at(text) is None


def test_an_id_of_beyond_the_calendar_was_made_at_no_time() -> None:
    assert made_at("v" * ID_LENGTH) is None
