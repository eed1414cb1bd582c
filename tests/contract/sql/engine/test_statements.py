"""Statements for two drivers, and instants and words as they are stored."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.adapters.sql import tables
from idp.adapters.sql.engine.instants import from_micros, from_words, to_micros, to_words
from idp.adapters.sql.engine.statements import insert_into, statement


def test_each_parameter_has_one_number_and_its_type() -> None:
    made = statement("SELECT 1 FROM x WHERE person_id = :person_id AND at > :now OR person_id = :person_id")
    assert made.numbered == "SELECT 1 FROM x WHERE person_id = $1::text AND at > $2::bigint OR person_id = $1::text"
    assert made.arguments({"now": 5, "person_id": "p", "unused": 1}) == ["p", 5]


def test_a_parameter_without_a_known_type_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="nobody_knows"):
        statement("SELECT :nobody_knows")


def test_an_insert_names_every_column_but_those_left_out() -> None:
    made = insert_into(tables.change_counters, "ON CONFLICT DO NOTHING", leaving_out=frozenset({"version"}))
    assert made.named == "INSERT INTO change_counters (topic) VALUES (:topic) ON CONFLICT DO NOTHING"


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=7))])))
def test_an_instant_is_stored_exactly(instant: datetime) -> None:
    assert from_micros(to_micros(instant)) == instant
    assert from_micros(to_micros(instant)).tzinfo is UTC


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(TypeError):
        to_micros(datetime(2026, 11, 23))  # noqa: DTZ001 (that is what is refused)


@given(st.lists(st.from_regex(r"[!#-\[\]-~]+", fullmatch=True)))
def test_words_are_stored_in_their_order(words: list[str]) -> None:
    """The letters are those of a scope (RFC 6749 3.3)."""
    assert from_words(to_words(words)) == tuple(words)
