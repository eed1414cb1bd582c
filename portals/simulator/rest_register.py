"""The REST wrapper of the population register: flat questions in camel case, QCVN 109 messages as JSON."""

import json
from base64 import b64decode
from collections.abc import Mapping
from hmac import compare_digest

import orjson
from starlette.requests import Request
from starlette.responses import Response

from portals.simulator.answers import Claim, changes, looked_up, matches, read_window
from portals.simulator.faults import Mode, apply_after, apply_before
from portals.simulator.state import Question, Registers

_MAX_QUESTION_BYTES = 64 * 1024
_ASKED_BY = frozenset({"maYeuCau", "maDVC", "maCanBo"})
_CITIZEN = _ASKED_BY | {"soDinhDanh", "hoVaTen", "ngayThangNam"}
_FIELDS: Mapping[str, frozenset[str]] = {
    "xacThucThongTinCongDan": _CITIZEN,
    "traCuuThongTinCongDan": _CITIZEN,
    "traCuuThayDoiCongDan": _ASKED_BY | {"tuNgay", "denNgay", "loai", "trang", "soBanGhi"},
}
_OPTIONAL = frozenset({"userNameService", "soCMND"})


async def population_wrapper(request: Request) -> Response:
    """Answer one question, in the mode the register was told to be in."""
    registers: Registers = request.app.state.registers
    control = registers.controls["population"]
    operation = request.path_params["operation"]
    if (instead := await apply_before(request, control)) is not None:
        return instead
    if control.mode is Mode.FAULT:
        return _json({"Fault": {"faultcode": "Server", "faultstring": "Hệ thống đang bận"}})
    if not _is_authentic(request, registers.secret):
        return _json({"Fault": {"faultcode": "Client", "faultstring": "Sai thông tin xác thực"}}, 401)
    fields = _read_fields(await request.body(), _FIELDS.get(operation))
    answer = fields and _answer(operation, fields, registers, wrong_person=control.mode is Mode.WRONG_PERSON)
    if not fields or not answer:
        return _json({"Fault": {"faultcode": "Client", "faultstring": "Sai cấu trúc thông điệp"}}, 400)
    correlation_id = request.headers.get("x-correlation-id", "")
    registers.remember(Question(fields["maYeuCau"], fields["maDVC"], fields["maCanBo"], correlation_id, operation))
    return apply_after(_json(answer), control)


def _answer(
    operation: str, fields: Mapping[str, str], registers: Registers, *, wrong_person: bool
) -> Mapping[str, object] | None:
    book = registers.book
    if operation == "traCuuThayDoiCongDan":
        window = read_window(*(fields[name] for name in ("tuNgay", "denNgay", "loai", "trang", "soBanGhi")))
        return None if window is None else {"DanhSachThayDoi": {"ThayDoi": changes(book, window)}}
    claim = Claim(fields["soDinhDanh"], fields["hoVaTen"], fields["ngayThangNam"])
    person = book.holder_of(claim.number)
    if wrong_person:
        person = book.somebody_else(person)
    if operation == "xacThucThongTinCongDan":
        return {"KetQuaXacThuc": {"TonTai": matches(claim, person)}}
    found = {"CongDan": looked_up(person, book)} if person else {}
    return {"CongdanCollection": {"SoCongDan": len(found), "GhiChu": "", **found}}


def _is_authentic(request: Request, secret: str) -> bool:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        user, _, given = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return False
    return scheme == "Basic" and bool(user) and compare_digest(given.encode(), secret.encode())


def _read_fields(body: bytes, wanted: frozenset[str] | None) -> Mapping[str, str] | None:
    """Return the fields of a question that has exactly those it needs, or None."""
    try:
        asked: object = orjson.loads(body) if len(body) <= _MAX_QUESTION_BYTES else None
    except ValueError:
        return None
    if wanted is None or not isinstance(asked, dict) or not wanted <= asked.keys() <= wanted | _OPTIONAL:
        return None
    fields = {name: str(value) for name, value in asked.items() if isinstance(value, str | int)}
    return fields if len(fields) == len(asked) else None


def _json(answer: Mapping[str, object], status: int = 200) -> Response:
    return Response(json.dumps(answer, ensure_ascii=False).encode(), status, media_type="application/json")
