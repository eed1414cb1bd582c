"""Answers to "how was it?": kept so that nothing joins them to a person (NĐ 61/2018 Đ27)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from idp.kernel.effects import Effect

SCORES = (1, 2, 3, 4, 5)


class Occasion(StrEnum):
    """After what the question was asked."""

    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class Rating:
    """One answer: a day, never a time; how people had signed in, never who."""

    id: str
    day: date
    occasion: Occasion
    method: str
    score: int


@dataclass(frozen=True, slots=True)
class KeepRating(Effect):
    """Store a rating. Belongs after the claim of its token in the same commit."""

    rating: Rating
