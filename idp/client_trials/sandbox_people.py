"""The invented people as whom developers sign in to clients that are tried out: everything about them is public."""

from msgspec import Struct

from idp.proofing.model import NameParts, RegisterRecord
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.phones import PhoneNumber
from idp.proofing.values.sexes import Sex

# Public by purpose: clients in the sandbox take these people, and no others do.
PASSWORD = "sandbox-Password-1"  # noqa: S105
APP_SECRET = "SANDBOX2ONLY2SECRET2OF2NOBODY222"  # noqa: S105


class InventedPerson(Struct, frozen=True):
    """Somebody who does not exist: what a register would say of them, and their phone."""

    record: RegisterRecord
    phone: PhoneNumber


def _person(number: str, parts: NameParts, born: BirthDate, sex: Sex, phone: str) -> InventedPerson:
    name = " ".join(part for part in (parts.family, parts.middle, parts.given) if part)
    record = RegisterRecord(PersonalNumber(number), name, born, sex, parts)
    return InventedPerson(record, PhoneNumber.parse_mobile(phone))


# Numbers of years that have not come, under names of nobody in particular; nobody has a phone that begins with 050.
PEOPLE = (
    _person("001899900101", NameParts("Trần", "Thử", "Nghiệm"), BirthDate(1985, 3, 2), Sex.MALE, "0500000101"),
    _person("079999900102", NameParts("Đặng", "Thị Thử", "Thúy"), BirthDate(1993, 11, 20), Sex.FEMALE, "0500000102"),
    _person("048899900103", NameParts("Lý", "", "Thử"), BirthDate(1950), Sex.MALE, "0500000103"),
    _person("066999900104", NameParts("H'Hen", "Thử", "Niê"), BirthDate(2000, 2, 29), Sex.FEMALE, "0500000104"),
)
