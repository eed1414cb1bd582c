"""A caller that gives up in the middle of its question ends the request quietly."""

import pytest
from starlette.applications import Starlette
from starlette.types import Message, Scope

from portals.inbox.app import build_app as build_inbox
from portals.simulator.app import build_app as build_simulator


@pytest.mark.parametrize(
    ("app", "method", "path"),
    [(build_simulator("secret"), "PUT", "/controls/population"), (build_inbox(), "POST", "/messages")],
    ids=["simulator", "inbox"],
)
async def test_a_caller_that_hangs_up_in_mid_body_raises_nothing(app: Starlette, method: str, path: str) -> None:
    context: list[Message] = [
        {"type": "http.request", "body": b"half", "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return context.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", b"127.0.0.1"), (b"content-type", b"text/xml")]
    scope: Scope = {"type": "http", "method": method, "path": path, "headers": headers, "query_string": b""}
    await app(scope, receive, send)
    assert sent[0]["status"] == 400
