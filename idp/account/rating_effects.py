"""Answers to "how was it?": counted by the day, so that nothing joins them to a person (NĐ 61/2018 Đ27)."""

from enum import StrEnum

SCORES = (1, 2, 3, 4, 5)


class Occasion(StrEnum):
    """After what the question was asked."""

    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    RECOVERY = "recovery"
