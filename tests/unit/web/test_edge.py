"""The outermost layer: every 503 is a line in the log with its cause, whoever answers it."""

import httpx2
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.testing import capture_logs

from idp.kernel.errors import TemporarilyUnavailableError
from idp.web.http.edge import Edge, because


async def refused(scope: Scope, receive: Receive, send: Send) -> None:
    raise TemporarilyUnavailableError("postgresql: ReadOnlySQLTransactionError")


async def explained(scope: Scope, receive: Receive, send: Send) -> None:
    because(Request(scope), "the register gave no answer")
    await Response(status_code=503)(scope, receive, send)


async def unexplained(scope: Scope, receive: Receive, send: Send) -> None:
    await Response(status_code=503)(scope, receive, send)


async def good(scope: Scope, receive: Receive, send: Send) -> None:
    await Response(status_code=200)(scope, receive, send)


async def answer_error(scope: Scope, error: Exception) -> ASGIApp:
    return Response(status_code=503)


@pytest.mark.parametrize(
    ("app", "causes"),
    [
        (refused, ["TemporarilyUnavailableError: postgresql: ReadOnlySQLTransactionError"]),
        (explained, ["the register gave no answer"]),
        (unexplained, ["not told"]),
        (good, []),
    ],
    ids=["raised", "answered with a cause", "answered without", "no 503"],
)
async def test_every_503_is_one_line_with_its_cause(app: ASGIApp, causes: list[str]) -> None:
    edge = Edge(app, secure=True, answer_error=answer_error)
    with capture_logs() as lines:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(edge), base_url="https://idp.example") as client:
            answer = await client.get("/token?code=001899000001")
    assert [(line["event"], line["cause"], line["path"], line["method"]) for line in lines] == [
        ("unavailable", cause, "/token", "GET") for cause in causes
    ]
    assert all(line["correlation_id"] == answer.headers["x-correlation-id"] for line in lines)
    assert "001899000001" not in str(lines)


@pytest.mark.parametrize(
    ("path", "app", "framed"),
    [("/frame", good, True), ("/other", good, False), ("/frame/", good, False), ("/frame", unexplained, False)],
    ids=["the page", "another", "below it", "an error of it"],
)
async def test_cj_1_one_page_may_stand_in_frames_of_others_and_nothing_else(
    path: str, app: ASGIApp, *, framed: bool
) -> None:
    """OIDC Session Management 3.2: the page says whose in its own Content-Security-Policy."""
    edge = Edge(app, secure=True, answer_error=answer_error, embedded="/frame")
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(edge), base_url="https://idp.example") as client:
        headers = (await client.get(path)).headers
    assert headers.get("x-frame-options") == (None if framed else "DENY")
    assert headers["cross-origin-resource-policy"] == ("cross-origin" if framed else "same-origin")
    assert headers["x-content-type-options"] == "nosniff"
    assert "strict-transport-security" in headers
