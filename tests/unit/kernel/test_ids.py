"""Identifiers: 26 letters in the order of time."""

import time
from base64 import b32hexdecode, b32hexencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.kernel.ids import ID_LENGTH, _base32hex, new_id


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
