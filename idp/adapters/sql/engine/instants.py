"""Instants and word lists as the tables hold them: microseconds since the epoch, words with spaces between."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_micros(instant: datetime) -> int:
    """Return whole microseconds since the epoch; a naive datetime raises TypeError."""
    since = instant - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_micros(micros: int) -> datetime:
    """Return the aware UTC instant."""
    return _EPOCH + timedelta(microseconds=micros)


def to_micros_or_none(instant: datetime | None) -> int | None:
    """Return microseconds, or None for an instant that is not fixed."""
    return None if instant is None else to_micros(instant)


def from_micros_or_none(micros: int | None) -> datetime | None:
    """Return the instant, or None for one that is not fixed."""
    return None if micros is None else from_micros(micros)


def to_words(words: Iterable[str]) -> str:
    """Return the words of a scope or an amr as one text."""
    return " ".join(words)


def from_words(text: str) -> tuple[str, ...]:
    """Return the words of a text made by `to_words`."""
    return tuple(text.split())
