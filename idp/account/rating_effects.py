"""Answers to "how was it?": counted by the day, so that nothing joins them to a person (NĐ 61/2018 Đ27)."""

from enum import StrEnum

SCORES = (1, 2, 3, 4, 5)


class Occasion(StrEnum):
    """What a person had just done when they were asked "how was it?"."""

    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    RECOVERY = "recovery"
