"""The inbox as an ASGI program: `uvicorn --factory portals.inbox.app:build_app --port 8300`."""

from dataclasses import asdict
from pathlib import Path
from typing import Literal

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from portals.hang_ups import HANG_UPS
from portals.inbox.store import Inbox, Message

MAX_BODY_BYTES = 64 * 1024
_REFRESH_SECONDS = 3
_HERE = Path(__file__).parent
_PAGES = Environment(
    loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined, auto_reload=False
)
_TEXTS = {
    "vi": {
        "title": "Hộp thư minh họa",
        "intro": "Tin nhắn và thư điện tử lẽ ra đã được gửi đi, mới nhất ở trên.",
        "language": "English",
        "empty": "Chưa có tin nào.",
        "to": "Gửi tới",
        "pause": "Dừng tự làm mới",
        "resume": "Tự làm mới",
        "sms": "Tin nhắn",
        "email": "Thư điện tử",
    },
    "en": {
        "title": "Demonstration inbox",
        "intro": "The text messages and e-mails that would have been sent, newest first.",
        "language": "Tiếng Việt",
        "empty": "No messages yet.",
        "to": "To",
        "pause": "Stop refreshing",
        "resume": "Refresh by itself",
        "sms": "Text message",
        "email": "E-mail",
    },
}


async def accept(request: Request) -> Response:
    """Take {id, channel, to, text, subject?}; a repeated id gets the first answer again."""
    inbox: Inbox = request.app.state.inbox
    body = await request.body()
    if len(body) > MAX_BODY_BYTES:
        return JSONResponse({"error": "too_large"}, 413)
    try:
        message = _message(orjson.loads(body))
    except ValueError:
        message = None
    if message is None:
        return JSONResponse({"error": "invalid_request"}, 400)
    return JSONResponse({"id": inbox.accept(message).id, "status": "sent"}, 201)


async def messages_json(request: Request) -> Response:
    """Return the messages, newest first; `?to=` only those to one address."""
    inbox: Inbox = request.app.state.inbox
    found = inbox.newest_first(request.query_params.get("to", ""))
    return JSONResponse([asdict(message) for message in found], headers={"Cache-Control": "no-store"})


async def home(request: Request) -> Response:
    """Show the messages; the page reloads itself until the person stops it (WCAG 2.2.2)."""
    inbox: Inbox = request.app.state.inbox
    language = "en" if request.query_params.get("lang") == "en" else "vi"
    paused = "paused" in request.query_params
    page = _PAGES.get_template("index.html").render(
        language=language,
        other_language="vi" if language == "en" else "en",
        texts=_TEXTS[language],
        messages=inbox.newest_first(),
        paused=paused,
    )
    headers = {"Cache-Control": "no-store"}
    if not paused:
        headers["Refresh"] = str(_REFRESH_SECONDS)
    return HTMLResponse(page, headers=headers)


async def style(_request: Request) -> Response:
    """Return the stylesheet."""
    return FileResponse(_HERE / "style.css", media_type="text/css")


def build_app() -> Starlette:
    """Return the program with an empty inbox."""
    app = Starlette(
        routes=[
            Route("/", home),
            Route("/style.css", style),
            Route("/messages", accept, methods=["POST"]),
            Route("/messages.json", messages_json),
        ],
        exception_handlers=HANG_UPS,
    )
    app.state.inbox = Inbox()
    return app


def _message(sent: object) -> Message | None:
    if not isinstance(sent, dict):
        return None
    values = [sent.get(name, "" if name == "subject" else None) for name in ("id", "to", "text", "subject")]
    texts = [value for value in values if isinstance(value, str)]
    channel = _channel(sent.get("channel"))
    if len(texts) != len(values) or channel is None or not all(texts[:3]):
        return None
    return Message(texts[0], channel, texts[1], texts[2], texts[3])


def _channel(sent: object) -> Literal["sms", "email"] | None:
    match sent:
        case "sms":
            return "sms"
        case "email":
            return "email"
        case _:
            return None
