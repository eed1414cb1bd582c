"""The SOAP end point `TraCuuThongTinCongDan`: reads the question strictly and answers more than it should."""

from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response

from portals.simulator.faults import Mode, apply_after, apply_before
from portals.simulator.people import BY_NUMBER, PEOPLE, holder_of
from portals.simulator.person import Person
from portals.simulator.state import Question, Registers

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
REQUEST = "http://dancuquocgia.bca"
RECORD = "http://www.mic.gov.vn/dancu/1.0"

_MAX_QUESTION_BYTES = 64 * 1024
_CLOCK_DIFFERENCE = timedelta(minutes=5)
# The order of an XML sequence; the optional ones may be left out, the rest may not.
_SEQUENCE = (
    "MaYeuCau",
    "MaDVC",
    "MaTichHop",
    "MaCanBo",
    "MaDonVi",
    "TaiKhoan",
    "SoDienThoai",
    "SoDinhDanh",
    "SoCMND",
    "HoVaTen",
    "NgayThangNamSinh",
)
_OPTIONAL = frozenset({"MaDonVi", "TaiKhoan", "SoDienThoai", "SoDinhDanh", "SoCMND"})


async def population(request: Request) -> Response:
    """Answer one question, in the mode the register was told to be in."""
    registers: Registers = request.app.state.registers
    control = registers.controls["population"]
    if (instead := await apply_before(request, control)) is not None:
        return instead
    if control.mode is Mode.FAULT:
        return _fault("Server", "Hệ thống đang bận")
    if not _is_authentic(request, registers.secret):
        return _fault("Client", "Sai thông tin xác thực", status=401)
    asked = _read_question(await request.body())
    if asked is None:
        return _fault("Client", "Sai cấu trúc thông điệp")
    registers.remember(
        Question(asked["MaYeuCau"], asked["MaDVC"], asked["MaCanBo"], request.headers.get("x-correlation-id", ""))
    )
    person = holder_of(asked.get("SoDinhDanh") or asked.get("SoCMND", ""))
    if control.mode is Mode.WRONG_PERSON:
        person = _somebody_else(person)
    return apply_after(_envelope(_collection(person)), control)


def _is_authentic(request: Request, secret: str) -> bool:
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


def _read_question(body: bytes) -> Mapping[str, str] | None:
    """Return the fields of a question in the right structure and order, or None."""
    if len(body) > _MAX_QUESTION_BYTES or b"<!" in body:
        return None
    try:
        root = ET.fromstring(body)  # noqa: S314  (bounded, and refused above if it declares anything)
    except (ET.ParseError, ValueError, LookupError):
        return None
    question = root.find(f"{{{SOAP}}}Body/{{{REQUEST}}}TraCuuThongTinCongDan")
    if root.tag != f"{{{SOAP}}}Envelope" or question is None:
        return None
    names = [field.tag.removeprefix(f"{{{REQUEST}}}") for field in question]
    given = set(names)
    expected = [name for name in _SEQUENCE if name in given or name not in _OPTIONAL]
    if names != expected or not given & {"SoDinhDanh", "SoCMND"}:
        return None
    return {name: (field.text or "").strip() for name, field in zip(names, question, strict=True)}


def _somebody_else(person: Person | None) -> Person:
    return next(other for other in PEOPLE if other is not person and holder_of(other.number) is other)


def _collection(person: Person | None) -> str:
    rows = "" if person is None else _citizen(person)
    count = 0 if person is None else 1
    return f'<CongdanCollection xmlns="{RECORD}" SoCongDan="{count}" GhiChu="">{rows}</CongdanCollection>'


def _citizen(person: Person) -> str:
    """Return far more than anyone asked for, as the real register does; all of it is invented and neutral."""
    family, middle, given = (
        (person.family, person.middle, person.given) if person.extra.in_parts else ("", "", person.full_name)
    )
    name = f"{_tag('Ho', family.upper())}{_tag('ChuDem', middle.upper())}{_tag('Ten', given.upper())}"
    return (
        "<CongDan>"
        f"{_tag('SoDinhDanh', person.number)}{_tag('SoCMND', person.extra.old_card)}<HoVaTen>{name}</HoVaTen>"
        f"{_tag('GioiTinh', person.sex.value)}<DanToc>56</DanToc><TonGiao>00</TonGiao>"
        "<TinhTrangHonNhan>0</TinhTrangHonNhan><NhomMau>00</NhomMau>"
        f"<NgayThangNamSinh>{_born(person)}</NgayThangNamSinh>"
        "<QueQuan><MaTinhThanh>01</MaTinhThanh><MaQuanHuyen/><MaPhuongXa/><ChiTiet>QUÊ MẪU</ChiTiet></QueQuan>"
        f"<ThuongTru><ChiTiet>ĐỊA CHỈ MẪU</ChiTiet></ThuongTru>{_tag('QuocTich', person.extra.nationality)}"
        f"{_relative('Cha', 'NGƯỜI CHA MẪU', '')}{_relative('Me', 'NGƯỜI MẸ MẪU', '')}<VoChong/>{_guardian(person)}"
        "<ChuHo><QuanHe>CH01</QuanHe></ChuHo><SoSoHoKhau>SỔ MẪU</SoSoHoKhau>"
        "</CongDan>"
    )


def _born(person: Person) -> str:
    if len(person.born) == 4:
        return f"{_tag('Nam', person.born)}<NgayThangNam/>"
    # The published sample writes dates one way and live answers the other; half of the people each way.
    live = int(person.number[-1]) % 2
    return f"<Nam/>{_tag('NgayThangNam', person.born.replace('-', '') if live else person.born)}"


def _guardian(person: Person) -> str:
    guardian = BY_NUMBER.get(person.extra.guardian)
    if guardian is None:
        return "<NguoiDaiDien/>"
    return _relative("NguoiDaiDien", guardian.full_name.upper(), guardian.number)


def _relative(kind: str, name: str, number: str) -> str:
    return f"<{kind}><HoVaTen><Ten>{escape(name)}</Ten></HoVaTen>{_tag('SoDinhDanh', number)}</{kind}>"


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else f"<{name}/>"


def _envelope(content: str, status: int = 200) -> Response:
    return Response(
        f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{SOAP}"><soapenv:Body>'
        f"{content}</soapenv:Body></soapenv:Envelope>",
        status,
        media_type="text/xml",
    )


def _fault(code: str, text: str, *, status: int = 200) -> Response:
    return _envelope(
        f"<soapenv:Fault><faultcode>soapenv:{code}</faultcode><faultstring>{text}</faultstring></soapenv:Fault>", status
    )
