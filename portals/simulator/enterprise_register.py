"""The look-up `TraCuuThongTinDoanhNghiep` of the enterprise register, in the exchange's JSON."""

import json
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from portals.simulator.enterprises import Enterprise, as_result
from portals.simulator.faults import Mode, apply_after, apply_before
from portals.simulator.state import Question, Registers

_MAX_BODY_BYTES = 4096


async def enterprise(request: Request) -> Response:
    """Answer for one enterprise code, in the mode the register was told to be in."""
    registers: Registers = request.app.state.registers
    control = registers.controls["enterprise"]
    asked = await _asked_code(request)
    if asked is None:
        return Response("Bad Request", 400, media_type="text/plain")
    registers.remember(_question(request))
    if (instead := await apply_before(request, control)) is not None:
        return instead
    if control.mode is Mode.FAULT:
        return _answer(None, status="ERROR", exception="Hệ thống đang bận")
    rows = registers.enterprises.rows
    found = rows.get(canonical_code(asked))
    if control.mode is Mode.WRONG_PERSON:
        found = next(other for other in rows.values() if other is not found)
    return apply_after(_answer(found), control)


async def _asked_code(request: Request) -> str | None:
    """Return the code of the question: in the address, or for a household, whose owner's number it is, in a form."""
    if request.method != "POST":
        return request.query_params.get("MaSoDoanhNghiep", "")
    body = await request.body()
    fields = parse_qs(body[:_MAX_BODY_BYTES].decode("utf-8", "replace"))
    return fields.get("MaSoDoanhNghiep", [None])[0]


def _question(request: Request) -> Question:
    headers = request.headers
    correlation = headers.get("x-correlation-id", "")
    return Question(correlation, headers.get("madvc", ""), headers.get("macanbo", ""), correlation, "enterprise")


def canonical_code(text: str) -> str:
    """Return the code with the hyphen before a unit's three digits; the register takes it with and without."""
    digits = text.strip().replace("-", "").replace(" ", "")
    return f"{digits[:10]}-{digits[10:]}" if len(digits) == 13 else digits


def _answer(found: Enterprise | None, *, status: str = "OK", exception: str | None = None) -> Response:
    body = {
        "StatusCode": 200 if exception is None else 500,
        "Status": status,
        "ThrowException": exception,
        "ResultObject": None if found is None else as_result(found),
    }
    return Response(json.dumps(body, ensure_ascii=False).encode(), media_type="application/json")
