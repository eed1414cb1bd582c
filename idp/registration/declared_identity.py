"""What a person typed about themself: read field by field, every problem told at once."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from msgspec import Struct, field

from idp.proofing.model import ClaimedIdentity
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.errors import BirthDateProblem, DeclaredValueError, InvalidBirthDateError
from idp.proofing.values.names import check_declared_name
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.phones import PhoneNumber
from records.structs import Unprinted

T = TypeVar("T")
# Longer than anything honest; a name is judged by its own rule first.
_CUT = 400


class DeclaredForm(Unprinted, Struct, frozen=True):
    """The fields of the first page, as typed."""

    number: str
    full_name: str
    birth_day: str
    birth_month: str
    birth_year: str
    phone: str


class _Reader(Struct):
    errors: dict[str, DeclaredValueError] = field(default_factory=dict)

    def read(self, name: str, parse: Callable[[], T]) -> T | None:
        try:
            return parse()
        except DeclaredValueError as error:
            self.errors[name] = error
            return None


class DeclaredProblems(Struct, frozen=True):
    """The problems of a form, by field: number, full_name, birth_date, phone."""

    errors: dict[str, DeclaredValueError]


def read_declared(form: DeclaredForm, today: date) -> tuple[ClaimedIdentity, PhoneNumber] | DeclaredProblems:
    """Return the declared identity and phone, or what is wrong with every field that is wrong."""
    reader = _Reader()
    number = reader.read("number", lambda: PersonalNumber.parse(form.number[:_CUT]))
    name = reader.read("full_name", lambda: check_declared_name(form.full_name[:_CUT]))
    birth_date = reader.read("birth_date", lambda: _birth_date(form, today))
    phone = reader.read("phone", lambda: PhoneNumber.parse_mobile(form.phone[:_CUT]))
    if number is None or name is None or birth_date is None or phone is None:
        return DeclaredProblems(reader.errors)
    return ClaimedIdentity(number, name, birth_date), phone


class DeclaredPerson(Unprinted, Struct, frozen=True):
    """A name and a birth date without a number, which is known from elsewhere."""

    name: str
    birth_date: BirthDate


def read_person(full_name: str, *, day: str, month: str, year: str, today: date) -> DeclaredPerson | DeclaredProblems:
    """Return the declared name and birth date, or what is wrong with either."""
    reader, form = _Reader(), DeclaredForm("", full_name, day, month, year, "")
    name = reader.read("full_name", lambda: check_declared_name(full_name[:_CUT]))
    birth_date = reader.read("birth_date", lambda: _birth_date(form, today))
    if name is None or birth_date is None:
        return DeclaredProblems(reader.errors)
    return DeclaredPerson(name, birth_date)


def read_card(full_name: str, birth_date: str, today: date) -> DeclaredPerson | DeclaredProblems:
    """Return the same where the birth date is one text, `1950-02-28`, or `1950` where the card has the year alone."""
    reader = _Reader()
    name = reader.read("full_name", lambda: check_declared_name(full_name[:_CUT]))
    born = reader.read("birth_date", lambda: _not_after(today, BirthDate.parse(birth_date[:_CUT])))
    if name is None or born is None:
        return DeclaredProblems(reader.errors)
    return DeclaredPerson(name, born)


def _birth_date(form: DeclaredForm, today: date) -> BirthDate:
    day, month, year = (part.strip()[:8] for part in (form.birth_day, form.birth_month, form.birth_year))
    return _not_after(today, BirthDate.from_fields(day=day, month=month, year=year))


def _not_after(today: date, birth_date: BirthDate) -> BirthDate:
    if birth_date.is_after(today):
        raise InvalidBirthDateError(BirthDateProblem.YEAR_OUT_OF_RANGE)
    return birth_date
