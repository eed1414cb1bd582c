"""Personal identification numbers: PPP C YY NNNNNN, no check digit (TT 59/2021/TT-BCA Đ4)."""

import re
from typing import Self

from msgspec import Struct

from idp.proofing.values.errors import InvalidPersonalNumberError, PersonalNumberProblem
from idp.proofing.values.provinces import PREFIXES, Province
from idp.proofing.values.sexes import Sex
from records.structs import Unprinted


class PersonalNumber(Unprinted, Struct, frozen=True):
    """Twelve digits, kept out of logs: neither `repr` nor `str` shows them."""

    digits: str

    def __post_init__(self) -> None:
        """Raise `InvalidPersonalNumberError` unless there are exactly twelve ASCII digits."""
        if not re.fullmatch(r"[0-9]{12}", self.digits):
            raise InvalidPersonalNumberError(PersonalNumberProblem.LENGTH)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what a person typed, spaces allowed; say apart older cards and full-width digits."""
        typed = "".join(text.split())
        if not typed.isascii() and typed.isdigit():
            raise InvalidPersonalNumberError(PersonalNumberProblem.OTHER_DIGITS)
        if not re.fullmatch(r"[0-9]*", typed):
            raise InvalidPersonalNumberError(PersonalNumberProblem.NOT_DIGITS)
        if len(typed) == 9:
            raise InvalidPersonalNumberError(PersonalNumberProblem.OLDER_CARD)
        return cls(typed)

    @property
    def province(self) -> Province | None:
        """Return the province of birth registration as it was named then, or None."""
        return PREFIXES.get(self.digits[:3])

    @property
    def birth_year(self) -> int:
        """Return the year of birth written in the number: century digit and two year digits."""
        return 1900 + 100 * (int(self.digits[3]) // 2) + int(self.digits[4:6])

    @property
    def sex(self) -> Sex:
        """Return the sex written in the number: even male, odd female."""
        return Sex.FEMALE if int(self.digits[3]) % 2 else Sex.MALE


def masked_number(digits: str) -> str:
    """Return what a page may show of a personal number: its last three digits."""
    return "•" * (len(digits) - 3) + digits[-3:]
