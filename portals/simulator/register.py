"""The SOAP end point of the population register: strict about the question, generous in the answer."""

from starlette.requests import Request
from starlette.responses import Response

from portals.simulator.answers import Claim, changes, looked_up, matches, read_window
from portals.simulator.faults import Mode, apply_after, apply_before
from portals.simulator.record import as_xml
from portals.simulator.soap_question import (
    CHANGES,
    MATCH,
    REQUEST,
    SOAP,
    SoapQuestion,
    is_authentic,
    read_question,
)
from portals.simulator.state import Question, Registers

RECORD = "http://www.mic.gov.vn/dancu/1.0"


async def population(request: Request) -> Response:
    """Answer one question, in the mode the register was told to be in."""
    registers: Registers = request.app.state.registers
    control = registers.controls["population"]
    if (instead := await apply_before(request, control)) is not None:
        return instead
    if control.mode is Mode.FAULT:
        return _fault("Server", "Hệ thống đang bận")
    if not is_authentic(request, registers.secret):
        return _fault("Client", "Sai thông tin xác thực", status=401)
    asked = read_question(await request.body())
    content = None if asked is None else _answer(asked, registers, wrong_person=control.mode is Mode.WRONG_PERSON)
    if asked is None or content is None:
        return _fault("Client", "Sai cấu trúc thông điệp")
    registers.remember(_remembered(asked, request.headers.get("x-correlation-id", "")))
    return apply_after(_envelope(content), control)


def _answer(asked: SoapQuestion, registers: Registers, *, wrong_person: bool) -> str | None:
    """Return the content of the answer's body, or None for a question that is none."""
    fields, book = asked.fields, registers.book
    if asked.operation == CHANGES:
        names = ("TuNgay", "DenNgay", "Loai", "Trang", "SoBanGhi")
        window = read_window(*(fields.get(name, "") for name in names))
        if window is None:
            return None
        rows = "".join(as_xml("ThayDoi", row) for row in changes(book, window))
        return f'<DanhSachThayDoi xmlns="{REQUEST}" Trang="{window.page}">{rows}</DanhSachThayDoi>'
    claim = Claim(fields.get("SoDinhDanh") or fields.get("SoCMND", ""), fields["HoVaTen"], fields["NgayThangNamSinh"])
    person = book.holder_of(claim.number)
    if wrong_person:
        person = book.somebody_else(person)
    if asked.operation == MATCH:
        result = as_xml("KetQuaXacThuc", {"TonTai": "true" if matches(claim, person) else "false"})
        return f'<{MATCH}Response xmlns="{REQUEST}">{result}</{MATCH}Response>'
    rows = "" if person is None else as_xml("CongDan", looked_up(person, book))
    count = 0 if person is None else 1
    return f'<CongdanCollection xmlns="{RECORD}" SoCongDan="{count}" GhiChu="">{rows}</CongdanCollection>'


def _remembered(asked: SoapQuestion, correlation_id: str) -> Question:
    fields = asked.fields
    return Question(fields["MaYeuCau"], fields["MaDVC"], fields["MaCanBo"], correlation_id, asked.operation)


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
