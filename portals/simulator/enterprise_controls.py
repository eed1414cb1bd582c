"""The controls that let something happen to an enterprise: over JSON, or by the form of the page."""

from urllib.parse import parse_qs

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from portals.simulator.enterprises import ImpossibleEnterpriseChangeError
from portals.simulator.state import Registers

_MAX_BODY_BYTES = 4096
KINDS = ("representative", "dissolved")


async def post_enterprise_change(request: Request) -> Response:
    """Take {kind, code, representative?}; the representative is a demonstration person's number."""
    body = await request.body()
    try:
        wanted: object = orjson.loads(body) if len(body) <= _MAX_BODY_BYTES else None
    except ValueError:
        wanted = None
    if not isinstance(wanted, dict) or not all(isinstance(value, str) for value in wanted.values()):
        return _refusal()
    return Response(status_code=204) if _happens(request, wanted) else _refusal()


async def submit_enterprise_change(request: Request) -> Response:
    """Take the form of the page and go back to it."""
    body = await request.body()
    fields = parse_qs(body[:_MAX_BODY_BYTES].decode("utf-8", "replace"))
    if not _happens(request, {name: values[0].strip() for name, values in fields.items()}):
        return _refusal()
    language = "en" if request.query_params.get("lang") == "en" else "vi"
    return RedirectResponse(f"/?lang={language}#enterprises-title", 303)


def _happens(request: Request, wanted: dict[str, str]) -> bool:
    registers: Registers = request.app.state.registers
    code, kind = wanted.get("code", ""), wanted.get("kind")
    try:
        if kind == "representative":
            registers.enterprises.name_representative(code, wanted.get("representative", ""))
        elif kind == "dissolved":
            registers.enterprises.dissolve(code)
        else:
            return False
    except ImpossibleEnterpriseChangeError:
        return False
    return True


def _refusal() -> Response:
    return JSONResponse({"error": "invalid_request", "kinds": list(KINDS)}, 400)
