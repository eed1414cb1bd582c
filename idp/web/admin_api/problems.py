"""The closed list of what the API refuses with, and the one translation of an error into it (RFC 9457)."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from math import ceil

from starlette.exceptions import HTTPException

from clients.errors import Problem
from idp.admin.errors import (
    AdminError,
    ConflictError,
    FreshFactorNeededError,
    InvalidInputError,
    NotFoundError,
    NotIndependentError,
    NotPermittedError,
    PersonUnknownError,
    RightRestsError,
    SecondPersonNeededError,
    SecondPersonNotNeededError,
    StaleVersionError,
    TooLateError,
    TooManyError,
)
from idp.kernel.errors import TemporarilyUnavailableError
from idp.web.http.errors import WebError


class Code(StrEnum):
    """Why a request is refused; each has its status below and its texts in `web/admin_api/texts/*.yaml`."""

    TOKEN_MISSING = "token_missing"  # noqa: S105 - the name of a problem, here and below
    INVALID_TOKEN = "invalid_token"  # noqa: S105
    STRONGER_SIGN_IN = "insufficient_user_authentication"
    INSUFFICIENT_SCOPE = "insufficient_scope"
    NOT_PERMITTED = "not_permitted"
    NOT_INDEPENDENT = "not_independent"
    PERSON_UNKNOWN = "person_unknown"
    RIGHT_RESTS = "right_rests"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    MALFORMED_REQUEST = "malformed_request"
    INVALID_QUERY = "invalid_query"
    INVALID_INPUT = "invalid_input"
    REQUEST_TOO_LARGE = "request_too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    IDEMPOTENCY_KEY_MISSING = "idempotency_key_missing"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    IDEMPOTENCY_IN_PROGRESS = "idempotency_in_progress"
    PRECONDITION_REQUIRED = "precondition_required"
    STALE_VERSION = "stale_version"
    CONFLICT = "conflict"
    SECOND_PERSON_NEEDED = "second_person_needed"
    SECOND_PERSON_NOT_NEEDED = "second_person_not_needed"
    TOO_LATE = "too_late"
    TOO_MANY = "too_many_requests"
    TEMPORARILY_UNAVAILABLE = "temporarily_unavailable"
    SERVER_ERROR = "server_error"


STATUS: Mapping[Code, int] = {
    Code.TOKEN_MISSING: 401,
    Code.INVALID_TOKEN: 401,
    Code.STRONGER_SIGN_IN: 401,
    Code.INSUFFICIENT_SCOPE: 403,
    Code.NOT_PERMITTED: 403,
    Code.NOT_INDEPENDENT: 403,
    Code.PERSON_UNKNOWN: 403,
    Code.RIGHT_RESTS: 403,
    Code.NOT_FOUND: 404,
    Code.METHOD_NOT_ALLOWED: 405,
    Code.MALFORMED_REQUEST: 400,
    Code.INVALID_QUERY: 400,
    Code.INVALID_INPUT: 422,
    Code.REQUEST_TOO_LARGE: 413,
    Code.UNSUPPORTED_MEDIA_TYPE: 415,
    Code.IDEMPOTENCY_KEY_MISSING: 400,
    Code.IDEMPOTENCY_KEY_REUSED: 422,
    Code.IDEMPOTENCY_IN_PROGRESS: 409,
    Code.PRECONDITION_REQUIRED: 428,
    Code.STALE_VERSION: 412,
    Code.CONFLICT: 409,
    Code.SECOND_PERSON_NEEDED: 409,
    Code.SECOND_PERSON_NOT_NEEDED: 409,
    Code.TOO_LATE: 409,
    Code.TOO_MANY: 429,
    Code.TEMPORARILY_UNAVAILABLE: 503,
    Code.SERVER_ERROR: 500,
}


class ApiError(Exception):
    """A refusal of the API: its code, every field problem, and headers that say more."""

    def __init__(
        self, code: Code, problems: Sequence[Problem] = (), headers: Mapping[str, str] | None = None, detail: str = ""
    ) -> None:
        super().__init__(detail or code)
        self.code = code
        self.problems = tuple(problems)
        self.headers = dict(headers or {})

    @property
    def status(self) -> int:
        """Return the HTTP status."""
        return STATUS[self.code]


_OF_ADMINISTRATION: Mapping[type[AdminError], Code] = {
    NotPermittedError: Code.NOT_PERMITTED,
    NotIndependentError: Code.NOT_INDEPENDENT,
    PersonUnknownError: Code.PERSON_UNKNOWN,
    RightRestsError: Code.RIGHT_RESTS,
    FreshFactorNeededError: Code.STRONGER_SIGN_IN,
    NotFoundError: Code.NOT_FOUND,
    StaleVersionError: Code.STALE_VERSION,
    TooLateError: Code.TOO_LATE,
    ConflictError: Code.CONFLICT,
    SecondPersonNeededError: Code.SECOND_PERSON_NEEDED,
    SecondPersonNotNeededError: Code.SECOND_PERSON_NOT_NEEDED,
    InvalidInputError: Code.INVALID_INPUT,
}
_OF_STATUS: Mapping[int, Code] = {
    404: Code.NOT_FOUND,
    405: Code.METHOD_NOT_ALLOWED,
    413: Code.REQUEST_TOO_LARGE,
    415: Code.UNSUPPORTED_MEDIA_TYPE,
}


def api_error(error: Exception) -> ApiError:
    """Return an error as the API tells it; what nobody expected is a server error."""
    match error:
        case ApiError():
            return error
        case TooManyError():
            waiting = {"Retry-After": str(ceil(error.retry_after.total_seconds()))}
            return ApiError(Code.TOO_MANY, headers=waiting)
        case AdminError():
            problems = error.problems if isinstance(error, InvalidInputError) else ()
            return ApiError(_OF_ADMINISTRATION.get(type(error), Code.CONFLICT), problems)
        case HTTPException():
            code = _OF_STATUS.get(error.status_code, Code.MALFORMED_REQUEST)
            return ApiError(code, headers=error.headers)
        case WebError():
            return ApiError(_OF_STATUS.get(error.status, Code.MALFORMED_REQUEST))
        case TemporarilyUnavailableError():
            waiting = {"Retry-After": str(ceil(error.retry_after.total_seconds()))}
            return ApiError(Code.TEMPORARILY_UNAVAILABLE, headers=waiting)
        case _:
            return ApiError(Code.SERVER_ERROR)
