"""Reading a SOAP question strictly: who asks, the operation, and its fields in their order."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from types import MappingProxyType
from xml.etree import ElementTree as ET

from starlette.requests import Request

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
REQUEST = "http://dancuquocgia.bca"
MATCH, LOOK_UP, CHANGES = "XacThucThongTinCongDan", "TraCuuThongTinCongDan", "TraCuuThayDoiCongDan"

_MAX_QUESTION_BYTES = 64 * 1024
_CLOCK_DIFFERENCE = timedelta(minutes=5)
_ASKED_BY = ("MaYeuCau", "MaDVC", "MaTichHop", "MaCanBo", "MaDonVi", "TaiKhoan", "SoDienThoai")
_CITIZEN = (*_ASKED_BY, "SoDinhDanh", "SoCMND", "HoVaTen", "NgayThangNamSinh")
# The order of an XML sequence; the optional ones may be left out, the rest may not.
_SEQUENCES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        MATCH: _CITIZEN,
        LOOK_UP: _CITIZEN,
        CHANGES: (*_ASKED_BY, "TuNgay", "DenNgay", "Loai", "Trang", "SoBanGhi"),
    }
)
_OPTIONAL = frozenset({"MaDonVi", "TaiKhoan", "SoDienThoai", "SoDinhDanh", "SoCMND", "Loai"})
_BORN = ("Nam", "NgayThangNam")


@dataclass(frozen=True, slots=True)
class SoapQuestion:
    """A well-formed question."""

    operation: str
    fields: Mapping[str, str]


def is_authentic(request: Request, secret: str) -> bool:
    """Check `Basic base64(user:sha256_hex(url + user + timestamp + secret))` and that the timestamp is fresh."""
    stamp = request.headers.get("timestamp", "")
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        user, _, proof = b64decode(encoded, validate=True).decode().partition(":")
        # One known caller sends seconds where the others send milliseconds.
        seconds = int(stamp) / (1000 if len(stamp) > 11 else 1)
        sent_at = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return False
    expected = sha256(f"{request.url}{user}{stamp}{secret}".encode()).hexdigest()
    fresh = abs(datetime.now(UTC) - sent_at) <= _CLOCK_DIFFERENCE
    return scheme == "Basic" and bool(user) and proof == expected and fresh


def read_question(body: bytes) -> SoapQuestion | None:
    """Return a question in the right structure and order, or None."""
    if len(body) > _MAX_QUESTION_BYTES or b"<!" in body:
        return None
    try:
        root = ET.fromstring(body)  # noqa: S314  (bounded, and refused above if it declares anything)
    except (ET.ParseError, ValueError, LookupError):
        return None
    content = root.find(f"{{{SOAP}}}Body")
    if root.tag != f"{{{SOAP}}}Envelope" or content is None or len(content) != 1:
        return None
    operation = _local(content[0])
    names = [_local(field) for field in content[0]]
    if operation not in _SEQUENCES or not _in_order(names, _SEQUENCES[operation]):
        return None
    return SoapQuestion(operation, {name: _text(field) for name, field in zip(names, content[0], strict=True)})


def _in_order(names: list[str], sequence: tuple[str, ...]) -> bool:
    given = set(names)
    about_somebody = "SoDinhDanh" not in sequence or bool(given & {"SoDinhDanh", "SoCMND"})
    return about_somebody and names == [name for name in sequence if name in given or name not in _OPTIONAL]


def _text(field: ET.Element) -> str:
    """Return a field's text; a birth date is the day or the year in it."""
    born = next((inner for inner in field if _local(inner) in _BORN), None)
    return ((field if born is None else born).text or "").strip()


def _local(element: ET.Element) -> str:
    return element.tag.removeprefix(f"{{{REQUEST}}}")
