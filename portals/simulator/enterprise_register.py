"""The look-up `TraCuuThongTinDoanhNghiep` of the enterprise register, in the exchange's JSON."""

import json

from starlette.requests import Request
from starlette.responses import Response

from portals.simulator.enterprises import BY_CODE, ENTERPRISES, Enterprise, as_result
from portals.simulator.faults import Mode, apply_after, apply_before
from portals.simulator.state import Registers


async def enterprise(request: Request) -> Response:
    """Answer for one enterprise code, in the mode the register was told to be in."""
    registers: Registers = request.app.state.registers
    control = registers.controls["enterprise"]
    if (instead := await apply_before(request, control)) is not None:
        return instead
    if control.mode is Mode.FAULT:
        return _answer(None, status="ERROR", exception="Hệ thống đang bận")
    found = BY_CODE.get(canonical_code(request.query_params.get("MaSoDoanhNghiep", "")))
    if control.mode is Mode.WRONG_PERSON:
        found = next(other for other in ENTERPRISES if other is not found)
    return apply_after(_answer(found), control)


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
