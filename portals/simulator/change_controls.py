"""The controls that let something happen to a person: over JSON, or by the form of the page."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qs

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from portals.simulator.answers import VIETNAM
from portals.simulator.book import Change, ChangeKind, ImpossibleChangeError, new_change_id
from portals.simulator.state import Registers

_MAX_BODY_BYTES = 4096
_NEEDED = {"kind", "number"}
_ALLOWED = _NEEDED | {"new_number", "new_name"}


async def list_changes(request: Request) -> Response:
    """Return what happened since the simulator started, oldest first."""
    registers: Registers = request.app.state.registers
    return JSONResponse([as_dict(change) for change in registers.book.changes])


async def post_change(request: Request) -> Response:
    """Take {kind, number, new_number?, new_name?} and answer with the change as the feed will tell it."""
    body = await request.body()
    try:
        wanted: object = orjson.loads(body) if len(body) <= _MAX_BODY_BYTES else None
    except ValueError:
        wanted = None
    change = _read(wanted)
    if change is None or not _happens(request, change):
        return _refusal()
    return JSONResponse(as_dict(change), 201)


async def submit_change(request: Request) -> Response:
    """Take the form of the page and go back to it."""
    body = await request.body()
    fields = parse_qs(body[:_MAX_BODY_BYTES].decode("utf-8", "replace"))
    change = _read({name: values[0].strip() for name, values in fields.items() if name in _ALLOWED})
    if change is None or not _happens(request, change):
        return _refusal()
    language = "en" if request.query_params.get("lang") == "en" else "vi"
    return RedirectResponse(f"/?lang={language}#changes", 303)


def as_dict(change: Change) -> Mapping[str, str | None]:
    """Return a change for a program to read."""
    return {
        "id": change.id,
        "kind": change.kind,
        "number": change.number,
        "at": change.at.isoformat(),
        "new_number": change.new_number or None,
        "new_name": change.new_name or None,
    }


def _read(wanted: object) -> Change | None:
    if not isinstance(wanted, dict) or not _NEEDED <= wanted.keys() <= _ALLOWED:
        return None
    texts = {name: value for name, value in wanted.items() if isinstance(value, str)}
    if len(texts) != len(wanted) or texts["kind"] not in list(ChangeKind):
        return None
    kind = ChangeKind(texts["kind"])
    return Change(
        id=new_change_id(),
        kind=kind,
        number=texts["number"],
        at=datetime.now(VIETNAM),
        # The page's form has every field; only those of the kind mean something.
        new_number=texts.get("new_number", "") if kind is ChangeKind.NUMBER_REPLACED else "",
        new_name=" ".join(texts.get("new_name", "").split()) if kind is ChangeKind.NAME_CHANGED else "",
    )


def _happens(request: Request, change: Change) -> bool:
    registers: Registers = request.app.state.registers
    try:
        registers.book.change(change)
    except ImpossibleChangeError:
        return False
    return True


def _refusal() -> Response:
    return JSONResponse({"error": "invalid_request", "kinds": list(ChangeKind)}, 400)
