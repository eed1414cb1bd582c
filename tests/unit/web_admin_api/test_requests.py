"""Reading requests: sizes, depths, unknown fields, pages, methods, and what problems look like."""

import json
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.builders.protocol import ISSUER
from tests.support.extent import rounds
from tests.support.rigs.api import THINGS, ApiRig

KEY = {"Idempotency-Key": "k" * 16, "Content-Type": "application/json"}


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_rfc9457_3_a_problem_says_what_why_and_what_next() -> None:
    async with await ApiRig().open() as program:
        answer = await program.get(f"{THINGS}/none")
    assert answer.headers["content-type"] == "application/problem+json"
    reported = answer.json()
    assert reported["type"] == f"{ISSUER}/admin/api/v1/problems#not_found"
    assert (reported["status"], reported["code"], reported["title"]) == (404, "not_found", "Không tìm thấy")
    assert reported["correlation_id"] == answer.headers["x-correlation-id"]
    assert reported["next_step"]
    assert "errors" not in reported


@pytest.mark.parametrize(
    ("command", "language", "title"),
    [(None, "vi", "Không tìm thấy"), ("en-GB,vi;q=0.5", "en", "Not found"), ("fr", "vi", "Không tìm thấy")],
)
async def test_rfc9110_12_5_4_a_problem_is_told_in_the_wished_language(
    command: str | None, language: str, title: str
) -> None:
    async with await ApiRig().open() as program:
        answer = await program.get(f"{THINGS}/none", headers={"Accept-Language": command} if command else {})
    assert (answer.headers["content-language"], answer.json()["title"]) == (language, title)


async def test_every_problem_of_a_body_is_told() -> None:
    body = {"size": "x", "tags": ["a", 7], "is_admin": True}
    async with await ApiRig().open() as program:
        answer = await program.post(THINGS, json=body, headers=KEY)
    assert code_of(answer) == (422, "invalid_input")
    found = {(problem["field"], problem["rule"]) for problem in answer.json()["errors"]}
    assert found == {("is_admin", "unknown"), ("name", "required"), ("size", "form"), ("tags[1]", "form")}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', b"null", b"\xff", b'{"name":"\\ud800"}', b'{"size":' + b"9" * 5000 + b"}",
     b'{"tags":' + b"[" * 13 + b"]" * 13 + b"}", b"[" * 60_000, b'{"name":NaN}', b'\xef\xbb\xbf{"name":"a"}'],
)  # fmt: skip
async def test_what_is_no_flat_json_object_is_malformed(body: bytes) -> None:
    async with await ApiRig().open() as program:
        assert code_of(await program.post(THINGS, content=body, headers=KEY)) == (400, "malformed_request")


async def test_a_text_that_no_store_takes_is_a_problem_of_its_field() -> None:
    async with await ApiRig().open() as program:
        answer = await program.post(THINGS, json={"name": "a\0", "size": 1, "tags": ["\0"]}, headers=KEY)
    assert code_of(answer) == (422, "invalid_input")
    assert [problem["field"] for problem in answer.json()["errors"]] == ["name", "tags"]


async def test_a_body_that_is_too_long_is_refused_while_it_comes() -> None:
    async with await ApiRig().open() as program:
        answer = await program.post(THINGS, content=b'{"name":"' + b"x" * 70_000, headers=KEY)
    assert code_of(answer) == (413, "request_too_large")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/xml"])
async def test_only_json_is_read(kind: str) -> None:
    async with await ApiRig().open() as program:
        answer = await program.post(THINGS, content=b"{}", headers={**KEY, "Content-Type": kind})
    assert code_of(answer) == (415, "unsupported_media_type")


async def test_a_body_where_none_belongs_is_refused() -> None:
    async with await ApiRig().open() as program:
        answer = await program.request("GET", THINGS, content=b"{}", headers=KEY)
    assert code_of(answer) == (400, "malformed_request")


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("limit=0", ["limit"]),
        ("limit=201", ["limit"]),
        ("limit=x&after=%00", None),
        ("limit=1&limit=2", ["limit"]),
        ("sort=name&limit=-1", ["sort", "limit"]),
        ("after=%2B%2B", ["after"]),
        ("after=W10", ["after"]),
        ("after=é", None),
        ("after=" + "x" * 401, ["after"]),
        ("limit=%ff", None),
    ],
)
async def test_a_wrong_parameter_is_named(query: str, fields: list[str] | None) -> None:
    async with await ApiRig().open() as program:
        answer = await program.get(f"{THINGS}?{quote(query, safe='=&%')}")
    assert code_of(answer) == (400, "invalid_query")
    if fields is not None:
        assert [problem["field"] for problem in answer.json()["errors"]] == fields


async def test_pages_join_without_gap_or_double() -> None:
    rig = ApiRig()
    rig.things.made = [f"thing-{number}" for number in range(7)]
    pages: list[dict[str, Any]] = [{"items": [], "next": ""}]
    async with await rig.open() as program:
        while pages[-1]["next"] is not None:
            pages.append((await program.get(THINGS, params={"limit": "3", "after": pages[-1]["next"]})).json())
    assert [len(page["items"]) for page in pages] == [0, 3, 3, 1]
    assert [name for page in pages for name in page["items"]] == sorted(rig.things.made)


@pytest.mark.parametrize("method", ["OPTIONS", "PATCH", "TRACE", "DELETE", "X-ODD"])
async def test_rfc9110_15_5_6_another_method_is_told_the_right_ones(method: str) -> None:
    async with await ApiRig().open() as program:
        answer = await program.request(method, THINGS)
    assert code_of(answer) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, POST"


async def test_an_unknown_path_is_not_found_whoever_asks() -> None:
    async with await ApiRig().open() as program:
        for path in ("/admin/api/v1", "/admin/api/v1/", "/admin/api/v1/none", f"{THINGS}/a/b", f"{THINGS}/"):
            assert code_of(await program.get(path)) == (404, "not_found"), path


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@settings(max_examples=rounds(100, 200), deadline=None)
@given(st.binary(max_size=300) | JSON.map(lambda value: json.dumps(value).encode()), st.text(max_size=30))
async def test_no_body_and_no_query_is_an_error_of_ours(body: bytes, text: str) -> None:
    async with await ApiRig().open() as program:
        query = quote(text, errors="surrogatepass")
        answers = [
            await program.post(THINGS, content=body, headers=KEY),
            await program.get(f"{THINGS}?after={query}&limit={query}&{query}"),
            await program.get(f"{THINGS}/{query or 'x'}"),
        ]
    assert all(answer.status_code < 500 for answer in answers)
