"""Answers of the API as responses: JSON, a stream, or a problem document in the caller's language."""

from collections.abc import Mapping

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Scope

from clients.errors import Problem
from idp.kernel.locales import LOCALES, Locale, accepted_locale
from idp.web.admin.problem_words import in_words
from idp.web.admin_api.access import stronger_sign_in
from idp.web.admin_api.operation import PREFIX, Operation, Reply, Streamed
from idp.web.admin_api.problems import STATUS, ApiError, Code, api_error
from idp.web.http.edge import log_unexpected
from idp.web.http.texts import Texts, load_texts

PROBLEM_TYPE = "application/problem+json"
CATALOGUE = f"{PREFIX}/problems"
# What is answered is for the one who asked; the language of problems depends on what they read.
_PRIVATE = {"Cache-Control": "no-store", "Vary": "Authorization, Accept-Language"}


class FieldProblem(msgspec.Struct, frozen=True):
    """One broken rule: where, which, why it is one, and what to write instead."""

    field: str
    rule: str
    reason: str
    remedy: str


class ProblemDocument(msgspec.Struct, frozen=True, omit_defaults=True):
    """A refusal (RFC 9457 3). `code` is stable; `next_step` says what to do; `errors` has every field problem."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    next_step: str
    correlation_id: str
    errors: list[FieldProblem] = []


class ProblemAnswers:
    """Turns errors into problem documents."""

    def __init__(self, issuer: str) -> None:
        """Take the issuer; texts are read once."""
        self._issuer = issuer
        self._texts: Mapping[Locale, Texts] = load_texts()

    def answer(self, scope: Scope, error: Exception) -> Response:
        """Return the answer to a request that failed with `error`; what nobody expected goes to the log."""
        reported = api_error(error)
        if reported.code is Code.SERVER_ERROR:
            log_unexpected(scope, error)
        if reported.code is Code.STRONGER_SIGN_IN and not reported.headers:
            reported = stronger_sign_in(fresh=True)
        request = Request(scope)
        locale = accepted_locale(request.headers.get("accept-language"))
        correlation_id = str(scope.get("state", {}).get("correlation_id", ""))
        body = msgspec.json.encode(self._document(reported, locale, correlation_id))
        headers = {**_PRIVATE, "Content-Language": locale, **reported.headers}
        return Response(body, reported.status, headers, media_type=PROBLEM_TYPE)

    def _document(self, reported: ApiError, locale: Locale, correlation_id: str) -> ProblemDocument:
        texts = self._texts[locale]
        return ProblemDocument(
            type=f"{self._issuer}{CATALOGUE}#{reported.code}",
            title=texts.get(f"api_problems.{reported.code}.title"),
            status=reported.status,
            detail=texts.get(f"api_problems.{reported.code}.detail"),
            code=reported.code,
            next_step=texts.get(f"api_problems.{reported.code}.next"),
            correlation_id=correlation_id,
            errors=[field_problem(problem, locale) for problem in reported.problems],
        )

    def catalogue(self) -> bytes:
        """Return every problem with its texts in both languages: what `type` leads to (RFC 9457 4.2)."""
        return msgspec.json.encode({code: self._entry(code) for code in Code})

    def _entry(self, code: Code) -> dict[str, object]:
        parts = ("title", "detail", "next")
        reported: dict[str, object] = {
            locale: {part: self._texts[locale].get(f"api_problems.{code}.{part}") for part in parts}
            for locale in LOCALES
        }
        return {"status": STATUS[code], **reported}


# What is told in Vietnamese of a sentence that no catalogue has; a test looks that there is none.
_WITHOUT_WORDS = ("không đúng quy tắc", "xem quy tắc này trong tài liệu OpenAPI")


def field_problem(problem: Problem, locale: Locale) -> FieldProblem:
    """Return a broken rule in one language throughout."""
    reason, remedy = in_words(problem.reason).get(locale), in_words(problem.remedy).get(locale)
    return FieldProblem(problem.field, problem.rule, reason or _WITHOUT_WORDS[0], remedy or _WITHOUT_WORDS[1])


def good_answer(operation: Operation, reply: Reply, if_none_match: str | None) -> Response:
    """Return what an operation replied; 304 for a version that the caller has (RFC 9110 13.1.2)."""
    headers = dict(_PRIVATE)
    if reply.version is not None:
        headers["ETag"] = f'"{reply.version}"'
    if reply.locale is not None:
        headers["Content-Language"] = reply.locale
    if operation.locates:
        if reply.location is None:
            raise TypeError(f"{operation.name} says where what it made is read")
        headers["Location"] = PREFIX + reply.location
    if operation.method == "GET" and reply.version is not None and if_none_match == headers["ETag"]:
        return Response(None, 304, headers)
    match reply.body:
        case None:
            return Response(None, 204 if operation.status == 200 else operation.status, headers)
        case Streamed() as stream:
            headers["Content-Disposition"] = f'attachment; filename="{stream.file_name}"'
            return StreamingResponse(stream.pieces, operation.status, headers, media_type=stream.media_type)
        case body:
            return Response(msgspec.json.encode(body), operation.status, headers, media_type="application/json")
