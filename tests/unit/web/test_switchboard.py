"""The table of routes: exact paths, segments that name an object, 404 and 405."""

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import Message, Scope

from idp.web.http.leaving import LeaveEarly
from idp.web.http.router import Router


async def read(request: Request) -> Response:
    return PlainTextResponse(f"read {request.path_params.get('name', '')}")


async def write(_: Request) -> Response:
    return PlainTextResponse("written")


async def both(request: Request) -> Response:
    return PlainTextResponse(f"{request.path_params['a']} {request.path_params['b']}")


async def guarded(_: Request) -> Response:
    answer = RedirectResponse("/sign-in", 303)
    answer.set_cookie("mark", "kept")
    raise LeaveEarly(answer)


BOARD = Router(
    [
        ("/guarded", guarded, ("GET",)),
        ("/one", read, ("GET",)),
        ("/one", write, ("POST",)),
        ("/files/{name}", read, ("GET",)),
        ("/all/{a}/of/{b}", both, ("GET",)),
        ("/all/{a}/of/{b}", write, ("POST",)),
        ("/all/{a}/none", read, ("GET",)),
    ]
)


def request(method: str, path: str) -> Scope:
    return {"type": "http", "method": method, "path": path, "headers": [], "query_string": b""}


async def sent_for(method: str, path: str) -> list[Message]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await BOARD(request(method, path), receive, send)
    return sent


async def answer(method: str, path: str) -> tuple[int, bytes]:
    sent = await sent_for(method, path)
    return sent[0]["status"], sent[1]["body"]


async def refusal(method: str, path: str) -> HTTPException:
    with pytest.raises(HTTPException) as caught:
        await answer(method, path)
    return caught.value


async def test_each_method_of_a_path_has_its_own_handler() -> None:
    assert await answer("GET", "/one") == (200, b"read ")
    assert await answer("POST", "/one") == (200, b"written")


async def test_rfc9110_9_3_2_head_is_answered_as_get() -> None:
    assert (await answer("HEAD", "/one"))[0] == 200


async def test_rfc9110_15_5_6_a_wrong_method_is_told_the_right_ones() -> None:
    refused = await refusal("DELETE", "/one")
    assert (refused.status_code, refused.headers) == (405, {"Allow": "GET, POST"})


async def test_a_file_is_found_by_the_last_segment() -> None:
    assert await answer("GET", "/files/style.css") == (200, b"read style.css")


@pytest.mark.parametrize("segment", ["x", "{a}", "{name}", "..", "of"])
async def test_a_segment_anywhere_in_the_path_names_an_object(segment: str) -> None:
    assert await answer("GET", f"/all/{segment}/of/y") == (200, f"{segment} y".encode())
    assert await answer("POST", f"/all/{segment}/of/y") == (200, b"written")
    assert (await refusal("GET", f"/all/{segment}/of/")).status_code == 404
    assert (await refusal("POST", f"/all/{segment}/none")).headers == {"Allow": "GET"}


@pytest.mark.parametrize(
    "path", ["", "/", "/one/", "/One", "/one/x", "//one", "/files/", "/files/a/b", "/two", "/all//of/x"]
)
async def test_any_other_path_is_not_found(path: str) -> None:
    assert (await refusal("GET", path)).status_code == 404


async def test_an_answer_that_a_guard_raises_is_sent_with_its_cookies() -> None:
    start, _ = await sent_for("GET", "/guarded")
    headers = dict(start["headers"])
    assert (start["status"], headers[b"location"]) == (303, b"/sign-in")
    assert headers[b"set-cookie"].startswith(b"mark=kept;")
