"""Logos from our own address: a picture that nothing runs in, for ever; nothing is read for a name that none has."""

import pytest
from starlette.requests import Request

from idp.web.http.errors import WebError
from idp.web.oauth.logos import LogoHandlers, logo_url

NAME = "a" * 64 + ".png"


class PlainLogos:
    """Keeps one picture and what was asked for. Implements `LogoReader`."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def find(self, name: str) -> bytes | None:
        self.asked.append(name)
        return b"picture" if name == NAME else None


def request(name: str) -> Request:
    return Request({"type": "http", "method": "GET", "headers": [], "query_string": b"", "path_params": {"name": name}})


async def test_a_picture_is_kept_for_ever_and_nothing_runs_in_it() -> None:
    answer = await LogoHandlers(PlainLogos()).show(request(NAME))
    assert (answer.body, answer.media_type) == (b"picture", "image/png")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert "immutable" in answer.headers["cache-control"]
    assert logo_url(NAME) == f"/logos/{NAME}"
    assert logo_url(None) is None


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("b" * 64 + ".jpg", True),
        ("../etc/passwd", False),
        ("a" * 64 + ".svg", False),
        ("x\0", False),
        ("A" * 64, False),
    ],
)
async def test_a_name_that_none_has_is_not_found(name: str, *, asked: bool) -> None:
    logos = PlainLogos()
    with pytest.raises(WebError) as refused:
        await LogoHandlers(logos).show(request(name))
    assert refused.value.status == 404
    assert bool(logos.asked) is asked
