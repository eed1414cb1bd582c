"""What counts as a form in UTF-8 (RFC 9110 8.3.1: parameters in any order and case; values may be quoted)."""

import pytest
from starlette.requests import Request
from starlette.types import Message

from idp.web.http.errors import WebError
from idp.web.http.requests import body_form

FORM = "application/x-www-form-urlencoded"


def request(content_type: str) -> Request:
    async def receive() -> Message:
        return {"type": "http.request", "body": b"a=1"}

    headers = [(b"content-type", content_type.encode("latin-1"))]
    return Request({"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers}, receive)


@pytest.mark.parametrize(
    "content_type",
    [
        FORM,
        FORM.upper(),
        f"{FORM};charset=UTF-8",
        f'{FORM} ; Charset="utf-8"',
        f"{FORM}; x=y; charset=utf8",
        f"{FORM};",
    ],
)
async def test_a_form_in_utf_8_is_read(content_type: str) -> None:
    assert (await body_form(request(content_type))).get("a") == "1"


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        f"{FORM}x",
        f"{FORM};charset=utf-16",
        f'{FORM}; charset="iso-8859-1"',
        f"{FORM};x=y;charset=utf-7",
        f"{FORM};charset =utf-16",
        f"{FORM};charset=utf-8;charset=utf-16",
        f"{FORM};charset=",
    ],
)
async def test_another_type_or_charset_is_415(content_type: str) -> None:
    with pytest.raises(WebError, match="form") as refused:
        await body_form(request(content_type))
    assert (refused.value.status, refused.value.code) == (415, "unsupported_media_type")
