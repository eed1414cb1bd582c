"""Which of two forms of an answer a program would rather have (RFC 9110 12.5.1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from idp.web.http.media_types import prefers

JWT = "application/token-introspection+jwt"


def request(*accept: str) -> Request:
    headers = [(b"accept", value.encode("latin-1")) for value in accept]
    return Request({"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers})


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ((), False),
        (("*/*",), False),
        (("application/*",), False),
        (("application/json",), False),
        ((JWT,), True),
        ((JWT.upper(),), True),
        ((f"{JWT}, application/json",), True),
        ((f"application/json, {JWT};q=0.5",), False),
        ((f"application/json;q=0.5, {JWT}",), True),
        ((f"{JWT};q=0",), False),
        ((f"{JWT};q=0.000, application/json;q=0",), False),
        (("application/json", JWT), True),
        ((f"{JWT};profile=x;q=0.4",), True),
        ((f"{JWT};q=much",), True),
        (("application/token-introspection+jwt+more",), False),
        ((", ".join(["text/plain"] * 30) + f", {JWT}",), False),
    ],
)
def test_rfc9110_12_5_1_a_media_type_must_be_named_and_json_not_before_it(
    accept: tuple[str, ...], *, wanted: bool
) -> None:
    assert prefers(request(*accept), JWT) is wanted


@given(st.text(alphabet=st.characters(max_codepoint=255), max_size=300))
def test_whatever_is_accepted_is_read(accept: str) -> None:
    assert prefers(request(accept), JWT) in {True, False}
    assert prefers(request(f"{JWT},{accept}"), JWT) in {True, False}
