"""Problem documents in one language throughout: the one that Accept-Language asks for, else Vietnamese."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx2
import msgspec
import pytest
from starlette.types import Scope

from clients.errors import Problem
from idp.kernel.locales import LOCALES, Locale
from idp.web.admin.problem_words import in_words
from idp.web.admin_api.answers import ProblemAnswers, field_problem
from idp.web.admin_api.decoding import decode_body, decode_query
from idp.web.admin_api.problems import ApiError, Code
from idp.web.admin_api.table import OPERATIONS
from tests.support.builders.protocol import ISSUER
from tests.support.every import every_case
from tests.support.rigs.api import THINGS, ApiRig
from tests.unit.web.test_problem_words import ENGLISH, VIETNAMESE

KEY = {"Idempotency-Key": "k" * 16, "Content-Type": "application/json"}
# Broken rules of each kind: a sentence without values, with them, and one that no catalogue has.
BROKEN = (
    Problem("reason", "required", "no reason is given", "say in a few words why"),
    Problem("code", "code-given", "H55 was given already; a code is never given again", "choose another"),
    Problem("size", "size", "nobody says this", "nor that"),
)


def answered(code: Code, language: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Return headers and body of the answer to a refusal."""
    scope: Scope = {"type": "http", "path": "/admin/api/v1/x", "method": "GET", "query_string": b""}
    scope["headers"] = [(b"accept-language", language.encode())] if language else []
    answer = ProblemAnswers(ISSUER).answer(scope, ApiError(code, BROKEN))
    return dict(answer.headers), json.loads(bytes(answer.body))


def sentences(reported: dict[str, Any]) -> Iterator[str]:
    yield from (reported[member] for member in ("title", "detail", "next_step"))
    yield from (problem[member] for problem in reported.get("errors", ()) for member in ("reason", "remedy"))


@pytest.mark.parametrize(
    ("language", "locale"), [("", "vi"), ("vi", "vi"), ("en", "en"), ("en;q=0.2,vi", "vi"), ("fr", "vi")]
)
def test_rfc9457_3_every_problem_is_of_one_language_throughout(language: str, locale: Locale) -> None:
    with every_case() as cases:
        for code in Code:
            with cases.of(code):
                headers, reported = answered(code, language)
                assert headers["content-language"] == locale
                assert "Accept-Language" in headers["vary"]
                # Who must sign in again is told nothing of fields.
                assert len(reported.get("errors", ())) == (0 if code is Code.STRONGER_SIGN_IN else len(BROKEN))
                check(list(sentences(reported)), locale)


def check(reported: list[str], locale: Locale) -> None:
    """Check that English has no letter of Vietnamese, and Vietnamese its letters and no word of English."""
    if locale == "en":
        assert [one for one in reported if VIETNAMESE.search(one)] == []
        return
    assert [one for one in reported if ENGLISH.search(one)] == []
    assert [one for one in reported if not re.search(r"[^\x00-\x7f]", one)] == []


def test_a_sentence_without_words_is_not_mixed_in() -> None:
    reported = field_problem(BROKEN[2], "vi")
    assert (reported.reason, reported.remedy) == ("không đúng quy tắc", "xem quy tắc này trong tài liệu OpenAPI")
    assert (field_problem(BROKEN[2], "en").reason, field_problem(BROKEN[2], "en").remedy) == (
        "nobody says this",
        "nor that",
    )


@pytest.mark.parametrize(("language", "reason"), [("vi", "mục này còn thiếu"), ("en", "it is missing")])
async def test_what_is_wrong_with_a_body_is_told_in_the_wished_language(language: str, reason: str) -> None:
    async with await ApiRig().open() as program:
        answer = await program.post(
            THINGS, content=b'{"size":"x","\xc4\x91":1}', headers={**KEY, "Accept-Language": language}
        )
    assert answer.headers["content-language"] == language
    assert reason in [one["reason"] for one in answer.json()["errors"]]
    check(list(sentences(answer.json())), "en" if language == "en" else "vi")


# One wrong value after the other, for every member of every body and query: what msgspec says of it has words.
WRONG: tuple[object, ...] = (
    None,
    True,
    -1,
    10**16,
    0.5,
    "",
    "đ" * 10_000,
    "2026-01-01T00:00:00",
    [],
    ["đ"] * 60,
    [7],
    {},
    {"đ": 1},
)


def test_what_is_said_of_every_value_has_words_and_holds_nothing_of_it() -> None:
    kinds = {kind for one in OPERATIONS for kind in (*one.bodies, one.query) if kind.__struct_fields__}
    heard: set[str] = set()
    for kind in kinds:
        for value in WRONG:
            body = dict.fromkeys((field.encode_name for field in msgspec.structs.fields(kind)), value)
            for problem in problems_of(kind, body):
                heard |= {problem.reason, problem.remedy}
    assert len(heard) > 15
    assert [said for said in heard if "vi" not in in_words(said)] == []
    assert [said for said in heard if VIETNAMESE.search(said)] == []
    assert "it has another form than the document says" not in heard


def problems_of(kind: type[msgspec.Struct], body: dict[str, object]) -> tuple[Problem, ...]:
    try:
        decode_body(msgspec.json.encode(body), kind)
    except ApiError as error:
        return error.problems
    return ()


def test_what_is_said_of_a_query_has_words() -> None:
    heard: set[str] = set()
    for kind in {one.query for one in OPERATIONS}:
        for value in ("", "x", "-1", "99999999", "đ"):
            query = dict.fromkeys((field.encode_name for field in msgspec.structs.fields(kind)), value)
            try:
                decode_query(query, kind)
            except ApiError as error:
                heard |= {said for one in error.problems for said in (one.reason, one.remedy)}
    assert len(heard) > 4
    assert [said for said in heard if "vi" not in in_words(said) or VIETNAMESE.search(said)] == []


async def test_what_is_looked_at_is_told_in_the_wished_language() -> None:
    rig = ApiRig()
    headers = {"Authorization": f"Bearer {rig.token()}", **KEY}
    app = await rig.app(OPERATIONS)
    for locale in LOCALES:
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url=ISSUER, headers=headers) as program:
            reported = {"Accept-Language": locale, "Idempotency-Key": f"{locale:k<16}"}
            answer = await program.post("/admin/api/v1/client-checks", json={"metadata": {"x": 1}}, headers=reported)
        assert answer.headers["content-language"] == locale
        problems = answer.json()["problems"]
        assert problems
        check([one[member] for one in problems for member in ("reason", "remedy")], locale)
