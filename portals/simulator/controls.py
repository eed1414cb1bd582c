"""The fault controls: read and set over JSON, or by the buttons of the page."""

import math
from urllib.parse import parse_qs

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from portals.simulator.faults import MAX_DELAY_SECONDS, Control, Mode
from portals.simulator.state import Registers

_MAX_BODY_BYTES = 4096


async def read_control(request: Request) -> Response:
    """Return {mode, delay_seconds} of one register."""
    registers: Registers = request.app.state.registers
    control = registers.controls.get(request.path_params["register"])
    return _unknown_register() if control is None else _as_json(control)


async def set_control(request: Request) -> Response:
    """Take {mode, delay_seconds}; what is left out stays as it is."""
    registers: Registers = request.app.state.registers
    name = request.path_params["register"]
    if name not in registers.controls:
        return _unknown_register()
    body = await request.body()
    try:
        wanted: object = orjson.loads(body) if len(body) <= _MAX_BODY_BYTES else None
    except ValueError:
        wanted = None
    control = _control(wanted, registers.controls[name])
    if control is None:
        return JSONResponse({"error": "invalid_request", "modes": list(Mode)}, 400)
    registers.controls[name] = control
    return _as_json(control)


async def press_button(request: Request) -> Response:
    """Take the form of the page and go back to it."""
    registers: Registers = request.app.state.registers
    name = request.path_params["register"]
    if name not in registers.controls:
        return _unknown_register()
    body = await request.body()
    fields = parse_qs(body[:_MAX_BODY_BYTES].decode("utf-8", "replace"))
    control = _control({"mode": fields.get("mode", [""])[0]}, registers.controls[name])
    if control is None:
        return JSONResponse({"error": "invalid_request", "modes": list(Mode)}, 400)
    registers.controls[name] = control
    language = "en" if request.query_params.get("lang") == "en" else "vi"
    return RedirectResponse(f"/?lang={language}#controls", 303)


def _control(wanted: object, present: Control) -> Control | None:
    if not isinstance(wanted, dict) or not wanted.keys() <= {"mode", "delay_seconds"}:
        return None
    delay: object = wanted.get("delay_seconds", present.delay_seconds)
    mode: object = wanted.get("mode", present.mode)
    if isinstance(delay, bool) or not isinstance(delay, int | float) or not math.isfinite(delay):
        return None
    if not 0 <= delay <= MAX_DELAY_SECONDS or mode not in list(Mode):
        return None
    return Control(Mode(str(mode)), float(delay))


def _as_json(control: Control) -> Response:
    return JSONResponse({"mode": control.mode, "delay_seconds": control.delay_seconds})


def _unknown_register() -> Response:
    return JSONResponse({"error": "not_found"}, 404)
