"""The message `TraCuuThongTinCongDan` of the population register: the question, and what is kept of the answer."""

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

from idp.adapters.registers.xml_reader import Path, UnreadableXmlError, read_labelled
from idp.proofing.birth_dates import BirthDate
from idp.proofing.errors import DeclaredValueError
from idp.proofing.model import ClaimedIdentity, NameParts, OnBehalfOf, Purpose, RegisterRecord
from idp.proofing.personal_numbers import PersonalNumber
from idp.proofing.ports import Found, Garbled, NoAnswer, NoRecord, RegisterAnswer
from idp.proofing.sexes import Sex

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
REQUEST = "http://dancuquocgia.bca"
RECORD = "http://www.mic.gov.vn/dancu/1.0"

_BODY: Path = (f"{SOAP} Envelope", f"{SOAP} Body")
_FAULT: Path = (*_BODY, f"{SOAP} Fault")
_COLLECTION = f"{RECORD} CongdanCollection"
# Everything else of a CongDan (family, religion, household, addresses) has no place here: minimisation.
_WANTED = frozenset(
    {
        "CongDan",
        "CongDan/SoDinhDanh",
        "CongDan/HoVaTen/Ho",
        "CongDan/HoVaTen/ChuDem",
        "CongDan/HoVaTen/Ten",
        "CongDan/GioiTinh",
        "CongDan/NgayThangNamSinh/Nam",
        "CongDan/NgayThangNamSinh/NgayThangNam",
    }
)
_SEXES: Mapping[str, Sex] = {sex.value: sex for sex in Sex}


def write_question(
    claimed: ClaimedIdentity,
    *,
    request_id: str,
    purpose: Purpose,
    on_behalf_of: OnBehalfOf,
    integration_code: str,
) -> bytes:
    """Return the SOAP envelope that asks for one person; the order of the elements is an XML sequence."""
    written = claimed.birth_date.oidc_birthdate().replace("-", "")
    fields = (
        ("MaYeuCau", request_id),
        ("MaDVC", purpose.code),
        ("MaTichHop", integration_code),
        ("MaCanBo", on_behalf_of.actor),
        ("SoDinhDanh", claimed.number.digits),
        ("HoVaTen", claimed.name.upper()),
    )
    born = ("Nam" if len(written) == 4 else "NgayThangNam", written)
    sequence = "".join(_element(name, escape(text)) for name, text in fields)
    question = sequence + _element("NgayThangNamSinh", _element(*born))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soapenv:Envelope xmlns:soapenv="{SOAP}" xmlns:dan="{REQUEST}"><soapenv:Header/><soapenv:Body>'
        f"{_element('TraCuuThongTinCongDan', question)}</soapenv:Body></soapenv:Envelope>"
    ).encode()


def read_answer(body: bytes) -> RegisterAnswer:
    """Return what an answer with status 200 says; nothing that was not asked for survives the reading."""
    try:
        found = read_labelled(body, _label)
    except UnreadableXmlError as error:
        return Garbled(error.reason)
    labels = [label for label, _ in found]
    if "Fault" in labels:
        return NoAnswer("fault")
    # A page or a cut answer without a SOAP body must not pass for "this person does not exist".
    if "Answer" not in labels:
        return Garbled("not_an_answer")
    match labels.count("CongDan"):
        case 0:
            return NoRecord()
        case 1:
            return _record({label: text for label, text in found if text})
        case _:
            return Garbled("several_records")


def _element(name: str, content: str) -> str:
    return f"<dan:{name}>{content}</dan:{name}>"


def _label(path: Path) -> str | None:
    if path == _FAULT:
        return "Fault"
    if path[:2] != _BODY or len(path) == 2:
        return None
    # Some answers put the collection straight into the body, others into an element of the operation's own.
    start = next((place for place in (2, 3) if path[place : place + 1] == (_COLLECTION,)), None)
    if start is None or len(path) == start + 1:
        return "Answer" if len(path) == 3 else None
    within = "/".join(_local_names(path[start + 1 :]))
    return within if within in _WANTED else None


def _local_names(path: Path) -> Iterator[str]:
    for name in path:
        namespace, _, local = name.rpartition(" ")
        yield local if namespace == RECORD else name


def _record(texts: Mapping[str, str]) -> RegisterAnswer:
    family, middle, given = (texts.get(f"CongDan/HoVaTen/{part}", "") for part in ("Ho", "ChuDem", "Ten"))
    born = texts.get("CongDan/NgayThangNamSinh/NgayThangNam") or texts.get("CongDan/NgayThangNamSinh/Nam", "")
    full_name = " ".join(part for part in (family, middle, given) if part)
    if not full_name:
        return Garbled("no_name")
    try:
        record = RegisterRecord(
            number=PersonalNumber(texts.get("CongDan/SoDinhDanh", "")),
            full_name=full_name,
            birth_date=BirthDate.parse(born),
            sex=_SEXES.get(texts.get("CongDan/GioiTinh", ""), Sex.UNKNOWN),
            parts=NameParts(family, middle, given) if family and given else None,
        )
    except DeclaredValueError:
        return Garbled("unreadable_field")
    return Found(record)
