"""The carriers' subscriber match: under whose number a phone is subscribed, and since when."""

import json
from datetime import UTC, datetime, timedelta
from hmac import compare_digest

import orjson
from starlette.requests import Request
from starlette.responses import Response

from portals.simulator.faults import Mode, apply_after, apply_before
from portals.simulator.people import PEOPLE
from portals.simulator.state import Question, Registers

_MAX_BODY_BYTES = 4096
_LONG_AGO, _LATELY = timedelta(days=400), timedelta(days=2)
# Nobody's range (vietnam.md 11). By a person's place in the list: a phone of their own, and one that is theirs since
# two days ago only. Every phone that is not here is somebody else's.
_OWN, _JUST_MOVED = "+84500001{place:03d}", "+84500003{place:03d}"


def phones_of(number: str) -> tuple[str, str]:
    """Return a demonstration person's own phone, and one that became theirs two days ago, both E.164."""
    return _OWN.format(place=_place(number)), _JUST_MOVED.format(place=_place(number))


async def subscribers(request: Request) -> Response:
    """Answer whether a phone is subscribed under a number, in the mode the carriers were told to be in."""
    registers: Registers = request.app.state.registers
    control = registers.controls["subscribers"]
    if (instead := await apply_before(request, control)) is not None:
        return instead
    if not compare_digest(request.headers.get("apikey", "").encode(), registers.secret.encode()):
        return Response("Unauthorized", 401, media_type="text/plain")
    asked = _asked(await request.body())
    if asked is None:
        return Response("Bad Request", 400, media_type="text/plain")
    number, phone, service = asked
    request_id = request.headers.get("x-correlation-id", "")
    registers.remember(Question(request_id, service, "", request_id, "subscribers"))
    if control.mode is Mode.FAULT:
        return _json({"MaYeuCau": request_id, "KetQua": "loi"})
    answer = _answer(registers, number, phone)
    named = "another-question" if control.mode is Mode.WRONG_PERSON else request_id
    return apply_after(_json({"MaYeuCau": named, **answer}), control)


def _answer(registers: Registers, number: str, phone: str) -> dict[str, str]:
    today = datetime.now(UTC).date()
    since = {_OWN: today - _LONG_AGO, _JUST_MOVED: today - _LATELY}
    person = registers.book.holder_of(number)
    mine = {shape.format(place=_place(person.number)): day for shape, day in since.items()} if person else {}
    if phone not in mine:
        return {"KetQua": "khong_khop"}
    return {"KetQua": "khop", "NgayHieuLuc": mine[phone].strftime("%Y%m%d")}


def _place(number: str) -> int:
    """Return the place in the list; 0, whose phones nobody has, for a number that came up only while this runs."""
    return next((place for place, person in enumerate(PEOPLE, 1) if person.number == number), 0)


def _asked(body: bytes) -> tuple[str, str, str] | None:
    try:
        asked: object = orjson.loads(body) if len(body) <= _MAX_BODY_BYTES else None
    except ValueError:
        return None
    if not isinstance(asked, dict) or set(asked) != {"SoDinhDanh", "SoThueBao", "MaDVC"}:
        return None
    return str(asked["SoDinhDanh"]), str(asked["SoThueBao"]), str(asked["MaDVC"])


def _json(answer: dict[str, str]) -> Response:
    return Response(json.dumps(answer).encode(), media_type="application/json")
