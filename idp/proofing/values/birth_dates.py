"""Birth dates that may be a year only: the precision is kept and no day is ever invented."""

import re
from datetime import date
from enum import Enum
from typing import Self

from msgspec import Struct

from idp.proofing.values.errors import BirthDateProblem, InvalidBirthDateError

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})|([0-9]{4})([0-9]{2})([0-9]{2})")
_YEAR = re.compile(r"[0-9]{4}")
_MONTH = re.compile(r"[0-9]{4}-?[0-9]{2}")

# Wide enough for everyone alive and every demonstration; a typing slip such as 0190 or 19900 stays outside.
_EARLIEST_YEAR = 1850
_LATEST_YEAR = 2399


class Precision(Enum):
    """How much of the date is known."""

    YEAR = "year"
    DAY = "day"


class BirthDateMatch(Enum):
    """What a declared birth date is to the registered one."""

    EQUAL = "equal"
    NEAR = "near"
    DIFFERENT = "different"


class BirthDate(Struct, frozen=True):
    """A day, or a year alone (then month and day are both None)."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        """Raise `InvalidBirthDateError` for what is no day of the calendar, or a month without a day."""
        if not _EARLIEST_YEAR <= self.year <= _LATEST_YEAR:
            raise InvalidBirthDateError(BirthDateProblem.YEAR_OUT_OF_RANGE)
        if self.month is None and self.day is None:
            return
        if self.month is None or self.day is None:
            raise InvalidBirthDateError(BirthDateProblem.MONTH_WITHOUT_DAY)
        try:
            date(self.year, self.month, self.day)
        except ValueError as cause:
            raise InvalidBirthDateError(BirthDateProblem.NO_SUCH_DAY) from cause

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `1950-02-28`, `19500228` or `1950`; raise `InvalidBirthDateError` for anything else."""
        written = text.strip()
        if _YEAR.fullmatch(written):
            return cls(int(written))
        if found := _DAY.fullmatch(written):
            year, month, day = (int(group) for group in found.groups() if group is not None)
            return cls(year, month, day)
        if _MONTH.fullmatch(written):
            raise InvalidBirthDateError(BirthDateProblem.MONTH_WITHOUT_DAY)
        raise InvalidBirthDateError(BirthDateProblem.FORM)

    @classmethod
    def from_fields(cls, *, day: str, month: str, year: str) -> Self:
        """Read the three boxes of a form; empty day and month together mean that only the year is known."""
        day, month, year = day.strip(), month.strip(), year.strip()
        if not _YEAR.fullmatch(year):
            raise InvalidBirthDateError(BirthDateProblem.FORM)
        if bool(day) != bool(month):
            raise InvalidBirthDateError(BirthDateProblem.MONTH_WITHOUT_DAY)
        if not day:
            return cls(int(year))
        if not all(re.fullmatch(r"[0-9]{1,2}", part) for part in (day, month)):
            raise InvalidBirthDateError(BirthDateProblem.FORM)
        return cls(int(year), int(month), int(day))

    @property
    def precision(self) -> Precision:
        """Return whether the day is known or only the year."""
        return Precision.YEAR if self.month is None else Precision.DAY

    def oidc_birthdate(self) -> str:
        """Return `YYYY-MM-DD`, or `YYYY` where only the year is known (OIDC Core 5.1)."""
        if self.month is None or self.day is None:
            return f"{self.year:04d}"
        return f"{self.year:04d}-{self.month:02d}-{self.day:02d}"

    def is_after(self, today: date) -> bool:
        """Return whether even the earliest possible day still lies ahead: nobody was born then."""
        return date(self.year, self.month or 1, self.day or 1) > today


def compare_birth_dates(declared: BirthDate, registered: BirthDate) -> BirthDateMatch:
    """Compare exactly; where one side has only the year, compare the years.

    A year is the whole truth when the register holds no more. From a person whose day the register knows, it
    is less than what we ask of everyone else, and so never more than near.
    """
    if declared == registered:
        return BirthDateMatch.EQUAL
    if declared.year != registered.year:
        return BirthDateMatch.DIFFERENT
    if registered.precision is Precision.YEAR:
        return BirthDateMatch.EQUAL
    return BirthDateMatch.NEAR if declared.precision is Precision.YEAR else BirthDateMatch.DIFFERENT
