"""A small HTTP server in a thread: what relying parties and the SMS gateway answer the provider with."""

import json
import threading
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from tests.support.waiting import LIMIT, wait_for

MESSAGES = "/messages"


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came in."""

    method: str
    path: str
    content_type: str
    body: bytes
    authorization: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"


class Listener:
    """Keeps what it receives by path, and answers each path as it was told to."""

    def __init__(self) -> None:
        self._received: dict[str, list[Received]] = defaultdict(list)
        self._replies: dict[str, list[Reply]] = {}
        self._pages: dict[str, Reply] = {}
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, path: str, *replies: Reply) -> None:
        """Answer the next requests with these, one after the other; the last stays."""
        with self._lock:
            self._replies[path] = list(replies)

    def answer_always(self, path: str, reply: Reply) -> None:
        """Answer each request to a path with this, whatever its query, where nothing was said of that query."""
        with self._lock:
            self._pages[path] = reply

    def received(self, path: str) -> list[Received]:
        """Return what has come to a path so far."""
        with self._lock:
            return list(self._received[path])

    def wait(self, path: str, count: int = 1, within: timedelta = LIMIT) -> list[Received]:
        """Return what has come to a path as soon as it is `count` requests."""

        def enough() -> list[Received] | None:
            found = self.received(path)
            return found if len(found) >= count else None

        return wait_for(f"{count} requests to {path}", enough, within)

    def texts_to(self, phone: str) -> list[str]:
        """Return the texts of the SMS to a number, oldest first; a message handed over twice counts once."""
        sent = [json.loads(one.body) for one in self.received(MESSAGES)]
        return list({one["id"]: one["text"] for one in sent if one["to"] == phone}.values())

    def wait_text(self, phone: str, count: int = 1) -> str:
        """Return the `count`-th SMS to a number as soon as it has come."""

        def enough() -> list[str] | None:
            texts = self.texts_to(phone)
            return texts if len(texts) >= count else None

        return wait_for(f"{count} SMS to {phone}", enough)[count - 1]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._serve()

            def do_POST(self) -> None:
                self._serve()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
                """Say nothing: the test says what matters."""

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", "0")))
                kind = self.headers.get("content-type", "")
                reply = listener._take(
                    Received(self.command, self.path, kind, body, self.headers.get("authorization", ""))
                )
                self.send_response(reply.status)
                self.send_header("Content-Type", reply.content_type)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

        return Handler

    def _take(self, request: Received) -> Reply:
        with self._lock:
            self._received[request.path].append(request)
            always = self._pages.get(request.path.partition("?")[0], Reply())
            replies = self._replies.get(request.path, [always])
            return replies.pop(0) if len(replies) > 1 else replies[0]
