"""What a register can be told to do wrong."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

MAX_DELAY_SECONDS = 120.0
_TRANSPORT = "simulator.transport"
_PADDING_BYTES = 512 * 1024
_MAINTENANCE = """<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>Bảo trì</title></head>
<body><h1>Hệ thống đang bảo trì</h1><p>System under maintenance.</p></body></html>"""


class Mode(StrEnum):
    """How a register behaves.

    Garbled is an answer cut in the middle, maintenance a page in its place; dripping sends one byte a second, hanging
    nothing at all; oversized is the right answer with half a megabyte of blanks behind it.
    """

    OK = "ok"
    SLOW = "slow"
    FAILING = "failing"
    FAULT = "fault"
    GARBLED = "garbled"
    MAINTENANCE = "maintenance"
    WRONG_PERSON = "wrong_person"
    DOWN = "down"
    HANGING = "hanging"
    DRIPPING = "dripping"
    OVERSIZED = "oversized"


@dataclass(frozen=True, slots=True)
class Control:
    """The mode of one register, and how long it waits when slow."""

    mode: Mode = Mode.OK
    delay_seconds: float = 10.0


# Vietnamese, English.
MODE_TEXTS: Mapping[Mode, tuple[str, str]] = MappingProxyType(
    {
        Mode.OK: ("bình thường", "normal"),
        Mode.SLOW: ("chậm", "slow"),
        Mode.FAILING: ("lỗi 500", "error 500"),
        Mode.FAULT: ("SOAP Fault (mã 200)", "SOAP Fault (status 200)"),
        Mode.GARBLED: ("trả lời bị cắt", "truncated answer"),
        Mode.MAINTENANCE: ("trang bảo trì (mã 200)", "maintenance page (status 200)"),
        Mode.WRONG_PERSON: ("trả về người khác", "somebody else's record"),
        Mode.DOWN: ("ngắt kết nối", "connection closed"),
        Mode.HANGING: ("không bao giờ trả lời", "never answers"),
        Mode.DRIPPING: ("mỗi giây một byte", "one byte a second"),
        Mode.OVERSIZED: ("trả lời quá dài", "oversized answer"),
    }
)


@runtime_checkable
class _Transport(Protocol):
    def abort(self) -> None: ...


class SimulatorApp(Starlette):
    """Starlette that lets an endpoint close the connection without an answer, which ASGI has no word for."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Remember the server's transport before the middleware wraps `send`."""
        if scope["type"] == "http":
            scope[_TRANSPORT] = getattr(getattr(send, "__self__", None), "transport", None)
        await super().__call__(scope, receive, send)


async def apply_before(request: Request, control: Control) -> Response | None:
    """Do what the mode does instead of answering, or return None when an answer is to be made."""
    match control.mode:
        case Mode.SLOW:
            await asyncio.sleep(control.delay_seconds)
        case Mode.FAILING:
            return Response("Internal Server Error", 500, media_type="text/plain")
        case Mode.MAINTENANCE:
            return HTMLResponse(_MAINTENANCE)
        case Mode.DOWN:
            return await _hang_up(request)
        case Mode.HANGING:
            return await _wait_for_the_caller_to_leave(request)
        case _:
            pass
    return None


def apply_after(response: Response, control: Control) -> Response:
    """Cut the answer in the middle, draw it out in time or in length, if the mode says so."""
    body = bytes(response.body)
    match control.mode:
        case Mode.GARBLED:
            return Response(body[: len(body) // 2], 200, media_type=response.media_type)
        case Mode.DRIPPING:
            return StreamingResponse(_drip(body), 200, media_type=response.media_type)
        case Mode.OVERSIZED:
            return Response(body + b" " * _PADDING_BYTES, 200, media_type=response.media_type)
        case _:
            return response


async def _drip(body: bytes) -> AsyncIterator[bytes]:
    for place in range(len(body)):
        yield body[place : place + 1]
        await asyncio.sleep(1)


async def _hang_up(request: Request) -> Response:
    transport: object = request.scope.get(_TRANSPORT)
    if not isinstance(transport, _Transport):
        raise TypeError("only uvicorn hands out the connection that mode `down` closes")
    await request.body()
    transport.abort()
    return await _wait_for_the_caller_to_leave(request)


async def _wait_for_the_caller_to_leave(request: Request) -> Response:
    await request.body()
    while (await request.receive())["type"] != "http.disconnect":
        pass
    # Uvicorn drops what is sent after it noticed the end, so this answer goes nowhere.
    return Response(status_code=204)
