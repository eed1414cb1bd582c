"""What is kept of a `CongDan` of QCVN 109, whichever way it was written down."""

from collections.abc import Mapping

from idp.proofing.model import NameParts, RegisterRecord
from idp.proofing.registers.ports import Found, Garbled
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.errors import DeclaredValueError
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.sexes import Sex
from idp.proofing.wards import FoundWard

# Everything else of a CongDan (family, religion, household, addresses) has no place here: minimisation.
WANTED = frozenset(
    {
        "SoDinhDanh",
        "HoVaTen/Ho",
        "HoVaTen/ChuDem",
        "HoVaTen/Ten",
        "GioiTinh",
        "NgayThangNamSinh/Nam",
        "NgayThangNamSinh/NgayThangNam",
    }
)
# Wanted only where somebody claims to represent a child.
GUARDIAN = "NguoiDaiDien/SoDinhDanh"
WANTED_OF_WARD = WANTED | {GUARDIAN}
_SEXES: Mapping[str, Sex] = {sex.value: sex for sex in Sex}


def read_record(texts: Mapping[str, str]) -> Found | Garbled:
    """Return the record whose wanted fields have these texts, by their paths; empty ones may be missing."""
    full_name = read_name(texts)
    if not full_name:
        return Garbled("no_name")
    family, middle, given = _parts(texts)
    born = texts.get("NgayThangNamSinh/NgayThangNam") or texts.get("NgayThangNamSinh/Nam", "")
    try:
        record = RegisterRecord(
            number=PersonalNumber(texts.get("SoDinhDanh", "")),
            full_name=full_name,
            birth_date=BirthDate.parse(born),
            sex=_SEXES.get(texts.get("GioiTinh", ""), Sex.UNKNOWN),
            parts=NameParts(family, middle, given) if family and given else None,
        )
    except DeclaredValueError:
        return Garbled("unreadable_field")
    return Found(record)


def read_ward(texts: Mapping[str, str]) -> FoundWard | Garbled:
    """Return the record of a child with the number of whom it names as representing it."""
    found = read_record(texts)
    return FoundWard(found.record, texts.get(GUARDIAN, "")) if isinstance(found, Found) else found


def read_name(texts: Mapping[str, str]) -> str:
    """Return the whole name: most stand undivided in `Ten`."""
    return " ".join(part for part in _parts(texts) if part)


def _parts(texts: Mapping[str, str]) -> tuple[str, str, str]:
    return texts.get("HoVaTen/Ho", ""), texts.get("HoVaTen/ChuDem", ""), texts.get("HoVaTen/Ten", "")
