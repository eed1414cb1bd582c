"""Whose scripts may read an answer (Fetch 3.3): of browser apps, at the routes that say so, and errors too."""

import httpx2
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from idp.web.http.cross_origin import CrossOrigin
from idp.web.http.edge import Edge
from idp.web.http.errors import WebError, public_face
from idp.web.http.route import RouteFacts
from idp.web.http.router import Router

APP, STRANGER = "https://ung-dung.example", "https://evil.example"
ROUTES = (
    RouteFacts("/token", methods=("POST",), answers="json", browser_apps=True),
    RouteFacts("/userinfo", methods=("GET", "POST"), answers="json", browser_apps=True),
    RouteFacts("/authorize", methods=("GET", "POST")),
)
ASKS = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,dpop"}
READ = {
    "access-control-allow-origin": APP,
    "access-control-expose-headers": "DPoP-Nonce, WWW-Authenticate",
    "vary": "Origin",
}


async def good(request: Request) -> Response:
    return Response(b"{}", media_type="application/json")


async def refused(request: Request) -> Response:
    raise WebError(400, "invalid_request")


async def answer_error(scope: Scope, error: Exception) -> ASGIApp:
    face = public_face(error)
    return Response(b"{}", face.status, dict(face.headers or {}))


def edge(app: ASGIApp | None = None) -> Edge:
    serve = {"/token": refused, "/userinfo": good, "/authorize": good}
    scripts = CrossOrigin(ROUTES, frozenset({APP}))
    router = app or Router((one.path, serve[one.path], one.methods) for one in ROUTES)
    return Edge(scripts.around(router), secure=True, answer_error=answer_error, readers=scripts.headers)


async def asked(method: str, path: str, *headers: tuple[str, str], app: ASGIApp | None = None) -> httpx2.Response:
    transport = httpx2.ASGITransport(edge(app))
    async with httpx2.AsyncClient(transport=transport, base_url="https://idp.example") as client:
        return await client.request(method, path, headers=list(headers))


def cross_origin(answer: httpx2.Response) -> dict[str, str]:
    """Return what an answer says of scripts."""
    return {name: value for name, value in answer.headers.items() if name == "vary" or "access-control" in name}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/userinfo", 200), ("POST", "/userinfo", 200), ("POST", "/token", 400), ("GET", "/token", 405)],
    ids=["an answer", "by a form", "an error", "a wrong method"],
)
async def test_an_app_reads_answers_and_errors(method: str, path: str, status: int) -> None:
    answer = await asked(method, path, ("Origin", APP))
    assert answer.status_code == status
    assert cross_origin(answer) == READ
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_an_unexpected_error_is_read_too() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError

    answer = await asked("POST", "/token", ("Origin", APP), app=broken)
    assert (answer.status_code, cross_origin(answer)) == (500, READ)


@pytest.mark.parametrize(("path", "methods"), [("/token", "POST"), ("/userinfo", "GET, POST")])
async def test_fetch_3_3_3_an_app_that_asks_before_is_told_what_it_may_send(path: str, methods: str) -> None:
    async def never(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("nothing behind is asked")

    answer = await asked("OPTIONS", path, ("Origin", APP), *ASKS.items(), app=never)
    assert (answer.status_code, answer.content) == (204, b"")
    allowed = {
        "access-control-allow-methods": methods,
        "access-control-allow-headers": "Authorization, Content-Type, DPoP",
        "access-control-max-age": "600",
    }
    assert cross_origin(answer) == {**READ, **allowed}
    assert answer.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("origins", [(), (STRANGER,), ("null",), (APP, APP), (APP, STRANGER), (f"{APP},{STRANGER}",)])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
async def test_se_9_anybody_else_gets_what_there_was_without_it(origins: tuple[str, ...], method: str) -> None:
    answer = await asked(method, "/token", *(("Origin", one) for one in origins), *ASKS.items())
    plain = await asked(method, "/token")
    assert (answer.status_code, answer.content) == (plain.status_code, plain.content)
    assert answer.status_code == (400 if method == "POST" else 405)
    # A cache may never give one origin's answer to another.
    assert cross_origin(answer) == cross_origin(plain) == {"vary": "Origin"}


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize("path", ["/authorize", "/nowhere", "/token/", "/TOKEN"])
async def test_rfc9700_2_6_no_other_route_is_read_by_scripts_of_apps(method: str, path: str) -> None:
    answer = await asked(method, path, ("Origin", APP), *ASKS.items())
    assert cross_origin(answer) == {}


async def test_options_that_is_no_preflight_is_a_wrong_method() -> None:
    answer = await asked("OPTIONS", "/token", ("Origin", APP))
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
